// Which decoder of the platform is the quickest: this file's answer for pages, decode.node.js's for Node, Bun and Deno.
// @ts-check

/** @typedef {import('./memory.js').Core} Core */

/** @param {Core} core @param {number} begin @param {number} end */
export const decodeUtf8 = ({ decoder, window }, begin, end) => decoder.decode(window.subarray(begin, end));

export const decodeAscii = decodeUtf8;

/**
 * A chunk of ASCII; undefined where a range of it is quicker.
 * @param {Core} core
 * @param {any} chunk
 * @returns {string | undefined}
 */
export const decodeWhole = ({ decoder }, chunk) => decoder.decode(chunk);

/**
 * The batch's text as the core makes it, with its offsets; undefined where the platform is quicker.
 * @param {Core} _core
 * @returns {string | undefined}
 */
export const decodeUtf16 = (_core) => undefined;
