// `unfinished`: what becomes of an event at the end of a body that no empty line has ended. The standard drops it.
// @ts-check
import { notAllowed, optional } from './options.js';

/** @typedef {'drop' | 'yield' | 'error'} Unfinished */

/** @param {any} options @returns {Unfinished} */
export const readUnfinished = (options) =>
  optional(options, 'unfinished', (name, value) => {
    if (['drop', 'yield', 'error'].includes(value)) return value;
    throw notAllowed(name, "'drop', 'yield' or 'error'", value);
  }) ?? 'drop';

/** Ends what the end of a body may have left open: a line, a CRLF after its CR, an event. */
export const END = '\n\n';

/**
 * Whether a body has ended as the standard's grammar says, each event by an empty line:
 * https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream
 */
export class Ending {
  /** As if the body came after the end of an event. */
  #last = END;

  /** @param {string | Uint8Array} chunk */
  add(chunk) {
    const last = typeof chunk === 'string' ? chunk.slice(-3) : String.fromCharCode(...chunk.subarray(-3));
    this.#last = (this.#last + last).slice(-3); // a CRLF, and the end of the line before it
  }

  get isWhole() {
    return this.#last.replace(/\r\n?/g, '\n').endsWith(END);
  }
}

/**
 * @template Event
 * @param {Event | undefined} event what there was of it; undefined if it had no data
 */
export const unfinishedError = (event) =>
  Object.assign(new Error('The body ended within an event: no empty line follows it.'), { event });
