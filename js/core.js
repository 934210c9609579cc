// The one file that touches the core's memory. Everything else sees connections, strings and numbers.
// @ts-check
import { instantiate } from './instantiate.js';
import { demand } from './runtime.js';
import * as sse from '../dist/layout.js';

/** @typedef {import('./core-exports.d.ts').CoreExports} CoreExports */

/** @typedef {{ core: Core, policy: readonly number[] }} Setup */

/** @typedef {{ error: unknown }} Failure What a callback threw. */

/**
 * What a listener hears of beside events, if it wants to.
 * @typedef {object} Hooks
 * @property {(id: string) => void} [id] A block that has an id ended; before its event, if it has data.
 * @property {(kind: number, text: string) => void} [line] A line that was to be reported.
 */

/**
 * Limits and wishes of a connection, as src/sse.h knows them.
 * @param {{ core?: Core, limit?: number, maxTries?: number, flags?: number }} policy
 * @returns {Setup}
 */
export function makeSetup({ core = Core.shared(), limit = 0, maxTries = 0, flags = 0 }) {
  if (limit === 0 && maxTries === 0 && flags === 0) return core.standard;
  const policy = new Array(sse.POLICY_SIZE).fill(0);
  policy[sse.POLICY_LIMIT] = limit;
  policy[sse.POLICY_MAX_TRIES] = maxTries;
  policy[sse.POLICY_FLAGS] = flags;
  return { core, policy };
}

/** Node's, and Bun's, ways with ASCII, UTF-8 and UTF-16: for a small chunk they take less than TextDecoder does. */
const methods = /** @type {any} */ (globalThis).Buffer?.prototype ?? {};
const { latin1Slice, ucs2Slice } = methods;
const utf8Slice = 'Deno' in globalThis ? undefined : methods.utf8Slice; // Deno's is slow

/** Node's TextDecoder is slow with text beyond ASCII, until Node 24: the core is faster. */
const isDecoderSlow =
  ucs2Slice !== undefined && parseInt(/** @type {any} */ (globalThis).process?.versions?.node, 10) < 24;

/** One instance of the core: its functions, and views of its memory, which never grows and so never moves. */
export class Core {
  /** @param {CoreExports} exports */
  constructor(exports) {
    demand(['TextDecoder', 'TextEncoder']);
    const { buffer } = exports.memory;
    this.exports = exports;
    this.sliceSize = exports.sliceSize();
    this.window = new Uint8Array(buffer, exports.slice() - sse.HEADROOM, sse.HEADROOM + this.sliceSize);
    this.slice = this.window.subarray(sse.HEADROOM);
    /** Leaves UTF-16 in `text`; undefined where there is none, or where the runtime does better. */
    this.makeText = isDecoderSlow ? exports.decode : undefined;
    this.text = this.makeText && new Uint8Array(buffer, exports.text?.(), 2 * (sse.HEADROOM + this.sliceSize));
    this.batch = new Uint32Array(buffer, exports.batch(), sse.BATCH_SIZE);
    this.records = this.batch.subarray(sse.BATCH_RECORDS);
    this.state = new Int32Array(buffer, exports.connection(), sse.CONNECTION_SIZE);
    this.policy = new Uint32Array(buffer, exports.policy(), sse.POLICY_SIZE);
    this.decoder = new TextDecoder('utf-8', { ignoreBOM: true });
    this.encoder = new TextEncoder();
    /** @type {Setup} What a connection without wishes shares with all its like. */
    this.standard = { core: this, policy: Object.freeze(new Array(sse.POLICY_SIZE).fill(0)) };
    /** @type {Setup | null} Whose policy lies in the memory. */
    this.setup = null;
    /** @type {Connection | null} Whose state lies in the memory. */
    this.resident = null;
    /** Whether the batch is being read, while listeners run, which may feed other connections. */
    this.isRead = false;
    /** What the places of the batch's records are ahead of those in its text. */
    this.shift = 0;
  }

  /** @type {Core | undefined} */
  static #shared;

