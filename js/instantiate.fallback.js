// The core as JavaScript, and nothing else: for runtimes without WebAssembly, and for those that never let it compile.
// @ts-check
export { instantiate } from '../dist/core.fallback.js';
