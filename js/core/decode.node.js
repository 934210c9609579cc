// What decode.js is, for Node, Bun and Deno: their Buffers take less for a small chunk than TextDecoder does.
// @ts-check

/** @typedef {import('./memory.js').Core} Core */

const { Buffer, process } = /** @type {any} */ (globalThis);
const { latin1Slice, ucs2Slice, utf8Slice } = Buffer.prototype;

/** @param {Core} core @param {number} begin @param {number} end */
export const decodeUtf8 =
  'Deno' in globalThis // whose utf8Slice is slow
    ? (/** @type {Core} */ { decoder, window }, /** @type {number} */ begin, /** @type {number} */ end) =>
        decoder.decode(window.subarray(begin, end))
    : (/** @type {Core} */ { window }, /** @type {number} */ begin, /** @type {number} */ end) =>
        utf8Slice.call(window, begin, end);

/** @param {Core} core @param {number} begin @param {number} end */
export const decodeAscii = ({ window }, begin, end) => latin1Slice.call(window, begin, end);

export const decodeWhole = () => undefined;

/** TextDecoder is slow with text beyond ASCII until Node 24. */
const isDecoderSlow = parseInt(process.versions.node, 10) < 24;

/** @param {Core} core */
export function decodeUtf16({ exports, text }) {
  if (!isDecoderSlow || text === undefined) return undefined;
  const units = /** @type {() => number} */ (exports.decode)();
  return ucs2Slice.call(text, 0, 2 * units);
}
