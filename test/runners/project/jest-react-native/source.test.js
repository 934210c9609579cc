// Jest with the export conditions that the presets of React Native and Expo set: ES modules, which it transforms.
require('eventsource-wasm/polyfill');
const { EventSource } = require('eventsource-wasm');
const { readFromFetch, readFromServer, reconnect } = require('../cases.cjs');

afterEach(() => jest.useRealTimers());

test('reads from a server', () => readFromServer(EventSource));
test('reads from a fetch', () => readFromFetch(EventSource));
test('reconnects by fake timers', () => {
  jest.useFakeTimers();
  return reconnect(EventSource, jest.advanceTimersByTimeAsync);
});
