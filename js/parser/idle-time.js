// `idleTimeout` of events(): an answer that stalls.
// @ts-check
import { optional, wholeNumber } from '../source/options.js';
import * as sse from '../../dist/layout.js';

/** @param {any} options @returns {number | undefined} */
export const readIdleTimeout = (options) =>
  optional(options, 'idleTimeout', (name, value) => wholeNumber(name, value, 1, sse.MAX_DELAY, 'milliseconds'));

/**
 * Waits so long for a chunk. The timer may be late, since the process was suspended or busy: one more turn lets what has
 * arrived meanwhile be read first.
 * @template T
 * @param {Promise<T>} read
 * @param {number | undefined} milliseconds undefined to wait for ever
 * @returns {Promise<T>}
 */
export function withinIdleTime(read, milliseconds) {
  if (milliseconds === undefined) return read;
  return new Promise((resolve, reject) => {
    let timer = setTimeout(() => {
      timer = setTimeout(() => {
        reject(new DOMException(`The server sent nothing for ${milliseconds} ms.`, 'TimeoutError'));
      }, 0);
    }, milliseconds);
    read.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
