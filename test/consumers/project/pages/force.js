import 'eventsource-wasm/polyfill/force';
import { readStream } from '../read-stream.js';

globalThis.read = (url) => readStream(globalThis.EventSource, url);
