// The one file that touches the core's memory. Everything else sees connections, strings and numbers.
// @ts-check
import { base64 } from '../dist/core.wasm.js';
import { instantiate as instantiateFallback } from '../dist/core.fallback.js';
import * as sse from '../dist/layout.js';

/** @typedef {import('./core-exports.d.ts').CoreExports} CoreExports */

/** @returns {CoreExports} */
function instantiateWasm() {
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  return /** @type {any} */ (new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports);
}

/** WebAssembly may be missing, refused (a content security policy) or lack SIMD: the same core runs as JavaScript. */
function instantiateAny() {
  try {
    return instantiateWasm();
  } catch {
    return instantiateFallback();
  }
}

/** One instance of the core: its functions, and views of its memory, which never grows and so never moves. */
export class Core {
  /** @param {CoreExports} exports */
  constructor(exports) {
    const { buffer } = exports.memory;
    this.exports = exports;
    this.sliceSize = exports.sliceSize();
    this.window = new Uint8Array(buffer, exports.slice() - sse.HEADROOM, sse.HEADROOM + this.sliceSize);
    this.slice = this.window.subarray(sse.HEADROOM);
    this.batch = new Uint32Array(buffer, exports.batch(), sse.BATCH_SIZE);
    this.records = this.batch.subarray(sse.BATCH_RECORDS);
    this.state = new Int32Array(buffer, exports.connection(), sse.CONNECTION_SIZE);
    this.decoder = new TextDecoder('utf-8', { ignoreBOM: true });
    /** @type {Connection | null} Whose state lies in the memory. */
    this.resident = null;
    /** @type {Delivery | null} What the memory's records are being read for. */
    this.delivery = null;
  }

  static wasm() {
    return new Core(instantiateWasm());
  }

  static fallback() {
    return new Core(instantiateFallback());
  }

  /** @type {Core | undefined} */
  static #shared;

  /** The core that every connection of this realm uses unless told otherwise; made when it is first needed. */
  static shared() {
    return (Core.#shared ??= new Core(instantiateAny()));
  }

  /**
   * Puts a string of code units up to 0xFF at the begin of the slice.
   * @param {string} text
   */
  write(text) {
    const length = Math.min(text.length, this.sliceSize);
    for (let i = 0; i < length; i++) this.slice[i] = text.charCodeAt(i);
    return length;
  }
}

/**
 * @param {ArrayLike<number>} from
 * @param {Int32Array | number[]} to
 */
function copy(from, to) {
  for (let i = 0; i < sse.CONNECTION_SIZE; i++) to[i] = from[i];
}

/** Reads the records of a batch while listeners run, which may feed other connections. */
class Delivery {
  #core;

  /** @param {Core} core */
  constructor(core) {
    this.#core = core;
    this.records = core.records;
    core.delivery = this;
  }

  /** Another connection needs the place of the records. */
  keepRecords() {
    this.records = this.records.slice();
    this.#core.delivery = null;
  }

  end() {
    if (this.#core.delivery === this) this.#core.delivery = null;
  }
}

/** An event that the end of a slice cut: what its records brought so far. */
class Partial {
  data = '';
  type = '';
  /** @type {string | undefined} */
  id;
  /** The pieces of a cut `event` or `id` value. */
  cut = '';
}

/**
 * One connection of the core: the inputs and outputs of src/sse.h, with strings for bytes. Its state moves into the
 * core's memory when an input needs it and back out when another connection does.
 */
export class Connection {
  #core;
  // A plain array: a typed one costs three times as much.
  #saved = new Array(sse.CONNECTION_SIZE).fill(0);
  #stopped = false;
  /** @type {Partial | null} */
  #partial = null;

  /** The last event ID string. */
  lastEventId = '';

  /**
   * @param {{ core?: Core, limit?: number }} [options] limit: bytes per event
   */
  constructor({ core = Core.shared(), limit = 0 } = {}) {
    this.#core = core;
    this.#saved[sse.CONNECTION_LIMIT] = limit;
  }

