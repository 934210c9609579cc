// The core as a module that the runtime has compiled: for Cloudflare Workers, which compile no bytes.
// @ts-check
// @ts-ignore -- there is no declaration of it
import module from '../dist/core.wasm';

export function instantiate() {
  return new WebAssembly.Instance(module).exports;
}
