// The options of a shared source: which make the connection, which are the source's own, and which cannot be shared.
// @ts-check
import { callable, notAllowed, optional } from '../source/options.js';
import { extensions } from '../source/extended.js';
import { readSignal } from '../source/signal.js';
import { parseUrl } from '../source/url.js';

/** What all that share a connection have in common. */
const SHARED =
  'withCredentials headers method body reconnectionTime backoff maxRetries idleTimeout maxEventSize maxBufferSize';
/**
 * What belongs to one tab.
 * @param {any} init
 */
function refuseUnshared({ fetch, retryOn, comment, pauseWhenHidden, ref, headers, body }) {
  const given = {
    fetch,
    retryOn,
    comment,
    pauseWhenHidden,
    'ref: false': ref === false,
    'headers, as a function,': typeof headers === 'function',
    'body, other than a string,': body && typeof body !== 'string',
  };
  for (const [name, isGiven] of Object.entries(given)) {
    if (isGiven) throw new TypeError(`The option ${name} cannot be shared: leave it out, or use EventSource.`);
  }
}

/**
 * @param {string} url
 * @param {any} init
 */
export function readRequest(url, init) {
  init ??= {};
  if (typeof init !== 'object' && typeof init !== 'function') throw notAllowed('init', 'an object', init);
  refuseUnshared(init);
  const { group = '', lastEventId = '', worker } = init;
  if (typeof group !== 'string') throw notAllowed('group', 'a string', group);
  if (worker !== false) optional(init, 'worker', callable);
  const signal = init.signal ? readSignal(init.signal) : undefined;
  /** @type {Record<string, any>} */
  const shared = {};
  for (const name of SHARED.split(' ')) if (init[name] !== undefined) shared[name] = init[name];
  shared.withCredentials = Boolean(shared.withCredentials);
  if (shared.headers) shared.headers = [...new Headers(shared.headers)];
  // Each extension says what is wrong with its options.
  for (const { join } of extensions) join?.({ ...shared, lastEventId }, /** @type {any} */ ({}));
  const { href } = parseUrl(url);
  const request = { key: JSON.stringify([href, group, shared]), url: href, init: shared };
  return { request, lastEventId, signal, worker };
}
