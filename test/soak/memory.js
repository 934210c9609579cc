// What a process holds, once all garbage is gone, and whether it grows.
import process from 'node:process';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { full } from '../../js/core/full.js';

setFlagsFromString('--expose-gc');
export const collect = runInNewContext('gc');

export const MEGABYTE = 2 ** 20;

/** So much more at the end than at the begin counts as flat: what an engine keeps for itself varies. */
const SHARE = 0.1;
const SLACK = MEGABYTE;

export function measure() {
  for (let n = 0; n < 2; n++) collect();
  const { heapUsed, external } = process.memoryUsage(); // external includes arrayBuffers
  const resources = process.getActiveResourcesInfo();
  const count = (name) => resources.filter((resource) => resource === name).length;
  return {
    heap: heapUsed,
    external,
    sockets: count('TCPSocketWrap'),
    timers: count('Timeout'),
    core: full.now.exports.memory.buffer.byteLength,
  };
}

const median = (values) => values.sort((a, b) => a - b)[values.length >> 1];

/**
 * The medians of the first and the last third of the samples, and whether the latter is not above the former.
 * @param {number[]} samples after the warm-up
 */
export function compare(samples) {
  const third = Math.ceil(samples.length / 3);
  const first = median(samples.slice(0, third));
  const last = median(samples.slice(-third));
  return { first, last, isFlat: last <= first * (1 + SHARE) + SLACK };
}
