// Streams as people type and read them; knows nothing of the document.
// @ts-check
import { lengthOf } from './package/js/command/check/utf8.js';
import { parseVectors } from './package/test/support/vectors.js';

/**
 * What is seen as one: a character, or a byte that belongs to none.
 * @typedef {object} Glyph
 * @property {number} begin
 * @property {number} end
 * @property {string} text how it is shown
 * @property {'plain' | 'space' | 'control' | 'hidden' | 'malformed'} kind
 */

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

const hex = (/** @type {number} */ number, /** @type {number} */ digits) =>
  number.toString(16).toUpperCase().padStart(digits, '0');

/** Their pictures, such as U+240A, are missing in many fonts. @type {Record<number, string>} */
const CONTROLS = { 0x00: 'NUL', 0x09: 'TAB', 0x0a: 'LF', 0x0b: 'VT', 0x0d: 'CR', 0x1b: 'ESC', 0x7f: 'DEL' };

/**
 * @param {Uint8Array} bytes
 * @param {number} begin
 * @returns {Glyph}
 */
function readGlyph(bytes, begin) {
  const end = begin + lengthOf(bytes[begin]);
  let text;
  try {
    text = decoder.decode(bytes.subarray(begin, end));
  } catch {
    return { begin, end: begin + 1, text: `0x${hex(bytes[begin], 2)}`, kind: 'malformed' };
  }
  const code = /** @type {number} */ (text.codePointAt(0));
  if (text === ' ') return { begin, end, text: '·', kind: 'space' };
  if (code < 0x20 || code === 0x7f) return { begin, end, text: CONTROLS[code] ?? `0x${hex(code, 2)}`, kind: 'control' };
  if (/[\p{C}\p{Z}\p{M}]/u.test(text)) return { begin, end, text: `U+${hex(code, 4)}`, kind: 'hidden' };
  return { begin, end, text, kind: 'plain' };
}

/** @param {Uint8Array} bytes */
export function readGlyphs(bytes) {
  const glyphs = [];
  for (let at = 0; at < bytes.length;) {
    const glyph = readGlyph(bytes, at);
    glyphs.push(glyph);
    at = glyph.end;
  }
  return glyphs;
}

/**
 * A piece of a line, for its colour. What a field means is the core's business.
 * @typedef {object} Piece
 * @property {number} end
 * @property {string} part 'bom', 'name', 'colon', 'value' or 'end'
 * @property {string} field 'data', 'event', 'id', 'retry', 'comment', 'unknown', or 'none' for an empty line
 */

const FIELDS = ['data', 'event', 'id', 'retry'];

/**
 * @param {string} line each character stands for one byte
 * @param {number} begin
 * @returns {Piece[]}
 */
function readLine(line, begin) {
  const colon = line.indexOf(':');
  const name = colon < 0 ? line : line.slice(0, colon);
  const field = colon === 0 ? 'comment' : FIELDS.includes(name) ? name : 'unknown';
  const value = line.startsWith(': ', colon) && colon >= 0 ? colon + 2 : colon + 1;
  return [
    { end: begin + name.length, part: 'name', field },
    { end: begin + (colon < 0 ? line.length : value), part: 'colon', field },
    { end: begin + line.length, part: 'value', field },
  ];
}

/** @param {Uint8Array} bytes */
export function readPieces(bytes) {
  const text = Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
  /** @type {Piece[]} */
  const pieces = [];
  for (const { 0: all, 1: bom = '', 2: line, 3: end, index } of text.matchAll(
    /(^\u00EF\u00BB\u00BF)?([^\r\n]*)(\r\n|\r|\n|$)/g,
  )) {
    if (all === '') break;
    const begin = index + bom.length;
    if (bom !== '') pieces.push({ end: begin, part: 'bom', field: 'none' });
    if (line !== '') pieces.push(...readLine(line, begin));
    pieces.push({ end: begin + line.length + end.length, part: 'end', field: 'none' });
  }
  return pieces;
}

export const LINE_ENDS = { LF: '\\n', CR: '\\r', CRLF: '\\r\\n' };

export const BOM = '\\xEF\\xBB\\xBF';

/**
 * What was typed, in the notation of the vectors; throws for an escape that it does not know.
 * @param {string} text
 * @param {keyof typeof LINE_ENDS} lineEnd what a new line stands for
 */
export function fromNotation(text, lineEnd) {
  return parseVectors('stream', `== 0 typed\n< ${text.replaceAll('\n', LINE_ENDS[lineEnd])}`)[0].bytes;
}

/**
 * The same bytes to be typed with LF.
 * @param {Uint8Array} bytes
 */
export function toNotation(bytes) {
  const decode = (/** @type {Glyph} */ { begin, end }) => decoder.decode(bytes.subarray(begin, end));
  const escape = (/** @type {Glyph} */ { begin, end }) =>
    Array.from(bytes.subarray(begin, end), (byte) => `\\x${hex(byte, 2)}`).join('');
  return readGlyphs(bytes)
    .map((glyph) => {
      if (glyph.kind === 'space') return ' ';
      if (glyph.kind === 'plain') return decode(glyph).replace('\\', '\\\\');
      return { '\n': '\n', '\r': '\\r', '\t': '\\t' }[String.fromCharCode(bytes[glyph.begin])] ?? escape(glyph);
    })
    .join('');
}
