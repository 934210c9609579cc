// How the bytes of a batch become strings: one call of a decoder for all of them.
// @ts-check
import { decodeAscii, decodeUtf16, decodeUtf8, decodeWhole } from './decode.js';
import * as sse from '../../dist/layout.js';

/** @typedef {import('./memory.js').Core} Core */

/** The offset in a record at which the text that decodeBatch returned starts. */
export let textStart = 0;

/**
 * The text of a batch. The offsets of its records, less `textStart`, are then those of the text.
 * @param {Core} core
 * @param {Uint8Array | string} source what lies in the slice
 * @returns {string}
 */
export function decodeBatch(core, source) {
  const { batch } = core;
  const begin = batch[sse.BATCH_BEGIN];
  const end = batch[sse.BATCH_END];
  const flags = batch[sse.BATCH_FLAGS];
  textStart = sse.HEADROOM;
  if (begin > end) return '';
  if (flags === 0 && typeof source === 'string') return source;
  if (flags & sse.NON_ASCII) {
    const text = decodeUtf16(core);
    textStart = text === undefined ? begin : 0;
    return text ?? matchOffsets(core, decodeUtf8(core, begin, end), begin, end);
  }
  // Untouched, the chunk itself can be decoded, where that is faster than a view of the memory.
  const text = flags === 0 ? decodeWhole(core, source) : undefined;
  if (text !== undefined) return text;
  textStart = begin;
  return decodeAscii(core, begin, end);
}

/**
 * Makes the offsets of the records those of the text, which may have fewer units than bytes.
 * @param {Core} core
 * @param {string} text
 * @param {number} begin
 * @param {number} end
 */
function matchOffsets(core, text, begin, end) {
  const { batch, records, exports } = core;
  // A unit for every byte: the offsets in the bytes are those in the text.
  if (text.length === end - begin) return text;
  // It is the data of one event, and not longer than its bytes.
  if (batch[sse.BATCH_COUNT] === 1 && records[sse.RECORD_DATA] === begin && records[sse.RECORD_DATA + 1] === end) {
    return text;
  }
  textStart = 0;
  // Malformed bytes may decode to any number of units.
  if (exports.toUtf16 === undefined || text.includes('\uFFFD')) return decodeEach(core);
  exports.toUtf16();
  return text;
}

/**
 * The text of each range by itself; the offsets become those of all of them in a row.
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
