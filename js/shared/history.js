// What a connection has brought lately. So who has got less than another can get the rest, and nobody gets anything twice.
// @ts-check

/**
 * An event of the stream; or, without data, only a place in it.
 * @typedef {object} Entry
 * @property {string} id the last event ID string
 * @property {number} nth which event it is since the id became this one, from 1
 * @property {string} [type]
 * @property {string} [data]
 * @property {string} [origin]
 */

/** What is kept at most: about so many characters. */
export const LIMIT = 2 ** 20;

/**
 * About how much memory something takes, in characters.
 * @param {{ id?: string, type?: string, data?: string }} entry
 */
export const weigh = ({ id = '', type = '', data = '' }) => 100 + id.length + type.length + data.length;

export class History {
  /** @type {Entry[]} */
  entries = [];
  #weight = 0;

  get last() {
    return this.entries.at(-1);
  }

  /** @param {Entry} entry */
  push(entry) {
    this.entries.push(entry);
    this.#weight += weigh(entry);
    while (this.#weight > LIMIT && this.entries.length > 1) {
      this.#weight -= weigh(/** @type {Entry} */ (this.entries.shift()));
    }
  }

  /**
   * What came after a place; undefined if that is not kept.
   * @param {Entry} place
   */
  after({ id, nth }) {
    let at = this.entries.length;
    while (--at >= 0) {
      const entry = this.entries[at];
      if (entry.id === id && entry.nth === nth) return this.entries.slice(at + 1);
    }
    return undefined;
  }
}
