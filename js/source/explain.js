// The sentences of errors: what happened, and what follows.
// @ts-check
import { EventSourceErrorEvent } from './events.js';
import * as sse from '../../dist/layout.js';

/** What OpenSSL says: all but its words is about its own source. */
const OPENSSL = /^\w+:error:\w+:[^:]*:[^:]*:([^:]*):.*/s;

/**
 * The messages of an error and of its causes, in one line. Whatever a `fetch` may reject with: what cannot even be read
 * is no reason to lose the connection for good.
 * @param {any} error
 */
export function explain(error) {
  /** @type {string[]} */
  const messages = [];
  try {
    for (let at = error, depth = 0; at && depth < 8; at = at.cause, depth++) {
      const first = at.errors?.[0]; // of an AggregateError: one for each address that was tried
      const message = String(at.message || first?.message || at.code || (typeof at === 'object' ? 'no message' : at));
      if (!messages.includes(message)) messages.push(message);
    }
    const text = messages.map((message) => message.replace(OPENSSL, 'TLS: $1')).join(': ');
    return text.replace(/\s+/g, ' ').trim() || 'no reason given';
  } catch {
    return 'for a reason that cannot be read';
  }
}

/**
 * @param {{ status: number, contentType: string } | null} response
 * @param {number} reason
 */
export function describeRefusal(response, reason) {
  if (reason === sse.REASON_STATUS) return `The server answered with status ${response?.status}, not 200`;
  const type = response?.contentType;
  return `The server answered with ${type ? `Content-Type '${type}'` : 'no Content-Type'}, not text/event-stream`;
}

/**
 * @param {import('./eventsource.js').Connection} connection
 * @param {number} reason
 */
function describeReason({ url, response, cause }, reason) {
  switch (reason) {
    case sse.REASON_NONE: // the core has never come
      return explain(cause);
    case sse.REASON_SCHEME:
      return `A URL of the scheme ${new URL(url).protocol} cannot be fetched, only http:, https:, data: and blob:`;
    case sse.REASON_STATUS:
    case sse.REASON_CONTENT_TYPE:
      return describeRefusal(response, reason);
    case sse.REASON_BODY:
      return 'The body of the response is not a ReadableStream';
    case sse.REASON_TOO_LARGE:
      return `An event was larger than ${sse.DEFAULT_LIMIT} bytes`;
    case sse.REASON_NETWORK:
    case sse.REASON_FUTILE:
      return `The request failed (${explain(cause)})`;
    case sse.REASON_BROKEN:
      return `The connection broke off (${explain(cause)})`;
    default:
      return 'The stream ended';
  }
}

/** @param {import('./eventsource.js').Connection} connection */
function detailsOf(connection) {
  const { response, cause, retryIn, hasCore } = connection;
  const reason = hasCore ? connection.load().reason() : sse.REASON_NONE;
  const what = connection.ask('describe', reason) ?? describeReason(connection, reason);
  const withoutId =
    connection.ask('describeId') ??
    (hasCore && connection.load().lastEventIdKind() === sse.ID_UNSENDABLE
      ? ', without Last-Event-ID, because the last event ID holds a control character that no header can carry'
      : '');
  const message =
    retryIn !== null
      ? `${what}; reconnecting in ${retryIn} ms${withoutId}.`
      : reason < sse.REASON_NETWORK // what no further attempt can mend
        ? `The connection failed: ${what[0].toLowerCase()}${what.slice(1)}.`
        : `${what}; the connection failed, since no retry is left.`;
  const status = response?.status;
  return {
    message,
    code: reason >= sse.REASON_STATUS && reason <= sse.REASON_BODY ? status : undefined,
    status,
    headers: response?.headers,
    cause,
    retryIn,
  };
}

/**
 * The `error` event of a connection as it stands.
 * @param {import('./eventsource.js').Connection} connection
 */
export const makeErrorEvent = (connection) => new EventSourceErrorEvent('error', detailsOf(connection));
