// How this package gets its core. Where bytes may not be compiled by design, tools/bundle.js puts one of the siblings in
// the place of this file.
// @ts-check
import { base64 } from '../dist/core.wasm.js';
import { instantiate as instantiateFallback } from '../dist/core.fallback.js';

export { instantiateFallback };

/** @typedef {import('./core-exports.d.ts').CoreExports} CoreExports */

/** By far the most of what the first connection of a process costs; atob alone would be the slowest way in Node. */
function decodeBase64() {
  const { Buffer } = /** @type {any} */ (globalThis);
  if (typeof Buffer?.from === 'function') return Buffer.from(base64, 'base64');
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}

/** @returns {CoreExports} */
export function instantiateWasm() {
  return /** @type {any} */ (new WebAssembly.Instance(new WebAssembly.Module(decodeBase64())).exports);
}

/**
 * WebAssembly may be missing, refused (a content security policy) or lack SIMD: the same core runs as JavaScript.
 * @returns {CoreExports}
 */
export function instantiate() {
  try {
    return instantiateWasm();
  } catch {
    return instantiateFallback();
  }
}
