// The core with what the standard asks for, and no more.
// @ts-check
import { text } from '../../dist/core.standard.text.js';
import { compile, decode } from './compile.js';
import { Supply } from './supply.js';

export const standard = /* @__PURE__ */ new Supply(
  () => compile(decode(text())),
  () => import('../../dist/core.standard.js'),
);
