// An event stream without a connection, whose chunks may be strings.
// @ts-check
import { Stream, noCallbacks } from './stream.js';
import * as sse from '../../dist/layout.js';

/** @typedef {import('./stream.js').Deliver} Deliver */
/** @typedef {import('./stream.js').Callbacks} Callbacks */

export class ParsedStream extends Stream {
  /** The first half of a surrogate pair that the end of a string cut. */
  #highSurrogate = '';

  /**
   * @param {Uint8Array | string} chunk
   * @param {Deliver} deliver
   * @param {Callbacks} [callbacks]
   * @returns {boolean} false if an event was over the limit
   */
  parse(chunk, deliver, callbacks = noCallbacks) {
    return typeof chunk === 'string'
      ? this.#parseText(chunk, deliver, callbacks)
      : this.feed(chunk, this.core.exports.parse, deliver, callbacks);
  }

  /** Gets ready for another stream. */
  reset() {
    this.#highSurrogate = '';
    this.forgetPieces();
    this.load().reset();
  }

  /**
   * @param {string} chunk
   * @param {Deliver} deliver
   * @param {Callbacks} callbacks
   */
  #parseText(chunk, deliver, callbacks) {
    if (chunk === '') return true;
    const text = this.#highSurrogate + chunk;
    const isCut = (text.charCodeAt(text.length - 1) & 0xfc00) === 0xd800;
    this.#highSurrogate = '';
    try {
      return this.#feedText(isCut ? text.slice(0, -1) : text, deliver, callbacks);
    } finally {
      if (isCut) this.#highSurrogate = text.slice(-1);
    }
  }

  /**
   * @param {string} text that ends with a whole character
   * @param {Deliver} deliver
   * @param {Callbacks} callbacks
   */
  #feedText(text, deliver, callbacks) {
    const { core } = this;
    const { encoder, slice } = core;
    const { parse } = core.exports;
    if (text === '') return true;
    if (text.length * 3 > sse.SLICE_SIZE) return this.feed(encoder.encode(text), parse, deliver, callbacks);
    this.load();
    const outer = core.keepBatch();
    const { written } = encoder.encodeInto(text, slice);
    const consumed = parse(written);
    // More events than a batch holds: the rest is copied before listeners run.
    const rest = consumed > 0 && consumed < written ? slice.slice(consumed, written) : null;
    const failure = this.deliver(text, deliver, callbacks);
    try {
      return rest === null ? consumed > 0 : this.feed(rest, parse, deliver, callbacks);
    } finally {
      if (outer !== null) core.batch.set(outer);
      // eslint-disable-next-line no-unsafe-finally -- the first error counts
      if (failure) throw failure.error;
    }
  }
}
