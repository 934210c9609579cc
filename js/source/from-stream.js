// `EventSource.fromReadableStream(stream)`, after the proposal at https://github.com/whatwg/html/issues/12272: a source
// that reads a stream of bytes instead of a URL. The end of the stream closes it; it never reconnects.
// @ts-check
import { cancel } from './fetching.js';
import { defineMethods } from './webidl.js';
import * as sse from '../../dist/layout.js';

/** The stream that a source made with these options reads. @type {WeakMap<object, ReadableStream<Uint8Array>>} */
const streams = new WeakMap();

/** @type {import('./hooks.d.ts').Extension} */
export const fromStream = {
  join(init, connection) {
    const stream = streams.get(init);
    if (stream === undefined) return undefined;
    const reader = stream.getReader();
    const headers = new Headers({ 'Content-Type': 'text/event-stream' });
    const body = { getReader: () => reader, cancel: () => reader.cancel() };
    // Closed before it began: no request will ever take the reader.
    queueMicrotask(() => {
      if (connection.readyState === sse.CLOSED) cancel(reader);
    });
    return {
      policy: { flags: sse.POLICY_ANY_SCHEME | sse.POLICY_LIMIT_RETRIES },
      wrapFetch: () => async () => /** @type {any} */ ({ status: 200, headers, url: '', body }),
    };
  },

  define(EventSource) {
    defineMethods(EventSource, {
      /**
       * @param {ReadableStream<Uint8Array>} stream
       * @param {object | null} [init]
       */
      fromReadableStream(stream, init = undefined) {
        if (typeof stream?.getReader !== 'function') {
          throw new TypeError(`EventSource.fromReadableStream takes a ReadableStream, not ${typeof stream}.`);
        }
        if (stream.locked) throw new TypeError('EventSource.fromReadableStream takes a stream that is not locked.');
        const { maxEventSize, comment } = /** @type {any} */ (init ?? {});
        const own = { maxEventSize, comment };
        streams.set(own, stream);
        return new /** @type {any} */ (this)('about:event-stream', own);
      },
    });
  },
};
