// The builds of the core, each in an instance of its own.
import * as javascript from '../../dist/core.full.js';
import { text } from '../../dist/core.full.text.js';
import { bytes } from '../../js/core/classic.js';
import { compile, decode } from '../../js/core/compile.js';
import { Core } from '../../js/core/memory.js';

/** With the loop over plain lines and UTF-16 by the core; without; and as JavaScript. */
export const makeCore = {
  wasm: () => new Core(compile(bytes())),
  small: () => new Core(compile(decode(text()))),
  fallback: () => new Core(javascript.instantiate()),
};
