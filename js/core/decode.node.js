// What decode.js is, for Node, Bun and Deno: their Buffers take less for a small chunk than TextDecoder does.
// @ts-check
import { matchOffsets } from './offsets.js';
import * as sse from '../../dist/layout.js';

/** @typedef {import('./memory.js').Core} Core */

const { Buffer, Deno, process } = /** @type {any} */ (globalThis);
const { latin1Slice, ucs2Slice, utf8Slice } = Buffer.prototype;

/** TextDecoder is slow with text beyond ASCII until Node 24, Deno's utf8Slice in every version. */
const isDecoderSlow = parseInt(process.versions.node, 10) < 24;
const isSliceSlow = Deno !== undefined;

/**
 * @param {Core} core
 * @param {number} begin
 * @param {number} end
 * @returns {string}
 */
const decodeUtf8 = ({ decoder, window }, begin, end) =>
  isSliceSlow ? decoder.decode(window.subarray(begin, end)) : utf8Slice.call(window, begin, end);

/** Where the core puts the text that it decodes. */
const TEXT = sse.AT_TEXT - sse.AT_WINDOW;

/**
 * @param {Core} core
 * @param {any} source what lies in the slice
 * @returns {import('./decode.js').Text}
 */
export function decodeBatch(core, source) {
  const { batch, exports, window } = core;
  const begin = batch[sse.BATCH_BEGIN];
  const end = batch[sse.BATCH_END];
  const flags = batch[sse.BATCH_FLAGS];
  if (begin > end) return { text: '', start: 0 };
  if (flags === 0 && typeof source === 'string') return { text: source, start: sse.HEADROOM };
  if (!(flags & sse.NON_ASCII)) return { text: latin1Slice.call(window, begin, end), start: begin };
  if (isDecoderSlow && exports.decode) {
    const size = 2 * exports.decode();
    return { text: ucs2Slice.call(window, TEXT, TEXT + size), start: 0 };
  }
  return matchOffsets(core, decodeUtf8(core, begin, end));
}
