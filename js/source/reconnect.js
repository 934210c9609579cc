// `source.reconnect()`: a new request at once, whatever is under way.
// @ts-check
import { defineMethods } from './webidl.js';

/** @type {import('./hooks.d.ts').Extension} */
export const reconnect = {
  define(EventSource, connectionOf) {
    defineMethods(EventSource.prototype, {
      reconnect() {
        const connection = connectionOf(this);
        if (connection.core === undefined) return; // it has not begun
        connection.load().pause();
        connection.perform();
        // Within a listener, the rest of what has arrived comes first: the request says which event was the last.
        queueMicrotask(() => {
          connection.load().resume();
          connection.perform();
        });
      },
    });
  },
};
