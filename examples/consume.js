// Prints the messages of an event stream: node examples/consume.js https://example.org/stream
import { EventSource } from 'eventsource-wasm';

const [url] = process.argv.slice(2);
if (url === undefined) {
  console.error('Usage: node examples/consume.js URL, where URL answers with text/event-stream.');
  process.exit(2);
}

const source = new EventSource(url);
source.onmessage = (event) => console.log(event.data);
source.onerror = (event) => console.error(event.message);
