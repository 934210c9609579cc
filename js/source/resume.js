// To go on where an earlier source stopped: the option `lastEventId`, and the member of that name to be kept.
// @ts-check
import { setLastEventId } from '../core/machine.js';
import { notAllowed, optional } from './options.js';
import { defineAttributes } from './webidl.js';

/** @param {unknown} value */
function readLastEventId(value) {
  if (typeof value === 'string' && !/[\0\r\n]/.test(value)) return value;
  throw notAllowed('lastEventId', 'a string without NUL, CR and LF', value);
}

/** @type {import('./hooks.d.ts').Extension} */
export const resume = {
  join(init, connection) {
    const lastEventId = optional(init, 'lastEventId', (_, value) => readLastEventId(value));
    if (lastEventId === undefined) return undefined;
    connection.lastEventId = lastEventId;
    return { ready: () => setLastEventId(connection) };
  },

  define(EventSource, connectionOf) {
    defineAttributes(EventSource, {
      get lastEventId() {
        return connectionOf(this).lastEventId;
      },
    });
  },
};