  /** The core that every connection of this realm uses unless told otherwise; made when it is first needed. */
  static shared() {
    return (Core.#shared ??= new Core(instantiate()));
  }

  /** For a feed within a delivery: the batch being read, to be put back after it. */
  keepBatch() {
    return this.isRead ? this.batch.slice(0, sse.BATCH_RECORDS + this.batch[sse.BATCH_COUNT] * sse.RECORD_SIZE) : null;
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
 * @param {Int32Array | Uint32Array | number[]} to
 */
function copy(from, to) {
  for (let i = 0; i < from.length; i++) to[i] = from[i];
}

/** @typedef {(type: string, data: string, id: string | undefined) => void} Deliver */

/** @type {Hooks} */
const noHooks = {};

/** The flags of an event that has nothing but data. */
const PLAIN = sse.DISPATCH | sse.FIRE | sse.DATA;

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

/** An event that the end of a slice cut: what its records brought so far. */
class Partial {
  data = '';
  type = '';
  /** @type {string | undefined} */
  id;
  /** The pieces of a cut `event` or `id` value, or of a reported line. */
  cut = '';
  /** The first half of a surrogate pair that the end of a string cut. */
  highSurrogate = '';
}

/**
 * One connection of the core: the inputs and outputs of src/sse.h, with strings for bytes. Its state moves into the
 * core's memory when an input needs it and back out when another connection does.
 */
export class Connection {
  #setup;
  // A plain array: a typed one costs three times as much.
  #saved = new Array(sse.CONNECTION_SIZE).fill(0);
  #stopped = false;
  /** @type {Partial | null} */
  #partial = null;

  /** The last event ID string. */
  lastEventId = '';

  /** @param {Setup} [setup] */
  constructor(setup = Core.shared().standard) {
    this.#setup = setup;
  }

  #enter() {
    const { core } = this.#setup;
    if (core.resident !== this) {
      if (core.resident !== null) copy(core.state, core.resident.#saved);
      copy(this.#saved, core.state);
      core.resident = this;
      if (core.setup !== this.#setup) {
        core.setup = this.#setup;
        copy(core.setup.policy, core.policy);
      }
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
   * @param {boolean} [hasStream] whether its body can be read
   */
  response(status, contentType, hasStream = true) {
    this.#partial = null;
    const core = this.#enter();
    core.exports.response(status, core.write(contentType), Number(hasStream));
  }

  /** @param {string} id */
  setLastEventId(id) {
    const core = this.#enter();
    this.lastEventId = id;
    core.exports.setLastEventId(core.encoder.encodeInto(id, core.slice).written);
  }

  /** @param {number} milliseconds */
  setReconnectionTime(milliseconds) {
    this.#enter().exports.setReconnectionTime(milliseconds);
  }

  /** @param {number} what bits of sse_report */
  report(what) {
    this.#enter().exports.report(what);
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

  /** @param {number} given an sse_answer */
  answer(given) {
    this.#enter().exports.answer(given);
  }

  idle() {
    this.#enter().exports.idle();
  }

  pause() {
    this.#enter().exports.pause();
  }

  resume() {
    this.#enter().exports.resume();
  }

  /** Forgets the stream, for a parser that goes on with another. */
  reset() {
    this.#partial = null;
    this.#enter().exports.reset();
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

  get reconnectionTime() {
    return this.#enter().exports.reconnectionTime();
  }

  /** Reconnections in a row that brought no event. */
  get tries() {
    return this.#enter().exports.tries();
  }

  get isWithinLine() {
    return this.#enter().exports.isWithinLine() !== 0;
  }

  /**
   * How long to wait before the next reconnection, in milliseconds.
   * @param {{ factor: number, maxDelay: number, jitter: number, least: number }} backoff
   * @param {number} notBefore
   */
  delay({ factor, maxDelay, jitter, least }, notBefore) {
    return this.#enter().exports.delay(factor, maxDelay, jitter, Math.random(), least, notBefore);
  }

  get isLastEventIdSendable() {
    return this.#enter().exports.lastEventId() !== sse.ID_UNSENDABLE;
  }

  /**
   * Parses a chunk of an open connection's body and delivers its events, each with `lastEventId` as it stands for it;
   * stops when `deliver` closes the connection. The type of an event without one is ''.
   * @param {Uint8Array} chunk
   * @param {Deliver} deliver
   * @param {Hooks} [hooks]
   * @returns {boolean} false if the core took no more than a part
   */
  receive(chunk, deliver, hooks = noHooks) {
    return this.#feed(chunk, this.#setup.core.exports.receive, deliver, hooks);
  }

  /**
   * Parses a chunk of a stream that has no connection.
   * @param {Uint8Array | string} chunk
   * @param {Deliver} deliver
   * @param {Hooks} [hooks]
   * @returns {boolean} false if an event was over the limit
   */
  parse(chunk, deliver, hooks = noHooks) {
    return typeof chunk === 'string'
      ? this.#parseText(chunk, deliver, hooks)
      : this.#feed(chunk, this.#setup.core.exports.parse, deliver, hooks);
  }

  /**
   * @param {string} chunk
   * @param {Deliver} deliver
   * @param {Hooks} hooks
   */
  #parseText(chunk, deliver, hooks) {
    if (this.#partial !== null && this.#partial.highSurrogate !== '') {
      chunk = this.#partial.highSurrogate + chunk;
      this.#partial.highSurrogate = '';
    }
    const isCut = (chunk.charCodeAt(chunk.length - 1) & 0xfc00) === 0xd800;
    try {
      return this.#feedText(isCut ? chunk.slice(0, -1) : chunk, deliver, hooks);
    } finally {
      if (isCut) (this.#partial ??= new Partial()).highSurrogate = chunk.slice(-1);
    }
  }

  /**
   * @param {string} text that ends with a whole character
   * @param {Deliver} deliver
   * @param {Hooks} hooks
   */
  #feedText(text, deliver, hooks) {
    const { core } = this.#setup;
    if (text === '') return true;
    if (text.length * 3 > core.sliceSize) {
      return this.#feed(core.encoder.encode(text), core.exports.parse, deliver, hooks);
    }
    this.#enter();
    const outer = core.keepBatch();
    const { written } = core.encoder.encodeInto(text, core.slice);
    const consumed = core.exports.parse(written);
    // More events than a batch holds: the rest is copied before listeners run.
    const rest = consumed > 0 && consumed < written ? core.slice.slice(consumed, written) : null;
    const failure = this.#deliver(text, deliver, hooks);
    try {
      return rest === null ? consumed > 0 : this.#feed(rest, core.exports.parse, deliver, hooks);
    } finally {
      if (outer !== null) core.batch.set(outer);
      // eslint-disable-next-line no-unsafe-finally -- the first error counts
      if (failure) throw failure.error;
    }
  }

  /**
   * @param {Uint8Array} chunk
   * @param {(length: number) => number} parse the core's function that consumes a slice
   * @param {Deliver} deliver
   * @param {Hooks} hooks
   */
  #feed(chunk, parse, deliver, hooks) {
    const { core } = this.#setup;
    const outer = core.keepBatch();
    const { length } = chunk;
    /** @type {Failure | undefined} */
    let failure;
    let at = 0;
    while (at < length && !this.#stopped) {
      this.#enter();
      const slice = at === 0 && length <= core.sliceSize ? chunk : chunk.subarray(at, at + core.sliceSize);
      core.slice.set(slice);
      const consumed = parse(slice.length);
      const failed = this.#deliver(slice, deliver, hooks);
      failure ??= failed;
      if (consumed === 0) break;
      at += consumed;
    }
    if (outer !== null) core.batch.set(outer);
    if (failure) throw failure.error;
    return at >= length;
  }

  /**
   * The core has consumed what the records hold: a callback that throws does not keep the others from theirs.
   * @param {Uint8Array | string} source what lies in the slice
   * @param {Deliver} deliver
   * @param {Hooks} hooks
   */
  #deliver(source, deliver, hooks) {
    const { core } = this.#setup;
    const { records } = core;
    const end = core.batch[sse.BATCH_COUNT] * sse.RECORD_SIZE;
    if (end === 0) return undefined;
    const text = decode(core, source);
    const { shift, isRead } = core;
    core.isRead = true;
    /** @type {Failure | undefined} */
    let failure;
    for (let at = 0; at < end;) {
      try {
        for (; at < end && !this.#stopped; at += sse.RECORD_SIZE) {
          const flags = records[at];
          const data = text.substring(records[at + sse.RECORD_DATA] - shift, records[at + sse.RECORD_DATA + 1] - shift);
          if (flags === PLAIN) deliver('', data, undefined);
          else this.#deliverMore(flags, data, text, at, shift, deliver, hooks);
        }
        break;
      } catch (error) {
        failure ??= { error };
        at += sse.RECORD_SIZE;
      }
    }
    core.isRead = isRead;
    return failure;
  }

  /**
   * A record of more than data, or of less than an event.
   * @param {number} flags
   * @param {string} data
   * @param {string} text
   * @param {number} at
   * @param {number} shift
   * @param {Deliver} deliver
   * @param {Hooks} hooks
   */
  #deliverMore(flags, data, text, at, shift, deliver, hooks) {
    const { records } = this.#setup.core;
    const type =
      flags & sse.TYPE
        ? text.substring(records[at + sse.RECORD_TYPE] - shift, records[at + sse.RECORD_TYPE + 1] - shift)
        : '';
    const id =
      flags & sse.ID
        ? text.substring(records[at + sse.RECORD_ID] - shift, records[at + sse.RECORD_ID + 1] - shift)
        : '';
    if ((flags & ~(sse.FIRE | sse.DATA | sse.TYPE | sse.ID)) === sse.DISPATCH) {
      this.#dispatch(flags, type, data, flags & sse.ID ? id : undefined, deliver, hooks);
    } else {
      this.#join(flags, data, type, id, deliver, hooks);
    }
  }

  /**
   * @param {number} flags
   * @param {string} type
   * @param {string} data
   * @param {string | undefined} id
   * @param {Deliver} deliver
   * @param {Hooks} hooks
   */
  #dispatch(flags, type, data, id, deliver, hooks) {
    if (id !== undefined) {
      this.lastEventId = id;
    }
    try {
      if (id !== undefined) hooks.id?.(id);
    } finally {
      if (flags & sse.FIRE && !this.#stopped) deliver(type, data, id);
    }
  }

  /**
   * Puts a record that is not a whole event together with those before and after it.
   * @param {number} flags
   * @param {string} data
   * @param {string} type
   * @param {string} id
   * @param {Deliver} deliver
   * @param {Hooks} hooks
   */
  #join(flags, data, type, id, deliver, hooks) {
    const partial = (this.#partial ??= new Partial());
    if (flags & (sse.CUT | sse.CUT_MORE)) {
      partial.cut = flags & sse.CUT ? data : partial.cut + data;
      return;
    }
    if (flags & sse.LINE) {
      hooks.line?.(flags, flags & sse.LINE_AFTER_CUT ? partial.cut + data : data);
      return;
    }
    partial.data += data;
    if (flags & sse.TYPE) partial.type = flags & sse.TYPE_AFTER_CUT ? partial.cut + type : type;
    if (flags & sse.ID) partial.id = flags & sse.ID_AFTER_CUT ? partial.cut + id : id;
    if (flags & sse.DISPATCH) {
      this.#partial = null;
      this.#dispatch(flags, partial.type, partial.data, partial.id, deliver, hooks);
    }
  }
}

/**
 * The text of a batch, by one call of a decoder; core.shift then tells how places in it go with those of the records.
 * @param {Core} core
 * @param {Uint8Array | string} source what lies in the slice
 * @returns {string}
 */
function decode(core, source) {
  const { batch, decoder, records, window, exports } = core;
  const begin = batch[sse.BATCH_BEGIN];
  const end = batch[sse.BATCH_END];
  const flags = batch[sse.BATCH_FLAGS];
  core.shift = sse.HEADROOM;
  if (begin > end) return '';
  if (flags === 0) {
    if (typeof source === 'string') return source;
    if (latin1Slice === undefined) return decoder.decode(source);
  }
  if (core.makeText !== undefined && flags & sse.NON_ASCII) {
    core.shift = 0;
    const units = core.makeText();
    return ucs2Slice.call(core.text, 0, 2 * units);
  }
  core.shift = begin;
  if (latin1Slice !== undefined && !(flags & sse.NON_ASCII)) return latin1Slice.call(window, begin, end);
  const text =
    utf8Slice === undefined ? decoder.decode(window.subarray(begin, end)) : utf8Slice.call(window, begin, end);
  // A unit for every byte: then every place in the bytes is the same place in the text.
  if (text.length === end - begin) return text;
  // It is the data of one event, and not longer than its bytes.
  if (batch[sse.BATCH_COUNT] === 1 && records[sse.RECORD_DATA] === begin && records[sse.RECORD_DATA + 1] === end) {
    return text;
  }
  core.shift = 0;
  if (text.includes('\uFFFD')) return decodeEach(core);
  exports.toUtf16();
  return text;
}

/**
 * Malformed bytes may decode to any number of units: the text of each record by itself, its places rewritten.
 * @param {Core} core
 */
function decodeEach({ batch, decoder, records, window }) {
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
