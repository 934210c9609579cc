// When it tries again: `reconnectionTime`, `backoff`, `maxRetries`, `retryOn`, and the Retry-After of a response.
// @ts-check
import { callable, notAllowed, number, optional, wholeNumber } from './options.js';
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
  const { factor = 2, maxDelay = 30_000, jitter = 0 } = value;
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
  const isRetried = retryOn({ status, headers, error: connection.cause, attempt: connection.load().tries() });
  if (isRetried !== undefined && typeof isRetried !== 'boolean') {
    throw new TypeError(`retryOn must return true, false or undefined, not ${typeof isRetried}.`); // nor a promise
  }
  return isRetried;
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
    retryOn: optional(init, 'retryOn', callable),
    backoff: readBackoff(init.backoff),
  };
}

/** @type {import('./hooks.d.ts').Extension} */
export const retry = {
  join(init) {
    const { maxRetries, reconnectionTime, retryOn, backoff } = readRetries(init);
    if ((maxRetries ?? reconnectionTime ?? retryOn ?? backoff) === undefined) return undefined;
    const { factor, maxDelay, jitter } = backoff ?? constantDelay;
    const least = Math.min(sse.LEAST_DELAY, reconnectionTime ?? sse.LEAST_DELAY);
    let notBefore = 0; // what the server asked for by Retry-After, in milliseconds
    return {
      policy: {
        maxTries: maxRetries === undefined ? 0 : maxRetries + 1,
        flags: retryOn ? sse.POLICY_ASK : 0,
      },
      reconnectionTime,
      ready(connection) {
        if (reconnectionTime !== undefined) connection.load().setReconnectionTime(reconnectionTime);
      },
      decide(connection) {
        if (retryOn === undefined) return undefined;
        try {
          const isRetried = decide(retryOn, connection);
          if (isRetried === undefined) return sse.ANSWER_STANDARD;
          if (!isRetried) return sse.ANSWER_FAIL;
          notBefore = readRetryAfter(connection.response?.headers?.get('retry-after'));
          return sse.ANSWER_RETRY;
        } catch (error) {
          connection.cause = error;
          return sse.ANSWER_FAIL;
        }
      },
      delay(connection) {
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
          connection.hooks.find(({ reconnectionTime }) => reconnectionTime !== undefined)?.reconnectionTime ??
          sse.DEFAULT_RECONNECTION_TIME
        );
      },
    });
  },
};
