// The core in the classic script, which is one file: both forms of it, once, for all that the script has.
// @ts-check
import { instantiate } from '../../dist/core.full.js';
import { hex } from '../../dist/core.wasm.js';
import { compile } from './compile.js';
import { Supply } from './supply.js';

export const bytes = () =>
  Uint8Array.from(/** @type {string[]} */ (hex().match(/../g)), (digits) => parseInt(digits, 16));

export const full = new Supply(() => compile(bytes()) ?? instantiate());
export { full as parser, full as standard };
export const parserNow = () => full.now;
