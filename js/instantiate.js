// How this package gets its core. Where bytes may not be compiled by design, tools/bundle.js puts one of the siblings in
// the place of this file.
// @ts-check
import { base64 } from '../dist/core.wasm.js';
import { instantiate as instantiateFallback } from '../dist/core.fallback.js';

export { instantiateFallback };

/** @typedef {import('./core-exports.d.ts').CoreExports} CoreExports */

/** @returns {CoreExports} */
export function instantiateWasm() {
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  return /** @type {any} */ (new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports);
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
