// The script of the SharedWorker that holds connections.
// @ts-check
import { Holder, serve } from './holder.js';

/** By key. @type {Map<string, Holder>} */
const holders = new Map();

/** @param {import('./messages.d.ts').SharedRequest} request */
function find(request) {
  const { key } = request;
  const known = holders.get(key);
  if (known) return known;
  const holder = new Holder(request, () => holders.delete(key));
  holders.set(key, holder);
  return holder;
}

/** The name of a lock that this worker has until it ends; where there are none, nobody is told. @type {Promise<string>} */
const lockName = new Promise((resolve) => {
  const name = globalThis.navigator.locks && crypto.randomUUID();
  navigator.locks?.request(name, () => {
    resolve(name);
    return new Promise(() => {});
  });
});

addEventListener('connect', (event) => {
  const [port] = /** @type {MessageEvent} */ (event).ports;
  serve(port, find);
  lockName.then((name) => port.postMessage(['welcome', name]));
});
