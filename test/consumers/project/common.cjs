// A consumer that is a CommonJS module: node common.cjs ENTRY URL
const [entry, url] = process.argv.slice(2);
// The polyfills export nothing.
const { EventSource = globalThis.EventSource } = require(entry);
import('./read-stream.js')
  .then(({ readStream }) => readStream(EventSource, url))
  .then((result) => console.log(JSON.stringify(result)));
