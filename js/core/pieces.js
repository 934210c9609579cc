// How what the ends of slices and chunks have cut is joined again.
// @ts-check
import * as sse from '../../dist/layout.js';

/** An event that is not whole yet: what its records brought so far. */
export class Pieces {
  data = '';
  type = '';
  /** @type {string | undefined} */
  id;
  /** The pieces of a cut `event` or `id` value, or of a reported line. */
  #cut = '';

  /**
   * Adds a record that is not a whole event.
   * @param {number} flags
   * @param {string} data
   * @param {string} type
   * @param {string | undefined} id
   * @param {import('./stream.js').Callbacks} callbacks
   * @returns {Pieces | undefined} this, once the event is whole
   */
  add(flags, data, type, id, callbacks) {
    if (flags & sse.PIECE) {
      this.#cut = flags & sse.CONTINUED ? this.#cut + data : data;
      return undefined;
    }
    if (flags & sse.LINE) {
      callbacks.line?.(flags, flags & sse.CONTINUED ? this.#cut + data : data);
      return undefined;
    }
    this.data += data;
    if (flags & sse.TYPE) this.type = flags & sse.PIECES_BEFORE_TYPE ? this.#cut + type : type;
    if (flags & sse.ID) this.id = flags & sse.PIECES_BEFORE_ID ? this.#cut + id : id;
    return flags & sse.COMPLETE ? this : undefined;
  }
}
