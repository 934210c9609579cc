// The options of `new EventSource(url, init)` beyond the standard: what is allowed, and what it means for the core.
// @ts-check
import { makeSetup } from './core.js';
import * as sse from '../dist/layout.js';

/** Strings of some engines hold no more code units. */
const LARGEST_EVENT = 2 ** 29 - 24;

/**
 * Milliseconds, after a reconnection that brought no event, whatever `retry` says: no server is to make its clients
 * request anything, its own or others', as fast as they can.
 */
const LEAST_DELAY = 100;

/** The core counts no more reconnections in a row. */
const MOST_RETRIES = 65_534;

/**
 * @param {string} name
 * @param {string} allowed
 * @param {unknown} given
 */
function refuse(name, allowed, given) {
  return new TypeError(`The option ${name} must be ${allowed}, not ${show(given)}.`);
}

/** @param {unknown} value */
function show(value) {
  try {
    return typeof value === 'string' ? JSON.stringify(value) : String(value);
  } catch {
    return typeof value; // not everything has a string
  }
}

/**
 * @param {string} name
 * @param {unknown} value
 * @param {number} least
 * @param {number} most
 * @param {string} unit
 */
function wholeNumber(name, value, least, most, unit) {
  if (Number.isInteger(value) && Number(value) >= least && Number(value) <= most) return Number(value);
  throw refuse(name, `a whole number of ${unit} from ${least} to ${most}`, value);
}

/**
 * @param {string} name
 * @param {unknown} value
 * @param {number} least
 * @param {number} most
 */
function number(name, value, least, most) {
  if (typeof value === 'number' && value >= least && value <= most) return value;
  throw refuse(name, `a number from ${least} to ${most}`, value);
}

/**
 * @param {string} name
 * @param {unknown} value
 */
function callable(name, value) {
  if (typeof value === 'function') return value;
  throw refuse(name, 'a function', value);
}

/** The standard's constant delay. */
const constantDelay = Object.freeze({ factor: 0, maxDelay: 0, jitter: 0 });

/** @param {any} value */
function readBackoff(value) {
  if (value === undefined || value === false) return constantDelay;
  if (value !== true && (typeof value !== 'object' || value === null))
    throw refuse('backoff', 'an object or true', value);
  const { factor = 2, maxDelay = 30_000, jitter = 0 } = value;
  return {
    factor: number('backoff.factor', factor, 1, 100),
    maxDelay: wholeNumber('backoff.maxDelay', maxDelay, 0, sse.MAX_DELAY, 'milliseconds'),
    jitter: number('backoff.jitter', jitter, 0, 1),
  };
}

/** @param {any} value */
function readHeaders(value) {
  if (typeof value === 'function') return value;
  try {
    return new Headers(value);
  } catch (error) {
    throw new TypeError(
      `The option headers must be what the Headers constructor takes, or a function that returns it: ${/** @type {any} */ (error)?.message}`,
      { cause: error },
    );
  }
}

/**
 * https://fetch.spec.whatwg.org/#methods
 * @param {unknown} value
 */
function readMethod(value) {
  const isToken = typeof value === 'string' && /^[\w!#$%&'*+.^`|~-]+$/.test(value);
  if (isToken && !/^(connect|trace|track)$/i.test(value)) return value;
  throw refuse('method', 'an HTTP method other than CONNECT, TRACE and TRACK', value);
}

/**
 * @param {any} body
 * @param {string | undefined} method
 */
function readBody(body, method = 'GET') {
  if (body !== undefined && body !== null && /^(get|head)$/i.test(method)) {
    throw refuse('method', 'one that may have a body, since body is given,', method);
  }
  return body;
}

/** @param {any} value */
function readSignal(value) {
  const isTarget = typeof value?.addEventListener === 'function' && typeof value.removeEventListener === 'function';
  if (isTarget && typeof value.aborted === 'boolean') return value;
  throw refuse('signal', 'an AbortSignal', value);
}

/** @param {unknown} value */
function readLastEventId(value) {
  if (typeof value === 'string' && !/[\0\r\n]/.test(value)) return value;
  throw refuse('lastEventId', 'a string without NUL, CR and LF', value);
}

/**
 * @param {any} init
 * @param {string} name
 * @param {(name: string, value: any) => any} read
 */
function optional(init, name, read) {
  const value = init[name];
  return value === undefined ? undefined : read(name, value);
}

/** @param {import('./index.d.ts').EventSourceInit} init */
export function readOptions(init) {
  const limit = optional(init, 'maxEventSize', (name, value) => wholeNumber(name, value, 1, LARGEST_EVENT, 'bytes'));
  // The eventsource package's name for a limit that counts UTF-16 code units.
  const maxBufferSize = optional(init, 'maxBufferSize', (name, value) =>
    wholeNumber(name, value, 1, LARGEST_EVENT, 'characters'),
  );
  const maxRetries = optional(init, 'maxRetries', (name, value) =>
    value === Infinity ? undefined : wholeNumber(name, value, 0, MOST_RETRIES, 'retries (or Infinity)'),
  );
  const milliseconds = (/** @type {number} */ least) => (/** @type {string} */ name, /** @type {any} */ value) =>
    wholeNumber(name, value, least, sse.MAX_DELAY, 'milliseconds');
  const fetch = optional(init, 'fetch', callable);
  const retryOn = optional(init, 'retryOn', callable);
  const idleTimeout = optional(init, 'idleTimeout', milliseconds(1));
  const method = optional(init, 'method', (_, value) => readMethod(value));
  const reconnectionTime = optional(init, 'reconnectionTime', milliseconds(0));
  const flags =
    (fetch ? sse.POLICY_ANY_SCHEME : 0) | (retryOn ? sse.POLICY_ASK : 0) | (idleTimeout ? sse.POLICY_WATCH : 0);
  return {
    setup: makeSetup({ limit: limit ?? maxBufferSize, maxTries: maxRetries === undefined ? 0 : maxRetries + 1, flags }),
    maxEventSize: limit ?? maxBufferSize ?? sse.DEFAULT_LIMIT,
    isLimitInUnits: limit === undefined && maxBufferSize !== undefined,
    fetch,
    retryOn,
    idleTimeout,
    headers: optional(init, 'headers', (_, value) => readHeaders(value)),
    method,
    body: readBody(init.body, method),
    signal: optional(init, 'signal', (_, value) => (value === null ? undefined : readSignal(value))),
    lastEventId: optional(init, 'lastEventId', (_, value) => readLastEventId(value)),
    reconnectionTime,
    backoff: { ...readBackoff(init.backoff), least: Math.min(LEAST_DELAY, reconnectionTime ?? LEAST_DELAY) },
    pauseWhenHidden: Boolean(init.pauseWhenHidden),
    ref: init.ref === undefined || Boolean(init.ref),
    comment: optional(init, 'comment', callable),
  };
}

/** @typedef {ReturnType<typeof readOptions>} Options */

/** @type {Options | undefined} */
let standard;

/** What all sources without options share. */
export function standardOptions() {
  return (standard ??= readOptions(Object.create(null)));
}

/**
 * Retry-After, in milliseconds from now: https://www.rfc-editor.org/rfc/rfc9110#field.retry-after
 * @param {string | null | undefined} value
 */
export function readRetryAfter(value) {
  if (!value) return 0;
  if (/^\d+$/.test(value)) return Number(value) * 1000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? 0 : Math.max(0, date - Date.now());
}
