// The script of the SharedWorker that holds connections.
// @ts-check
import { Holder } from './holder.js';
import { serve } from './serve.js';

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

addEventListener('connect', (event) => serve(/** @type {MessageEvent} */ (event).ports[0], find));
