import { createParser } from 'eventsource-wasm';

globalThis.parse = (text) => {
  const events = [];
  createParser({ onEvent: (event) => events.push(event) }).feed(text);
  return events;
};
