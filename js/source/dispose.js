// `using source = new EventSource(url)`: closed where the block ends.
// @ts-check
import { defineMethods } from './webidl.js';

/** @type {import('./hooks.d.ts').Extension} */
export const dispose = {
  define(EventSource, connectionOf) {
    const { dispose, asyncDispose } = /** @type {any} */ (Symbol);
    const methods = {
      [dispose]() {
        connectionOf(this).close();
      },
      async [asyncDispose]() {
        connectionOf(this).close();
      },
    };
    if (dispose && asyncDispose) defineMethods(EventSource.prototype, methods);
  },
};
