// What the classic script dist/eventsource-wasm.global.js defines as EventSourceWasm.
// @ts-check
export * from './index.js';
export { force, polyfill } from './install.js';
