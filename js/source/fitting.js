// Where a runtime refuses a member of what fetch is given (`cache` in workerd before 2024-11-11, a signal that jsdom made),
// fetch is called again with what it takes.
// @ts-check
import { isUnexplained, makeFutile } from './fetching.js';

/** @typedef {import('./hooks.d.ts').Request} Request */

/** What a request can do without. */
const OPTIONAL = /** @type {const} */ (['cache', 'mode', 'credentials', 'redirect', 'signal']);

/**
 * Request refuses what fetch refuses, and sends nothing. The body is left out, since it may be used up by then.
 * @param {string} url
 * @param {Partial<Request>} init
 */
function isAllowed(url, init) {
  try {
    return Boolean(new globalThis.Request(url, { ...init, body: undefined }));
  } catch {
    return false;
  }
}

/**
 * What belongs to Node's fetch, whatever the global AbortController is.
 * @param {AbortSignal} signal
 * @returns {AbortSignal | undefined}
 */
function makeSignal(signal) {
  const { getBuiltinModule } = /** @type {any} */ (globalThis).process ?? {};
  const controller = getBuiltinModule?.('node:util').transferableAbortController?.();
  signal.addEventListener('abort', () => controller?.abort());
  return controller?.signal;
}

/**
 * @param {string} url
 * @param {Request} request
 * @returns {Request | undefined} undefined if nothing of it is refused
 */
function fit(url, request) {
  if (globalThis.Request === undefined || isAllowed(url, request)) return undefined;
  /** @type {any} */
  const fitting = { ...request };
  for (const name of OPTIONAL) if (!isAllowed(url, { [name]: request[name] })) delete fitting[name];
  if (fitting.signal) return fitting;
  const signal = makeSignal(/** @type {AbortSignal} */ (request.signal));
  return isAllowed(url, { signal }) ? { ...fitting, signal } : fitting;
}

/** @type {import('./hooks.d.ts').Extension} */
export const fitting = {
  hooks: {
    wrapFetch: (fetch) => async (url, request) => {
      try {
        return await fetch(url, request);
      } catch (error) {
        // A request that was sent has a cause, or nothing of it is refused.
        const wasSent = request.signal?.aborted || !isUnexplained(error);
        const fitting = wasSent ? undefined : fit(url, request);
        if (fitting === undefined) throw error;
        if (isAllowed(url, fitting)) return fetch(url, fitting);
        throw fetch === globalThis.fetch ? makeFutile('nothing can be sent', error) : error;
      }
    },
  },
};
