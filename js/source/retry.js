// When it tries again: `reconnectionTime`, `backoff`, `maxRetries`, `minUptime`, `retryOn`, and the Retry-After of a
// response.
// @ts-check
import { explain } from './explain.js';
import { notAllowed, number, optional, wholeNumber } from './options.js';
import { defineAttributes } from './webidl.js';
import * as sse from '../../dist/layout.js';

/** The core counts no more reconnections in a row. */
const MOST_RETRIES = 65_534;

/** The standard's constant delay. */
const constantDelay = { factor: 0, maxDelay: 0, jitter: 0 };

/** @param {any} value */
function readBackoff(value) {
  if (value === undefined || value === false) return undefined;
  if (value !== true && (typeof value !== 'object' || value === null))
    throw notAllowed('backoff', 'an object or true', value);
  const { factor = 2, maxDelay = 30_000, jitter = 0, ...others } = value;
  for (const name of Object.keys(others)) throw notAllowed('backoff', 'of factor, maxDelay and jitter', name);
  return {
    factor: number('backoff.factor', factor, 1, 100),
    maxDelay: wholeNumber('backoff.maxDelay', maxDelay, 0, sse.MAX_DELAY, 'milliseconds'),
    jitter: number('backoff.jitter', jitter, 0, 1),
  };
}

/**
 * Retry-After, in milliseconds from now: https://www.rfc-editor.org/rfc/rfc9110#field.retry-after
 * @param {string | null | undefined} value
 */
function readRetryAfter(value) {
  if (!value) return 0;
  value = value.trim(); // of a fetch that leaves white space where it was
  if (/^\d+$/.test(value)) return Number(value) * 1000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? 0 : Math.max(0, date - Date.now());
}

/**
 * What the caller's `retryOn` makes of a lost connection.
 * @param {any} retryOn
 * @param {import('./eventsource.js').Connection} connection
 */
function decide(retryOn, connection) {
  const { status, headers } = connection.response ?? {};
  const isRetried = retryOn({ status, headers, error: connection.cause, attempt: connection.load().retries() });
  if (isRetried !== undefined && typeof isRetried !== 'boolean') {
    const given = typeof isRetried?.then === 'function' ? 'a promise, which comes too late' : typeof isRetried;
    throw new TypeError(`retryOn must return true, false or undefined, not ${given}`);
  }
  return isRetried;
}

/**
 * @param {string} name
 * @param {unknown} value
 */
function readRetryOn(name, value) {
  if (typeof value === 'function') return value;
  throw notAllowed(name, 'a function, such as ({ status }) => status === 503 || undefined', value);
}

/** @param {any} init */
function readRetries(init) {
  const maxRetries = optional(init, 'maxRetries', (name, value) =>
    value === Infinity ? undefined : wholeNumber(name, value, 0, MOST_RETRIES, 'retries (or Infinity)'),
  );
  const reconnectionTime = optional(init, 'reconnectionTime', (name, value) =>
    wholeNumber(name, value, 0, sse.MAX_DELAY, 'milliseconds'),
  );
  return {
    maxRetries,
    reconnectionTime,
    minUptime: optional(init, 'minUptime', (name, value) => wholeNumber(name, value, 0, sse.MAX_DELAY, 'milliseconds')),
    retryOn: optional(init, 'retryOn', readRetryOn),
    backoff: readBackoff(init.backoff),
  };
}

/** @type {import('./hooks.d.ts').Extension} */
export const retry = {
  join(init) {
    const { maxRetries, reconnectionTime, minUptime = 5000, retryOn, backoff } = readRetries(init);
    if ((maxRetries ?? reconnectionTime ?? retryOn ?? backoff) === undefined) return undefined;
    const { factor, maxDelay, jitter } = backoff ?? constantDelay;
    const least = Math.min(sse.MIN_DELAY, reconnectionTime ?? sse.MIN_DELAY);
    let notBefore = 0; // what the server asked for by Retry-After, in milliseconds
    let opened = 0; // when, in milliseconds
    /** @type {unknown} */
    let failure; // of retryOn
    const tellUptime = (/** @type {import('./eventsource.js').Connection} */ connection) =>
      connection.load().alive(performance.now() - opened);
    return {
      policy: {
        maxRetries,
        flags: (maxRetries === undefined ? 0 : sse.POLICY_LIMIT_RETRIES) | (retryOn ? sse.POLICY_DECIDE : 0),
        minUptime: Math.max(1, minUptime),
      },
      reconnectionTime,
      ready(connection) {
        if (reconnectionTime !== undefined) connection.load().setReconnectionTime(reconnectionTime);
      },
      makeEvent(_, type) {
        if (type === 'open') opened = performance.now();
        return undefined;
      },
      received: tellUptime,
      ended: tellUptime,
      decide(connection) {
        if (retryOn === undefined) return undefined;
        failure = undefined;
        try {
          const isRetried = decide(retryOn, connection);
          if (isRetried === undefined) return sse.DECISION_STANDARD;
          if (!isRetried) return sse.DECISION_FAIL;
          notBefore = readRetryAfter(connection.response?.headers?.get('retry-after'));
          return sse.DECISION_RETRY;
        } catch (error) {
          connection.cause = failure = error;
          return sse.DECISION_FAIL;
        }
      },
      describe: () => (failure === undefined ? undefined : `The option retryOn failed (${explain(failure)})`),
      delay(connection) {
        if (backoff === undefined && reconnectionTime === undefined && notBefore === 0) return undefined;
        const delay = connection.load().delayWith(factor, maxDelay, jitter, Math.random(), least, notBefore);
        notBefore = 0;
        return delay;
      },
    };
  },

  define(EventSource, connectionOf) {
    defineAttributes(EventSource, {
      get reconnectionTime() {
        const connection = connectionOf(this);
        if (connection.hasCore) return connection.load().reconnectionTime();
        return (
          connection.joined.find(({ reconnectionTime }) => reconnectionTime !== undefined)?.reconnectionTime ??
          sse.DEFAULT_RECONNECTION_TIME
        );
      },
    });
  },
};
