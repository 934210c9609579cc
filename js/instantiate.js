// How this package gets its core. Where bytes may not be compiled by design, tools/bundle.js puts one of the siblings in
// the place of this file.
// @ts-check
import { hex } from '../dist/core.wasm.js';
import { instantiate as instantiateFallback } from '../dist/core.fallback.js';

export { instantiateFallback };

/** @typedef {import('./core-exports.d.ts').CoreExports} CoreExports */

/** A loop would be by far the most of what the first connection of a process costs: it is for what has nothing else. */
function decodeHex() {
  const { Buffer } = /** @type {any} */ (globalThis);
  if (typeof Buffer?.from === 'function') return Buffer.from(hex, 'hex');
  const bytes = /** @type {any} */ (Uint8Array).fromHex?.(hex);
  return bytes ?? new Uint8Array(hex.length / 2).map((_, i) => parseInt(hex.slice(2 * i, 2 * i + 2), 16));
}

/** @returns {CoreExports} */
export function instantiateWasm() {
  return /** @type {any} */ (new WebAssembly.Instance(new WebAssembly.Module(decodeHex())).exports);
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
