// A consumer that is an ES module: node module.js ENTRY URL
import { readStream } from './read-stream.js';

const [entry, url] = process.argv.slice(2);
// The polyfills export nothing.
const { EventSource = globalThis.EventSource } = await import(entry);
console.log(JSON.stringify(await readStream(EventSource, url)));
