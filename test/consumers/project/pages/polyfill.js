import 'eventsource-wasm/polyfill';
import { readStream } from '../read-stream.js';

globalThis.read = (url) => readStream(globalThis.EventSource, url);
