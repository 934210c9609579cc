import { EventSource } from 'eventsource-wasm';
import { readStream } from '../read-stream.js';

globalThis.read = (url) => readStream(EventSource, url);
