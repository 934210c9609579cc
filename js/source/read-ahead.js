// `readAhead`: how much may be read while a loop is busy with an earlier event. What is read before a connection breaks
// off is not lost with it.
// @ts-check
import { number, optional } from './options.js';

const DEFAULT = 2 ** 20;

/** What an event takes besides its text, about: events without data count too. */
const OVERHEAD = 100;

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
  /** @type {Event[]} */
  #events = [];
  #taken = 0;
  #size = 0;
  /** What the loop, or the reading, waits for. */
  #wake = () => {};

  /** @param {number} limit 0 to read nothing before the loop asks */
  constructor(limit = DEFAULT) {
    this.limit = limit;
  }

  get isEmpty() {
    return this.#events.length === 0;
  }

  /** The reading is to wait for the loop. */
  get isFull() {
    return this.#size >= this.limit && !this.#isAwaited;
  }

  /** @param {Event} event */
  push(event) {
    this.#isAwaited = false;
    this.#events.push(event);
    this.#size += event.data.length + event.type.length + OVERHEAD;
    this.#wake();
  }

  /** The next event, when there is one. */
  take() {
    const event = this.#events[this.#taken++];
    this.#size -= event.data.length + event.type.length + OVERHEAD;
    if (this.#taken === this.#events.length) this.clear();
    else this.#wake();
    return event;
  }

  clear() {
    this.#events = [];
    this.#taken = this.#size = 0;
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
