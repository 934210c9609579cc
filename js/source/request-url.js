// `requestUrl`: a function that makes the URL of each request.
// @ts-check
import { callable, optional } from './options.js';
import { parseUrl } from './url.js';

/** @type {import('./hooks.d.ts').Extension} */
export const requestUrl = {
  join(init) {
    const make = optional(init, 'requestUrl', callable);
    if (make === undefined) return undefined;
    return { prepare: async (_, url) => parseUrl(`${await make(url)}`).href };
  },
};
