// The core for a parser that cannot wait for one: where nothing can be compiled it is at hand as JavaScript.
// @ts-check
import { instantiate } from '../../dist/core.parser.js';
import { parser } from './parser.js';
import { Supply } from './supply.js';

const javascript = /* @__PURE__ */ new Supply(instantiate);

export const parserNow = () => /** @type {import('./memory.js').Core} */ (parser.now ?? javascript.now);
