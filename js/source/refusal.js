// What a refused response says: `text()` of an `error` event, which costs nothing unless a listener calls it.
// @ts-check
import { makeErrorEvent } from './explain.js';
import { EventSourceErrorEvent } from './events.js';
import { cancel } from './fetching.js';
import { defineMethods } from './webidl.js';
import * as sse from '../../dist/layout.js';

/** @typedef {import('./hooks.d.ts').Kept} Kept */

/** No error page needs more, in bytes, and no server longer, in milliseconds. */
const MOST = 65_536;
const LONGEST = 10_000;

/** @typedef {{ text?: Promise<string>, read: () => Promise<string> }} Offer */

/** Of responses that are refused, until the `error` event is made. @type {WeakMap<object, Offer>} */
const ofConnection = new WeakMap();

/** @type {WeakMap<object, Offer>} */
const ofEvent = new WeakMap();

/**
 * What comes of a body within the bounds; whatever ends it, what has come until then counts.
 * @param {Kept} kept
 */
async function read({ body, abort }) {
  const reader = /** @type {ReadableStream<Uint8Array>} */ (body).getReader();
  const stop = () => {
    cancel(reader);
    abort();
  };
  const timer = setTimeout(stop, LONGEST);
  const decoder = new TextDecoder();
  let text = '';
  let length = 0;
  try {
    while (length < MOST) {
      const { done, value } = await reader.read();
      if (done) break;
      const bytes = value.subarray(0, MOST - length);
      length += bytes.length;
      text += decoder.decode(bytes, { stream: true });
    }
  } catch {
    // It was aborted, or broke off.
  }
  clearTimeout(timer);
  stop();
  return text;
}

/**
 * Taken while the event is dispatched, or never: listeners run before any promise.
 * @param {Kept} kept
 */
function makeOffer(kept) {
  /** @type {Offer} */
  const offer = { read: () => (offer.text ??= read(kept)) };
  queueMicrotask(() => {
    if (offer.text !== undefined) return;
    kept.abort();
    offer.read = () => Promise.reject(new TypeError('text() must be called while the event is dispatched.'));
  });
  return offer;
}

/** @type {import('./hooks.d.ts').Extension} */
export const refusal = {
  hooks: {
    keepBody(connection, kept) {
      const reason = connection.load().reason();
      const isRefused = reason === sse.REASON_STATUS || reason === sse.REASON_CONTENT_TYPE;
      if (!isRefused || connection.isStopped || typeof (/** @type {any} */ (kept.body)?.getReader) !== 'function')
        return false;
      ofConnection.set(connection, makeOffer(kept));
      return true;
    },
    makeEvent(connection, type) {
      const offer = ofConnection.get(connection);
      if (offer === undefined || type !== 'error') return undefined;
      ofConnection.delete(connection);
      const event = makeErrorEvent(connection);
      ofEvent.set(event, offer);
      return event;
    },
  },

  define() {
    defineMethods(EventSourceErrorEvent.prototype, {
      /** The body of a response that was refused, as far as 64 KiB; '' without one. */
      async text() {
        return ofEvent.get(this)?.read() ?? '';
      },
    });
  },
};
