// The Headers of React Native takes anything and drops what it does not know; this one takes what the standard's takes:
// https://fetch.spec.whatwg.org/#headers-class
// @ts-check

/**
 * #concept-headers-fill
 * @param {any} init
 * @returns {Iterable<any>}
 */
function pairsOf(init) {
  if (init === undefined) return [];
  if ((typeof init !== 'object' && typeof init !== 'function') || init === null) {
    throw new TypeError('Headers are made of an object, or of pairs of names and values.');
  }
  return init[Symbol.iterator] ? init : Object.entries(init);
}

/**
 * #concept-headers-append
 * @param {any} headers
 * @param {any} pair
 */
function append(headers, pair) {
  const [name, value, ...more] = pair;
  if (value === undefined || more.length > 0) throw new TypeError('A header is a pair of a name and a value.');
  const normalized = `${value}`.replace(/^[\t\n\r ]+|[\t\n\r ]+$/g, '');
  if (/[\0\r\n]/.test(normalized)) throw new TypeError(`No header can have the value ${JSON.stringify(normalized)}.`);
  headers.append(name, normalized);
}

/**
 * @param {any} Headers React Native's own
 * @returns {any}
 */
export const makeStrict = (Headers) =>
  class StrictHeaders extends Headers {
    /** @param {any} [init] */
    constructor(init = undefined) {
      super();
      for (const pair of pairsOf(init)) append(this, pair);
    }
  };
