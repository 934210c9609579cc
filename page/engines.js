// What the page compares: each engine turns chunks into what can be seen of it.
// @ts-check
import { LANES, runNative } from './native.js';
import { makeCore, runCore } from './package/test/support/run-core.js';

/** @typedef {import('./package/test/support/vectors.js').Vector} Vector */

/**
 * @typedef {object} Engine
 * @property {string} id
 * @property {string} name
 * @property {number} lanes how many streams may run at once
 * @property {(chunks: Uint8Array[]) => Promise<object>} run
 * @property {(vector: Vector) => object} expect what `run` must give
 */

/** @param {Vector} vector */
const expectAll = ({ events, lastEventId, reconnectionTime }) => ({ events, lastEventId, reconnectionTime });

/**
 * @param {string} id
 * @param {string} name
 * @param {import('./package/js/core/memory.js').Core} core
 * @returns {Engine}
 */
function coreEngine(id, name, core) {
  return { id, name, lanes: 1, run: async (chunks) => runCore(core, chunks), expect: expectAll };
}

/** Takes a tab for a space: to see that the page shows what fails. */
function breakCore() {
  const core = makeCore.wasm();
  const { exports } = core;
  core.exports = {
    ...exports,
    receive(length) {
      const bytes = core.slice.subarray(0, length);
      bytes.forEach((byte, i) => (bytes[i] = byte === 0x09 ? 0x20 : byte));
      return exports.receive(length);
    },
  };
  return core;
}

/**
 * @param {Vector[]} vectors
 * @param {boolean} withBroken
 * @returns {Engine[]}
 */
export function makeEngines(vectors, withBroken) {
  const types = new Set(['open', 'message', 'error']);
  for (const { events } of vectors) for (const { type } of events) types.add(type);
  return [
    coreEngine('wasm', 'Wasm', makeCore.wasm()),
    coreEngine('fallback', 'JS', makeCore.fallback()),
    {
      id: 'native',
      name: 'Native',
      lanes: LANES,
      run: (chunks) => runNative(chunks, types),
      expect: ({ events }) => ({ events }),
    },
    ...(withBroken ? [coreEngine('broken', 'Broken', breakCore())] : []),
  ];
}
