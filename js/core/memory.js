// The memory of the core: what lies where, and whose state lies in it. No other file writes to it.
// @ts-check
import * as sse from '../../dist/layout.js';

/** @typedef {import('./exports.d.ts').CoreExports} CoreExports */

/** @typedef {readonly number[]} Policy As src/sse.h knows it, in words. */

/**
 * What has a state in the core: a stream, or a connection with its stream.
 * @typedef {{ policy: Policy, state: number[] }} Resident
 */

/** What all connections without options share. @type {Policy} */
export const standardPolicy = /* @__PURE__ */ Object.freeze(/* @__PURE__ */ new Array(sse.POLICY_SIZE).fill(0));

/** @type {Resident} */
const nobody = { policy: standardPolicy, state: new Array(sse.CONNECTION_SIZE).fill(0) };

/**
 * @param {{ limit?: number, maxTries?: number, flags?: number }} policy
 * @returns {Policy}
 */
export function makePolicy({ limit = 0, maxTries = 0, flags = 0 }) {
  if (limit === 0 && maxTries === 0 && flags === 0) return standardPolicy;
  const policy = [...standardPolicy];
  policy[sse.POLICY_LIMIT] = limit;
  policy[sse.POLICY_MAX_TRIES] = maxTries;
  policy[sse.POLICY_FLAGS] = flags;
  return policy;
}

/**
 * @param {ArrayLike<number>} from
 * @param {Int32Array | Uint32Array | number[]} to
 */
function copy(from, to) {
  for (let i = 0; i < from.length; i++) to[i] = from[i];
}

/** One instance of the core: its functions, and views of its memory, which never grows and so never moves. */
export class Core {
  #state;
  #policy;
  /** Whose state lies in the memory. @type {Resident} */
  #resident = nobody;
  /** Which policy lies in the memory. @type {Policy | null} */
  #residentPolicy = null;

  /** Whether the batch is being read, while listeners run, which may feed other connections. */
  isBatchInUse = false;

  /** @param {CoreExports} exports */
  constructor(exports) {
    const { buffer } = exports.memory;
    const address = exports.address();
    this.exports = exports;
    this.#state = new Int32Array(buffer, address + sse.AT_CONNECTION, sse.CONNECTION_SIZE);
    this.#policy = new Uint32Array(buffer, address + sse.AT_POLICY, sse.POLICY_SIZE);
    this.batch = new Uint32Array(buffer, address + sse.AT_BATCH, sse.BATCH_SIZE);
    this.records = this.batch.subarray(sse.BATCH_RECORDS);
    /** The headroom, the slice, and what comes after it: offsets of records count from here. */
    this.window = new Uint8Array(buffer, address + sse.AT_WINDOW);
    this.slice = this.window.subarray(sse.HEADROOM, sse.HEADROOM + sse.SLICE_SIZE);
    this.decoder = new TextDecoder('utf-8', { ignoreBOM: true });
    this.encoder = new TextEncoder();
  }

  /**
   * Puts a state where the core's functions work on it, and that of whoever was there back to its owner.
   * @param {Resident} owner
   */
  load(owner) {
    if (this.#resident !== owner) {
      copy(this.#state, this.#resident.state);
      copy(owner.state, this.#state);
      this.#resident = owner;
      if (this.#residentPolicy !== owner.policy) {
        this.#residentPolicy = owner.policy;
        copy(owner.policy, this.#policy);
      }
    }
    return this.exports;
  }

  /** The batch, for who parses while it is being read: to be put back afterwards. */
  keepBatch() {
    const { batch } = this;
    return this.isBatchInUse ? batch.slice(0, sse.BATCH_RECORDS + batch[sse.BATCH_COUNT] * sse.RECORD_SIZE) : null;
  }

  /**
   * Puts a text at the start of the slice, in UTF-8.
   * @param {string} text
   * @returns {number} of bytes
   */
  write(text) {
    return this.encoder.encodeInto(text, this.slice).written;
  }
}
