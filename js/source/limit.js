// `maxEventSize`, and the name that the eventsource package has for a limit in UTF-16 code units, `maxBufferSize`.
// @ts-check
import { optional, wholeNumber } from './options.js';
import * as sse from '../../dist/layout.js';

/** Strings of some engines hold no more code units. */
const LARGEST_EVENT = 2 ** 29 - 24;

/** @param {any} init */
export function readLimit(init) {
  const bytes = optional(init, 'maxEventSize', (name, value) => wholeNumber(name, value, 1, LARGEST_EVENT, 'bytes'));
  const units = optional(init, 'maxBufferSize', (name, value) =>
    wholeNumber(name, value, 1, LARGEST_EVENT, 'characters'),
  );
  return { limit: bytes ?? units, isInUnits: bytes === undefined && units !== undefined };
}

/**
 * @param {number} [limit]
 * @param {boolean} [isInUnits]
 */
export const describeLimit = (limit = sse.DEFAULT_LIMIT, isInUnits = false) =>
  isInUnits
    ? `An event was larger than ${limit} characters; the maxBufferSize option raises this limit`
    : `An event was larger than ${limit} bytes; the maxEventSize option raises this limit`;

/**
 * @param {number} reason
 * @param {number} [limit]
 * @param {boolean} [isInUnits]
 */
const describe = (reason, limit, isInUnits) =>
  reason === sse.REASON_TOO_LARGE ? describeLimit(limit, isInUnits) : undefined;

/** @type {import('./hooks.d.ts').Extension} */
export const limit = {
  hooks: { describe: (_, reason) => describe(reason) },
  join(init) {
    const { limit, isInUnits } = readLimit(init);
    if (limit === undefined) return undefined;
    return {
      policy: { limit },
      reports: isInUnits ? sse.LIMIT_IN_UNITS : 0,
      describe: (_, reason) => describe(reason, limit, isInUnits),
    };
  },
};
