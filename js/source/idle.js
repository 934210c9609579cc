// `idleTimeout`: a connection that brings no byte, and a request that brings no response, are given up.
// @ts-check
import { optional, wholeNumber } from './options.js';
import * as sse from '../../dist/layout.js';

/** @type {import('./hooks.d.ts').Extension} */
export const idle = {
  join(init, connection) {
    const idleTimeout = optional(init, 'idleTimeout', (name, value) =>
      wholeNumber(name, value, 1, sse.MAX_DELAY, 'milliseconds'),
    );
    if (idleTimeout === undefined) return undefined;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    let timer;
    const stop = () => clearTimeout(timer);
    const restart = () => {
      stop();
      timer = connection.after(idleTimeout, () => connection.load().wentIdle());
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
