// The options of a shared source: which make the connection, which are the source's own, and which cannot be shared.
// @ts-check
import { callable, notAllowed, optional } from '../source/options.js';
import { extensions } from '../source/extended.js';
import { readSignal } from '../source/signal.js';
import { parseUrl } from '../source/url.js';

/** What all that share a connection have in common. */
const SHARED =
  'withCredentials headers method body reconnectionTime backoff maxRetries idleTimeout maxEventSize maxBufferSize';
/** What belongs to one tab. */
const UNSHARED = 'fetch retryOn comment pauseWhenHidden';

/**
 * @param {string} name
 * @param {string} why
 */
const cannotShare = (name, why) =>
  new TypeError(`The option ${name} ${why}: leave it out, or use EventSource, whose connection is not shared.`);

/** @param {any} init */
function refuse(init) {
  for (const name of UNSHARED.split(' ')) {
    if (init[name]) throw cannotShare(name, 'belongs to one tab and cannot be shared');
  }
  if (init.ref === false) throw cannotShare('ref', 'cannot be false for what is shared');
  if (typeof init.headers === 'function') throw cannotShare('headers', 'cannot be a function for what is shared');
  if (!['undefined', 'string'].includes(typeof (init.body ?? undefined))) {
    throw cannotShare('body', 'can only be a string for what is shared');
  }
}

/**
 * @param {string} url
 * @param {any} init
 */
export function readRequest(url, init) {
  init ??= {};
  if (typeof init !== 'object' && typeof init !== 'function') {
    throw new TypeError(`Failed to construct 'SharedEventSource': init must be an object, not ${typeof init}.`);
  }
  refuse(init);
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
