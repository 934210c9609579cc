// `comment` and `ignoredLine`: callbacks for lines that bring nothing to an event.
// @ts-check
import { callable, optional } from './options.js';
import * as sse from '../../dist/layout.js';

/**
 * Calls a callback; reports an error of it as the platform reports those of listeners.
 * @param {((text: string) => void) | undefined} callback
 * @param {string} text
 */
function call(callback, text) {
  try {
    callback?.(text);
  } catch (error) {
    if (typeof globalThis.reportError === 'function') {
      globalThis.reportError(error);
    } else {
      queueMicrotask(() => {
        throw error;
      });
    }
  }
}

/**
 * A line that the end of a body cut is ended by this: with a NUL at its end a line is no field of any name, no valid id
 * and no valid `retry`, so nothing comes of it.
 */
const CUT = '\0\n';

/** What may be the start of a field, rather than a line that is none. */
const FIELDS = ['', 'data', 'event', 'id', 'retry'];

/** @param {any} options */
export function readLineCallbacks(options) {
  const comment = optional(options, 'comment', callable);
  const ignoredLine = optional(options, 'ignoredLine', callable);
  return {
    reports: (comment ? sse.REPORT_COMMENTS : 0) | (ignoredLine ? sse.REPORT_UNKNOWN | sse.REPORT_RETRY : 0),

    /**
     * @param {number} kind
     * @param {string} line
     */
    line(kind, line) {
      if (kind & sse.LINE_COMMENT)
        call(comment, line.slice(line[1] === ' ' ? 2 : 1)); // it begins with the colon
      else if (kind & (sse.LINE_UNKNOWN | sse.LINE_BAD_RETRY)) call(ignoredLine, line);
    },

    /**
     * Reports a line that the end of the body cut, if it is no field.
     * @param {(end: string, callbacks: import('../core/stream.js').Callbacks) => void} parse
     */
    endOfBody(parse) {
      if (ignoredLine === undefined) return;
      parse(CUT, {
        line(kind, ended) {
          const line = ended.slice(0, -1);
          if (kind & sse.LINE_UNKNOWN && !FIELDS.includes(line)) call(ignoredLine, line);
        },
      });
    },
  };
}

/** @type {import('./hooks.d.ts').Extension} */
export const lines = {
  join(init) {
    const { reports, line, endOfBody } = readLineCallbacks(init);
    if (reports === 0) return undefined;
    return {
      reports,
      line,
      ended: (connection) =>
        endOfBody((end, callbacks) => connection.receive(connection.core.encoder.encode(end), () => {}, callbacks)),
    };
  },
};
