// One event stream in the core: chunks in, events out. A chunk goes through the core in slices.
// @ts-check
import { decodeBatch } from './decode.js';
import { standardPolicy } from './memory.js';
import { Pieces } from './pieces.js';
import * as sse from '../../dist/layout.js';

/** @typedef {import('./memory.js').Core} Core */

/** @typedef {(type: string, data: string, id: string | undefined) => void} Deliver The type of an event without one is ''. */

/**
 * What a caller hears of besides events.
 * @typedef {object} Callbacks
 * @property {((id: string) => void) | undefined} [id] A block that has an id ended; before its event, if it has data.
 * @property {((kind: number, text: string) => void) | undefined} [line] A line that was to be reported.
 */

/** @typedef {{ error: unknown }} Failure What a callback threw. */

/** @type {Callbacks} */
export const noCallbacks = {};

/** The flags of an event that has nothing but data. */
const DATA_ALONE = sse.COMPLETE | sse.FIRE | sse.DATA;

/** Flags of a record that holds the whole of its event. */
const WHOLE = sse.FIRE | sse.DATA | sse.TYPE | sse.ID;

/**
 * What a range of a record stands for.
 * @param {string} text of the batch
 * @param {Uint32Array} records
 * @param {number} range
 * @param {number} start
 */
const cut = (text, records, range, start) => text.substring(records[range] - start, records[range + 1] - start);

/**
 * Of any realm.
 * @param {unknown} value
 * @returns {value is Uint8Array<ArrayBuffer>}
 */
export function isUint8Array(value) {
  return (
    value instanceof Uint8Array ||
    (ArrayBuffer.isView(value) && Object.prototype.toString.call(value) === '[object Uint8Array]')
  );
}

export class Stream {
  /** What src/sse.h calls a connection, or the part of it that parses. A typed array would cost three times as much. */
  state = new Array(sse.CONNECTION_SIZE).fill(0);

  /** No more events are to be delivered. */
  isStopped = false;

  /** The last event ID string. */
  lastEventId = '';

  /** What the ends of slices cut; null while there is nothing. @type {Pieces | null} */
  #pieces = null;

  /**
   * @param {Core | undefined} core undefined for one that comes later, before anything is called
   * @param {import('./memory.js').Policy} [policy]
   */
  constructor(core, policy = standardPolicy) {
    /** @type {Core} */
    this.core = /** @type {Core} */ (core);
    this.policy = policy;
  }

  /** The core's functions, which work on this stream until another one is loaded. */
  load() {
    return this.core.load(this);
  }

  /**
   * An id or a type as it is handed out: cut from the text of its chunk, all of which it keeps alive.
   * @param {string} text
   */
  keep(text) {
    return text;
  }

  /** For a stream that begins: what the last one left over does not count. */
  forgetPieces() {
    this.#pieces = null;
  }

  /**
   * Parses a chunk and delivers its events, each with `lastEventId` as it stands for it.
   * @param {Uint8Array} chunk
   * @param {(length: number) => number} parse the core's function that consumes a slice
   * @param {Deliver} deliver
   * @param {Callbacks} [callbacks]
   * @returns {boolean} false if the core took no more than a part
   */
  feed(chunk, parse, deliver, callbacks = noCallbacks) {
    const { core } = this;
    const outer = core.keepBatch();
    const { length } = chunk;
    /** @type {Failure | undefined} */
    let failure;
    let offset = 0;
    while (offset < length && !this.isStopped) {
      this.load();
      const slice = offset === 0 && length <= sse.SLICE_SIZE ? chunk : chunk.subarray(offset, offset + sse.SLICE_SIZE);
      core.slice.set(slice);
      const consumed = parse(slice.length);
      const failed = this.deliver(slice, deliver, callbacks);
      failure ??= failed;
      if (consumed === 0) break;
      offset += consumed;
    }
    if (outer !== null) core.batch.set(outer);
    if (failure) throw failure.error;
    return offset >= length;
  }

  /**
   * Delivers the batch. The core has consumed what the records hold: a callback that throws does not keep the others from theirs.
   * @param {Uint8Array | string} source what lies in the slice
   * @param {Deliver} deliver
   * @param {Callbacks} callbacks
   */
  deliver(source, deliver, callbacks) {
    const { core } = this;
    const { records } = core;
    const end = core.batch[sse.BATCH_COUNT] * sse.RECORD_SIZE;
    if (end === 0) return undefined;
    const { text, start } = decodeBatch(core, source);
    const wasInUse = core.isBatchInUse;
    core.isBatchInUse = true;
    /** @type {Failure | undefined} */
    let failure;
    for (let at = 0; at < end;) {
      try {
        for (; at < end && !this.isStopped; at += sse.RECORD_SIZE) {
          const flags = records[at];
          const data = cut(text, records, at + sse.RECORD_DATA, start);
          if (flags === DATA_ALONE) {
            deliver('', data, undefined);
            continue;
          }
          const type = flags & sse.TYPE ? cut(text, records, at + sse.RECORD_TYPE, start) : '';
          const id = flags & sse.ID ? cut(text, records, at + sse.RECORD_ID, start) : undefined;
          this.#deliverMore(flags, data, type, id, deliver, callbacks);
        }
        break;
      } catch (error) {
        failure ??= { error };
        at += sse.RECORD_SIZE;
      }
    }
    core.isBatchInUse = wasInUse;
    return failure;
  }

  /**
   * A record of more than data, or of less than an event.
   * @param {number} flags
   * @param {string} data
   * @param {string} type
   * @param {string | undefined} id
   * @param {Deliver} deliver
   * @param {Callbacks} callbacks
   */
  #deliverMore(flags, data, type, id, deliver, callbacks) {
    if ((flags & ~WHOLE) !== sse.COMPLETE) {
      const event = (this.#pieces ??= new Pieces()).add(flags, data, type, id, callbacks);
      if (event === undefined) return;
      this.#pieces = null;
      ({ data, type, id } = event);
    }
    try {
      if (id !== undefined) {
        id = this.keep(id);
        this.lastEventId = id;
        callbacks.id?.(id);
      }
    } finally {
      if (flags & sse.FIRE && !this.isStopped) deliver(this.keep(type), data, id);
    }
  }
}
