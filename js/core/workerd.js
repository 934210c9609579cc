// The core as a module that the runtime has compiled: for Cloudflare Workers, which compile no bytes.
// @ts-check
// @ts-ignore -- there is no declaration of it
import module from '../../dist/core.wasm';
import { Supply } from './supply.js';

export const full = new Supply(() => /** @type {any} */ (new WebAssembly.Instance(module).exports));
export { full as parser, full as standard };
export const parserNow = () => full.now;
