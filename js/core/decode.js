// How the bytes of a batch become strings, in a page: one call of a decoder for all of them. decode.node.js is the same
// for Node, Bun and Deno.
// @ts-check
import { matchOffsets } from './offsets.js';
import * as sse from '../../dist/layout.js';

/** @typedef {import('./memory.js').Core} Core */

/** @typedef {{ text: string, start: number }} Text Where a record says that a value begins and ends, less `start`. */

/**
 * @param {Core} core
 * @param {any} source what lies in the slice
 * @returns {Text}
 */
export function decodeBatch(core, source) {
  const { batch, decoder, window } = core;
  const begin = batch[sse.BATCH_BEGIN];
  const end = batch[sse.BATCH_END];
  const flags = batch[sse.BATCH_FLAGS];
  if (begin > end) return { text: '', start: 0 };
  // Untouched ASCII: to decode the chunk itself is faster than to decode a view of the memory.
  if (flags === 0) {
    return { text: typeof source === 'string' ? source : decoder.decode(source), start: sse.HEADROOM };
  }
  const text = decoder.decode(window.subarray(begin, end));
  return flags & sse.NON_ASCII ? matchOffsets(core, text) : { text, start: begin };
}
