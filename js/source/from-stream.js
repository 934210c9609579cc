// `EventSource.fromReadableStream(stream)`, after the proposal at https://github.com/whatwg/html/issues/12272: a source
// that reads a stream of bytes instead of a URL. The end of the stream closes it; it never reconnects.
// @ts-check
import { isUint8Array } from '../core/stream.js';
import { cancel } from './fetching.js';
import { END, Ending, readUnfinished, unfinishedError } from './unfinished.js';
import { defineMethods } from './webidl.js';
import * as sse from '../../dist/layout.js';

/**
 * A reader that at the end of the body does with an unfinished event what is wished.
 * @param {ReadableStreamDefaultReader<Uint8Array>} reader
 * @param {'yield' | 'error'} unfinished
 * @param {import('./eventsource.js').Connection} connection
 */
function finishing(reader, unfinished, connection) {
  const end = new TextEncoder().encode(END);
  const ending = new Ending();
  const fail = () => {
    const { lastEventId } = connection;
    /** @type {object | undefined} */
    let event;
    connection.receive(end, (type, data) => {
      event = { type: type || 'message', data, lastEventId: connection.lastEventId };
    });
    connection.lastEventId = lastEventId;
    throw unfinishedError(event);
  };
  return {
    cancel: () => reader.cancel(),
    async read() {
      const { done, value } = await reader.read();
      if (!done || ending.isWhole) {
        if (!done && isUint8Array(value)) ending.add(value);
        return { done, value };
      }
      if (unfinished === 'error') fail();
      ending.add(end);
      return { done: false, value: end };
    },
  };
}

/** The stream that a source made with these options reads. @type {WeakMap<object, ReadableStream<Uint8Array>>} */
const streams = new WeakMap();

/** @type {import('./hooks.d.ts').Extension} */
export const fromStream = {
  join(init, connection) {
    const stream = streams.get(init);
    if (stream === undefined) return undefined;
    const unfinished = readUnfinished(init);
    const reader = stream.getReader();
    const headers = new Headers({ 'Content-Type': 'text/event-stream' });
    const own = unfinished === 'drop' ? reader : finishing(reader, unfinished, connection);
    const body = { getReader: () => own, cancel: () => reader.cancel() };
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
        const { maxEventSize, comment, ignoredLine, readAhead, unfinished } = /** @type {any} */ (init ?? {});
        const own = { maxEventSize, comment, ignoredLine, readAhead, unfinished };
        streams.set(own, stream);
        return new /** @type {any} */ (this)('about:event-stream', own);
      },
    });
  },
};
