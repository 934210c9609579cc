// Compiles to require().
import { EventSource, type EventSourceInit } from 'eventsource-wasm';
import parserStream = require('eventsource-wasm/stream');
import 'eventsource-wasm/polyfill';

const init: EventSourceInit = { withCredentials: true };
new EventSource('/', init).close();
new parserStream.EventSourceParserStream().writable.getWriter();
