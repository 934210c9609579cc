// What a scripted server is told: plain data, wherever the server is.
// @ts-check

/**
 * How one request is answered.
 * @typedef {object} Answer
 * @property {'stall' | 'reset'} [before] instead of an answer: nothing at all, or a connection that is reset in the
 *   first line (before it, browsers would make the request again by themselves)
 * @property {number} [status] 200 unless given
 * @property {string | string[] | null} [type] the Content-Type, text/event-stream unless given; null: none
 * @property {Record<string, string | string[]>} [headers]
 * @property {boolean} [cors] false: does not let pages of other origins read it; else it lets them all
 * @property {boolean} [preflight] false: allows no header that has to be asked for
 * @property {(string | number[])[]} [chunks] text, or bytes; an empty comment unless given, if the body does not end:
 *   Firefox holds an answer back until its first byte
 * @property {Ending} [then] after the chunks: nothing more, as by default; a
 *   proper end; a connection reset or closed; or a last HTTP chunk that breaks off in its middle
 */

/** @typedef {'stall' | 'end' | 'reset' | 'destroy' | 'cut'} Ending */

/**
 * @param {string} location
 * @param {number} [status]
 * @returns {Answer}
 */
export function redirect(location, status = 302) {
  return { status, type: null, headers: { location }, then: 'end' };
}
