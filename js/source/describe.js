// What `error` events say.
// @ts-check
import { makeErrorEvent } from './explain.js';

/** @satisfies {import('./hooks.d.ts').Extension} */
export const describe = {
  hooks: {
    /** @type {import('./hooks.d.ts').Hooks['makeEvent']} */
    makeEvent: (connection, type) => (type === 'error' ? makeErrorEvent(connection) : undefined),
  },
};
