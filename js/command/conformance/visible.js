// Bytes and text with everything to be seen, in the notation of test/vectors/.
// @ts-check
import { lengthOf } from '../check/utf8.js';

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const encoder = new TextEncoder();

/** @type {Record<number, string>} */
const NAMED = { 0x09: '\\t', 0x0a: '\\n', 0x0d: '\\r', 0x22: '\\"', 0x5c: '\\\\' };

const escape = (/** @type {number} */ byte) => NAMED[byte] ?? `\\x${byte.toString(16).toUpperCase().padStart(2, '0')}`;

/**
 * The character that stands there, if it can be seen as it is.
 * @param {Uint8Array} bytes
 * @param {number} at
 */
function characterAt(bytes, at) {
  try {
    const text = decoder.decode(bytes.subarray(at, at + lengthOf(bytes[at])));
    return text === ' ' || !/[\p{C}\p{Z}\p{M}"\\]/u.test(text) ? text : undefined;
  } catch {
    return undefined;
  }
}

/**
 * @param {Uint8Array} bytes
 * @param {number} [cut] the byte before which a mark is put
 */
export function showBytes(bytes, cut) {
  let shown = '';
  let at = 0;
  while (at < bytes.length) {
    if (at === cut) shown += '│';
    const character = characterAt(bytes, at);
    const end = character === undefined ? at + 1 : at + encoder.encode(character).length;
    // A cut within a character shows its bytes.
    const isWhole = character !== undefined && !(cut !== undefined && cut > at && cut < end);
    shown += isWhole ? character : escape(bytes[at]);
    at = isWhole ? end : at + 1;
  }
  return shown;
}

/** @param {unknown} text a string, or what stands in its place */
export function showText(text) {
  return typeof text === 'string' ? `"${showBytes(encoder.encode(text))}"` : String(JSON.stringify(text));
}
