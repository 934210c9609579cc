// `comment`: a callback for comment lines.
// @ts-check
import { callable, optional } from './options.js';
import * as sse from '../../dist/layout.js';

/**
 * Reports an error of a callback as the platform reports those of listeners.
 * @param {unknown} error
 */
function reportError(error) {
  if (typeof globalThis.reportError === 'function') {
    globalThis.reportError(error);
  } else {
    queueMicrotask(() => {
      throw error;
    });
  }
}

/** @type {import('./hooks.d.ts').Extension} */
export const lines = {
  join(init) {
    const comment = optional(init, 'comment', callable);
    if (comment === undefined) return undefined;
    return {
      reports: sse.REPORT_COMMENTS,
      line(_, line) {
        try {
          comment(line.slice(line[1] === ' ' ? 2 : 1)); // it begins with the colon
        } catch (error) {
          reportError(error);
        }
      },
    };
  },
};
