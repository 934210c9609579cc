// The core for one stream without a connection.
// @ts-check
import { text } from '../../dist/core.parser.text.js';
import { compile, decode } from './compile.js';
import { Supply } from './supply.js';

export const parser = /* @__PURE__ */ new Supply(
  () => compile(decode(text())),
  () => import('../../dist/core.full.js'),
);
