// What fetch does not tell of a request to another origin: whether CORS refused it. A browser's own EventSource fails the
// connection then; for fetch it is a network error like any other.
// @ts-check
import { explain } from './explain.js';
import { isToOtherOrigin, isUnexplained, makeFutile } from './fetching.js';
import * as sse from '../../dist/layout.js';

/** Those whose server has answered, or was asked about. @type {WeakSet<object>} */
const known = new WeakSet();

/** For an answer to HEAD, in milliseconds: a server may take it for GET, and never end it. */
const PATIENCE = 5000;

/**
 * Whether there is a server: the answer itself stays hidden.
 * @param {string} url
 * @param {AbortSignal | null | undefined} outer
 */
async function answers(url, outer) {
  const controller = new AbortController();
  const { signal } = controller;
  const abort = () => controller.abort();
  const timer = setTimeout(abort, PATIENCE);
  outer?.addEventListener('abort', abort);
  try {
    await globalThis.fetch(url, { method: 'HEAD', mode: 'no-cors', credentials: 'omit', cache: 'no-store', signal });
    return true;
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
    abort();
  }
}

/** @type {import('./hooks.d.ts').Extension} */
export const cors = {
  hooks: {
    wrapFetch: (fetch, connection) => async (url, request) => {
      const isKnown = known.has(connection);
      try {
        const response = await fetch(url, request);
        known.add(connection);
        return response;
      } catch (error) {
        if (isKnown || request.signal?.aborted || !isToOtherOrigin(url) || !isUnexplained(error, 'TypeError'))
          throw error;
        known.add(connection);
        if (!(await answers(url, request.signal))) throw error;
        try {
          return await fetch(url, request);
        } catch (error) {
          const isRefused = isUnexplained(error, 'TypeError') && !request.signal?.aborted;
          throw isRefused ? makeFutile(refusal(), error) : error;
        }
      }
    },
    describe({ url, cause }, reason) {
      if (reason !== sse.REASON_NETWORK || !isToOtherOrigin(url) || !isUnexplained(cause, 'TypeError'))
        return undefined;
      return `The request to another origin failed (${explain(cause)}), since there is no answer or CORS forbids to read it`;
    },
  },
};

const refusal = () =>
  `the server is there, but CORS forbids this page to read it: it must send Access-Control-Allow-Origin: ${globalThis.origin}`;