  #enter() {
    const core = this.#core;
    if (core.resident !== this) {
      if (core.resident !== null) copy(core.state, core.resident.#saved);
      copy(this.#saved, core.state);
      core.resident = this;
    }
    return core;
  }

  /** @param {string} scheme */
  start(scheme) {
    const core = this.#enter();
    core.exports.start(core.write(scheme));
  }

  /**
   * @param {number} status
   * @param {string} contentType
   */
  response(status, contentType) {
    this.#partial = null;
    const core = this.#enter();
    core.exports.response(status, core.write(contentType));
  }

  endOfBody() {
    this.#enter().exports.endOfBody();
  }

  networkError() {
    this.#enter().exports.networkError();
  }

  timer() {
    this.#enter().exports.timer();
  }

  close() {
    this.#stopped = true;
    this.#enter().exports.close();
  }

  nextAction() {
    return this.#enter().exports.nextAction();
  }

  get readyState() {
    return this.#enter().exports.readyState();
  }

  get reason() {
    return this.#enter().exports.reason();
  }

  get delay() {
    return this.#enter().exports.delay();
  }

  get isLastEventIdSendable() {
    return this.#enter().exports.lastEventId() !== sse.ID_UNSENDABLE;
  }

  /**
   * Parses a chunk of the body and delivers its events, each with `lastEventId` as it stands for it; stops when
   * `deliver` closes the connection.
   * @param {Uint8Array} chunk
   * @param {(type: string, data: string) => void} deliver
   */
  receive(chunk, deliver) {
    for (let at = 0; at < chunk.length && !this.#stopped;) {
      const core = this.#enter();
      const isWhole = at === 0 && chunk.length <= core.sliceSize;
      const slice = isWhole ? chunk : chunk.subarray(at, at + core.sliceSize);
      if (core.delivery !== null) core.delivery.keepRecords();
      core.slice.set(slice);
      const consumed = core.exports.receive(slice.length);
      if (core.batch[sse.BATCH_COUNT] > 0) this.#deliver(slice, deliver);
      if (consumed === 0) return;
      at += consumed;
    }
  }

  /**
   * @param {Uint8Array} slice
   * @param {(type: string, data: string) => void} deliver
   */
  #deliver(slice, deliver) {
    const core = this.#core;
    const end = core.batch[sse.BATCH_COUNT] * sse.RECORD_SIZE;
    const { text, shift } = this.#decode(slice);
    const delivery = new Delivery(core);
    for (let at = 0; at < end && !this.#stopped; at += sse.RECORD_SIZE) {
      const { records } = delivery;
      const flags = records[at];
      const data = text.substring(records[at + sse.RECORD_DATA] - shift, records[at + sse.RECORD_DATA + 1] - shift);
      if (flags === (sse.DISPATCH | sse.FIRE | sse.DATA)) {
        deliver('message', data);
        continue;
      }
      const type = text.substring(records[at + sse.RECORD_TYPE] - shift, records[at + sse.RECORD_TYPE + 1] - shift);
      const id = text.substring(records[at + sse.RECORD_ID] - shift, records[at + sse.RECORD_ID + 1] - shift);
      if ((flags & ~(sse.DISPATCH | sse.FIRE | sse.DATA | sse.TYPE | sse.ID)) === 0 && flags & sse.DISPATCH) {
        if (flags & sse.ID) this.lastEventId = id;
        if (flags & sse.FIRE) deliver(type || 'message', data);
      } else {
        this.#join(flags, data, type, id, deliver);
      }
    }
    delivery.end();
  }

  /**
   * Puts a record that is not a whole event together with those before and after it.
   * @param {number} flags
   * @param {string} data
   * @param {string} type
   * @param {string} id
   * @param {(type: string, data: string) => void} deliver
   */
  #join(flags, data, type, id, deliver) {
    const partial = (this.#partial ??= new Partial());
    if (flags & (sse.CUT | sse.CUT_MORE)) {
      partial.cut = flags & sse.CUT ? data : partial.cut + data;
      return;
    }
    partial.data += data;
    if (flags & sse.TYPE) partial.type = flags & sse.TYPE_AFTER_CUT ? partial.cut + type : type;
    if (flags & sse.ID) partial.id = flags & sse.ID_AFTER_CUT ? partial.cut + id : id;
    if (flags & sse.DISPATCH) {
      this.#partial = null;
      if (partial.id !== undefined) this.lastEventId = partial.id;
      if (flags & sse.FIRE) deliver(partial.type || 'message', partial.data);
    }
  }

  /**
   * Decodes the text of all records at once. `shift` is what to take off the records' places to cut it.
   * @param {Uint8Array} slice
   */
  #decode(slice) {
    const { batch, decoder, window, exports } = this.#core;
    const begin = batch[sse.BATCH_BEGIN];
    const end = batch[sse.BATCH_END];
    if (begin > end) return { text: '', shift: 0 };
    if (batch[sse.BATCH_FLAGS] === 0) return { text: decoder.decode(slice), shift: sse.HEADROOM };
    const text = decoder.decode(window.subarray(begin, end));
    // A unit for every byte: then every place in the bytes is the same place in the text.
    if (text.length === end - begin) return { text, shift: begin };
    if (text.includes('\uFFFD')) return { text: this.#decodeEach(), shift: 0 };
    exports.toUtf16();
    return { text, shift: 0 };
  }

  /** Malformed bytes may decode to any number of units: the text of each record by itself, its places rewritten. */
  #decodeEach() {
    const { batch, decoder, records, window } = this.#core;
    let text = '';
    for (let i = 0; i < batch[sse.BATCH_COUNT]; i++) {
      for (const range of [sse.RECORD_DATA, sse.RECORD_TYPE, sse.RECORD_ID]) {
        const at = i * sse.RECORD_SIZE + range;
        const begin = text.length;
        text += decoder.decode(window.subarray(records[at], records[at + 1]));
        records[at] = begin;
        records[at + 1] = text.length;
      }
    }
    return text;
  }
}
