import { EventSource } from 'eventsource-wasm/js';
import { readStream } from '../read-stream.js';

globalThis.read = (url) => readStream(EventSource, url);
