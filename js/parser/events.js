// The events of one response, for model APIs and their like: no reconnection.
// @ts-check
import { makePolicy } from '../core/memory.js';
import { parser } from '../core/parser.js';
import { ParsedStream } from '../core/parsing.js';
import { isUint8Array } from '../core/stream.js';
import { demand } from '../runtime.js';
import { leavable } from '../source/leave.js';
import { readIdleTimeout } from '../source/idle.js';
import { describeLimit, readLimit } from '../source/limit.js';
import { readLineCallbacks } from '../source/lines.js';
import { optional } from '../source/options.js';
import { EventQueue, readReadAhead } from '../source/read-ahead.js';
import { onAbort, readSignal, reasonOf } from '../source/signal.js';
import { END, Ending, readUnfinished, unfinishedError } from '../source/unfinished.js';
import { withinIdleTime } from './idle-time.js';
import { cancelInput, chunksOf } from './input.js';

/** @typedef {import('../index.d.ts').StreamEvent} StreamEvent */

/** @param {any} options */
const readOptions = (options) => ({
  limit: readLimit({ maxEventSize: options.maxEventSize }).limit,
  signal: optional(options, 'signal', (_, value) => (value === null ? undefined : readSignal(value))),
  readAhead: readReadAhead(options),
  idleTimeout: readIdleTimeout(options),
  unfinished: readUnfinished(options),
  lines: readLineCallbacks(options),
});

/** One body on its way from its chunks to a loop. */
class Reading {
  #input;
  /** @type {ReturnType<typeof readOptions>} */
  #options;
  /** @type {EventQueue<StreamEvent>} */
  #queue;
  /** How the reading ended; what had come before is still yielded. @type {{ error?: unknown } | null} */
  #end = null;
  /** @type {import('./input.js').Chunks | null} */
  #chunks = null;
  /** @type {() => void} */
  #ignoreSignal = () => {};

  /**
   * @param {any} input
   * @param {any} options
   */
  constructor(input, options) {
    this.#input = input;
    this.#options = readOptions(options);
    this.#queue = new EventQueue(this.#options.readAhead);
    this.#heed(this.#options.signal);
  }

  /** @param {AbortSignal | undefined} signal */
  #heed(signal) {
    if (signal === undefined) return;
    const abort = () => this.stop({ error: reasonOf(signal) });
    if (signal.aborted) abort();
    else this.#ignoreSignal = onAbort(signal, abort);
  }

  /**
   * Yields nothing more, and gives back what is not read to its end.
   * @param {{ error?: unknown }} [end]
   */
  stop(end = {}) {
    this.#queue.clear();
    this.#leave(end);
    this.#end = end; // after all, if all had been read
    this.#ignoreSignal();
    this.#ignoreSignal = () => {};
    this.#queue.wake();
  }

  /** @param {{ error?: unknown }} end */
  #leave(end) {
    if (this.#end !== null) return;
    this.#end = end;
    if (this.#chunks === null) cancelInput(this.#input, end.error);
    else this.#chunks.cancel(end.error);
  }

  async *events() {
    const queue = this.#queue;
    try {
      this.#read();
      for (;;) {
        if (!queue.isEmpty) yield queue.take();
        else if (this.#end === null) await queue.arrival();
        else if ('error' in this.#end) throw this.#end.error;
        else return;
      }
    } finally {
      this.stop();
    }
  }

  /** Never rejects. */
  async #read() {
    try {
      demand(['TextDecoder', 'TextEncoder']);
      const core = parser.now ?? (await parser.later());
      if (this.#end !== null) return;
      const chunks = chunksOf(this.#input, core);
      this.#chunks = chunks;
      if (chunks.isLazy) this.#queue.limit = 0;
      await this.#readChunks(chunks, new ParsedStream(core, makePolicy({ limit: this.#options.limit })));
      if (this.#end === null) chunks.release();
      this.#end ??= {};
    } catch (error) {
      if (this.#chunks === null) this.#end ??= { error };
      else this.#leave({ error });
    }
    this.#queue.wake();
  }

  /**
   * @param {import('./input.js').Chunks} chunks
   * @param {ParsedStream} stream
   */
  async #readChunks(chunks, stream) {
    const { limit, lines, idleTimeout, unfinished } = this.#options;
    const ending = unfinished === 'error' ? new Ending() : null;
    if (lines.reports !== 0) stream.load().setFlags(lines.reports);
    const deliver = (/** @type {string} */ type, /** @type {string} */ data) => {
      if (this.#end === null) this.#queue.push(makeEvent(type, data, stream));
    };
    for (;;) {
      while (this.#queue.isFull && this.#end === null) await this.#queue.change();
      if (this.#end !== null) return;
      const { done, value } = await withinIdleTime(chunks.read(), idleTimeout);
      if (this.#end !== null) return;
      if (done) break;
      if (typeof value !== 'string' && !isUint8Array(value)) {
        throw new TypeError(`events() takes chunks that are strings or Uint8Arrays, not ${typeof value}.`);
      }
      ending?.add(value);
      if (!stream.parse(value, deliver, lines)) throw new Error(`${describeLimit(limit)}.`);
    }
    this.#finish(stream, ending, deliver);
  }

  /**
   * What the end of the body leaves over.
   * @param {ParsedStream} stream
   * @param {Ending | null} ending
   * @param {import('../core/stream.js').Deliver} deliver
   */
  #finish(stream, ending, deliver) {
    const { limit, lines, unfinished } = this.#options;
    if (unfinished === 'drop') {
      lines.endOfBody((end, callbacks) => stream.parse(end, deliver, callbacks));
    } else if (unfinished === 'yield') {
      if (!stream.parse(END, deliver, lines)) throw new Error(`${describeLimit(limit)}.`);
    } else if (!ending?.isWhole) {
      /** @type {StreamEvent | undefined} */
      let event;
      stream.parse(END, (type, data) => (event = makeEvent(type, data, stream)), lines);
      throw unfinishedError(event);
    }
  }
}

/**
 * @param {string} type
 * @param {string} data
 * @param {ParsedStream} stream
 * @returns {StreamEvent}
 */
const makeEvent = (type, data, { lastEventId }) => ({ type: type || 'message', data, lastEventId });

/**
 * @param {unknown} error
 * @returns {AsyncGenerator<StreamEvent, void, void>}
 */
// eslint-disable-next-line require-yield -- the loop throws, not the call
async function* failing(error) {
  throw error;
}

/**
 * @param {any} input
 * @param {any} [options]
 * @returns {AsyncGenerator<StreamEvent, void, void>}
 */
export function events(input, options = undefined) {
  /** @type {Reading} */
  let reading;
  try {
    reading = new Reading(input, options ?? {});
  } catch (error) {
    return failing(error);
  }
  return leavable(reading.events(), () => reading.stop());
}
