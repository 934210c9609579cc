// `idleTimeout`: a connection that brings no byte, and a request that brings no response, are given up.
// @ts-check
import { optional, wholeNumber } from './options.js';
import * as sse from '../../dist/layout.js';

/** By how many milliseconds a timer may be late; later, it was this process that stood still, or was busy. */
const LATE = 50;

/** How long, in milliseconds, what has arrived meanwhile may then take to be read. */
const GRACE = 1000;

/** @param {any} options @returns {number | undefined} */
export const readIdleTimeout = (options) =>
  optional(options, 'idleTimeout', (name, value) => wholeNumber(name, value, 1, sse.MAX_DELAY, 'milliseconds'));

/** @type {import('./hooks.d.ts').Extension} */
export const idle = {
  join(init, connection) {
    const idleTimeout = readIdleTimeout(init);
    if (idleTimeout === undefined) return undefined;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    let timer;
    const stop = () => clearTimeout(timer);
    const wait = (/** @type {number} */ delay, /** @type {() => void} */ input) => {
      stop();
      timer = connection.after(delay, input);
    };
    const giveUp = () => connection.load().wentIdle();
    const restart = () => {
      const due = performance.now() + idleTimeout;
      wait(idleTimeout, () => (performance.now() > due + LATE ? wait(Math.min(idleTimeout, GRACE), giveUp) : giveUp()));
    };
    return {
      requesting: restart,
      reading: restart,
      received: stop, // it is not the server that is idle until the next read
      ended: stop,
      describe: (_, reason) =>
        reason === sse.REASON_IDLE ? `The server sent nothing for ${idleTimeout} ms` : undefined,
    };
  },
};
