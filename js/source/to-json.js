// What JSON.stringify makes of errors, whose members are accessors.
// @ts-check
import { EventSourceErrorEvent } from './events.js';
import { defineMethods } from './webidl.js';

/** @type {import('./hooks.d.ts').Extension} */
export const toJson = {
  define() {
    defineMethods(EventSourceErrorEvent.prototype, {
      toJSON() {
        const { type, message, code, status, retryIn } = /** @type {any} */ (this);
        return { type, message, code, status, retryIn };
      },
    });
  },
};
