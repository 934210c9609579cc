// `readAhead`: how much may be read while a loop is busy with an earlier event. What is read before a connection breaks
// off is not lost with it.
// @ts-check
import { number, optional } from './options.js';

const DEFAULT = 2 ** 20;

/** What an event takes besides its text, about: events without data count too. */
const OVERHEAD = 100;

/** @param {{ type: string, data: string }} event */
const sizeOf = ({ type, data }) => data.length + type.length + OVERHEAD;

/** @param {any} options @returns {number | undefined} */
export const readReadAhead = (options) =>
  optional(options, 'readAhead', (name, value) => number(name, value, 0, Infinity));

/**
 * Events on their way from a stream to a loop.
 * @template {{ type: string, data: string }} Event
 */
export class EventQueue {
  /** The loop has taken all events, and asks for the next one. */
  #isAwaited = false;
  /** The newest at the end. @type {Event[]} */
  #pushed = [];
  /** The oldest at the end: what is taken is gone, even if there is always a next one. @type {Event[]} */
  #toTake = [];
  #size = 0;
  /** What the loop, or the reading, waits for. */
  #wake = () => {};

  /** @param {number} limit 0 to read nothing before the loop asks */
  constructor(limit = DEFAULT) {
    this.limit = limit;
  }

  get isEmpty() {
    return this.#toTake.length === 0 && this.#pushed.length === 0;
  }

  /** The reading is to wait for the loop. */
  get isFull() {
    return this.#size >= this.limit && !this.#isAwaited;
  }

  /** @param {Event} event */
  push(event) {
    this.#isAwaited = false;
    this.#pushed.push(event);
    this.#size += sizeOf(event);
    this.#wake();
  }

  /** The next event, when there is one. */
  take() {
    if (this.#toTake.length === 0) {
      this.#toTake = this.#pushed.reverse();
      this.#pushed = [];
    }
    const event = /** @type {Event} */ (this.#toTake.pop());
    this.#size -= sizeOf(event);
    if (!this.isFull) this.#wake();
    return event;
  }

  clear() {
    this.#pushed = [];
    this.#toTake = [];
    this.#size = 0;
    this.#wake();
  }

  /** Waits, for the loop, until there may be an event. */
  arrival() {
    this.#isAwaited = true;
    this.#wake();
    return this.change();
  }

  /** @returns {Promise<void>} */
  change() {
    return new Promise((resolve) => {
      const others = this.#wake;
      this.#wake = () => {
        this.#wake = () => {};
        others();
        resolve();
      };
    });
  }

  wake() {
    this.#wake();
  }
}
