// The core with all that options need.
// @ts-check
import { text } from '../../dist/core.full.text.js';
import { compile, decode } from './compile.js';
import { Supply } from './supply.js';

export const full = /* @__PURE__ */ new Supply(
  () => compile(decode(text())),
  () => import('../../dist/core.full.js'),
);
