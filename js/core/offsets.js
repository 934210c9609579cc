// Makes the offsets of a batch's records, which count bytes, those of its text, which may have fewer units.
// @ts-check
import * as sse from '../../dist/layout.js';

/** @typedef {import('./memory.js').Core} Core */

/**
 * @param {Core} core
 * @param {string} text of the batch
 * @returns {import('./decode.js').Text}
 */
export function matchOffsets(core, text) {
  const { batch, records, exports } = core;
  const begin = batch[sse.BATCH_BEGIN];
  const end = batch[sse.BATCH_END];
  // A unit for every byte: the offsets in the bytes are those in the text.
  if (text.length === end - begin) return { text, start: begin };
  // It is the data of one event, and not longer than its bytes.
  if (batch[sse.BATCH_COUNT] === 1 && records[sse.RECORD_DATA] === begin && records[sse.RECORD_DATA + 1] === end) {
    return { text, start: begin };
  }
  // Malformed bytes may decode to any number of units.
  if (exports.toUtf16 === undefined || text.includes('\uFFFD')) return { text: decodeEach(core), start: 0 };
  exports.toUtf16();
  return { text, start: 0 };
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
