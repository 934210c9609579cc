// `ref: false`: lets Node end while the source is open or waits.
// @ts-check
import { unrefed } from './unref.js';

/** @type {import('./hooks.d.ts').Extension} */
export const ref = {
  join(init) {
    if (init.ref === undefined || init.ref) return undefined;
    return {
      wrapFetch: (fetch) => (url, request) => unrefed(() => fetch(url, request)),
      madeTimer: (timer) => /** @type {any} */ (timer).unref?.(),
    };
  },
};
