// Compiles the WebAssembly that tools/embed.js has put into a module.
// @ts-check

/** @typedef {import('./exports.d.ts').CoreExports} CoreExports */

/** Where a text ends to be a table: two hexadecimal digits for each character from the space to x. */
const TABLE = 2 * (121 - 32);

/**
 * The bytes that a text stands for: for most characters the table at its start has the byte; y, z, {, |, } and ~ go before
 * one that stands for a byte which the table has no room for.
 * @param {string} text
 */
export function decode(text) {
  const bytes = new Uint8Array(text.length);
  let length = 0;
  for (let i = TABLE; i < text.length; i++) {
    const code = text.charCodeAt(i);
    bytes[length++] =
      code > 120 ? text.charCodeAt(++i) + 41 * (code - 120) : parseInt(text.substr(2 * code - 64, 2), 16);
  }
  return bytes.subarray(0, length);
}

/**
 * Undefined where WebAssembly is missing, refused (by a content security policy) or lacks SIMD.
 * @param {Uint8Array<ArrayBuffer>} bytes
 * @returns {CoreExports | undefined}
 */
export function compile(bytes) {
  try {
    return /** @type {any} */ (new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports);
  } catch {
    return undefined;
  }
}
