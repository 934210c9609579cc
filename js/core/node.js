// The core in Node, Bun and Deno: in one file with all that they need of it, and without I/O.
// @ts-check
import { hex } from '../../dist/core.wasm.js';
import { compile } from './compile.js';
import { Supply } from './supply.js';

/** Node has no WebAssembly under --jitless. The bundle of this file lies two folders deep, too. */
function loadJavaScript() {
  const { createRequire } = /** @type {any} */ (globalThis).process.getBuiltinModule('node:module');
  return createRequire(import.meta.url)('../../dist/core.full.js').instantiate();
}

const { Buffer } = /** @type {any} */ (globalThis);

export const full = new Supply(() => compile(Buffer.from(hex(), 'hex')) ?? loadJavaScript());
export { full as parser, full as standard };
export const parserNow = () => full.now;
