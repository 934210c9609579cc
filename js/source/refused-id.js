// A server of another origin may allow the stream, but not the header Last-Event-ID, which fetch asks for first where a
// browser's own EventSource sends it unasked: then it is left out.
// @ts-check
import { cancel, isToOtherOrigin } from './fetching.js';
import * as sse from '../../dist/layout.js';

/** Whose server refuses the header. @type {WeakSet<object>} */
const refused = new WeakSet();

/** Whose last request failed that had the header. @type {WeakSet<object>} */
const failed = new WeakSet();

const LONGEST_WAIT = 30_000;

/** @type {import('./hooks.d.ts').Extension} */
export const refusedId = {
  hooks: {
    wrapFetch: (fetch, connection) => async (url, request) => {
      const { 'Last-Event-ID': id, ...headers } = request.headers;
      failed.delete(connection);
      if (refused.has(connection)) return fetch(url, { ...request, headers });
      try {
        return await fetch(url, request);
      } catch (error) {
        if (id === undefined || request.signal?.aborted || !isToOtherOrigin(url)) throw error;
        failed.add(connection);
        // Without the header it is answered, with it, at once, it is not: so nothing else is to blame.
        const { body } = await fetch(url, { ...request, headers }).catch(() => Promise.reject(error));
        try {
          return await fetch(url, request);
        } catch (cause) {
          if (!request.signal?.aborted) refused.add(connection);
          failed.delete(connection); // the next one is another request
          throw new TypeError(
            'the server allows the stream to this page, but not the header Last-Event-ID: it must answer OPTIONS with ' +
              'Access-Control-Allow-Headers: Last-Event-ID, or take the id from the query, where the option ' +
              'lastEventIdQueryParameterName puts it',
            { cause },
          );
        } finally {
          cancel(body);
        }
      }
    },
    delay: (connection) =>
      failed.has(connection) ? connection.load().delayWith(2, LONGEST_WAIT, 0, 0, sse.MIN_DELAY, 0) : undefined,
    describeId: (connection) =>
      refused.has(connection) && connection.lastEventId
        ? ', without Last-Event-ID, which the server does not allow to this page'
        : undefined,
  },
};
