// Compiles to require(), of every entry.
import { EventSource, type EventSourceInit } from 'eventsource-wasm';
import { EventSource as FallbackEventSource } from 'eventsource-wasm/js';
import { EventSource as FallbackStandardEventSource } from 'eventsource-wasm/js/standard';
import { EventSource as StandardEventSource } from 'eventsource-wasm/standard';
import parserStream = require('eventsource-wasm/stream');
import 'eventsource-wasm/polyfill';
import 'eventsource-wasm/polyfill/force';

const init: EventSourceInit = { withCredentials: true };
for (const Class of [EventSource, FallbackEventSource, FallbackStandardEventSource, StandardEventSource]) {
  new Class('/', init).close();
}
new parserStream.EventSourceParserStream().writable.getWriter();
