// What the options of extensions have in common: how they are checked, and how they are refused.
// @ts-check

/** @param {unknown} value */
function show(value) {
  try {
    return typeof value === 'string' ? JSON.stringify(value) : String(value);
  } catch {
    return typeof value; // not everything has a string
  }
}

/**
 * @param {string} name
 * @param {string} allowed
 * @param {unknown} given
 */
export const notAllowed = (name, allowed, given) =>
  new TypeError(`The option ${name} must be ${allowed}, not ${show(given)}.`);

/**
 * @param {string} name
 * @param {unknown} value
 * @param {number} least
 * @param {number} most
 * @param {string} unit
 */
export function wholeNumber(name, value, least, most, unit) {
  if (Number.isInteger(value) && Number(value) >= least && Number(value) <= most) return Number(value);
  throw notAllowed(name, `a whole number of ${unit} from ${least} to ${most}`, value);
}

/**
 * @param {string} name
 * @param {unknown} value
 * @param {number} least
 * @param {number} most
 */
export function number(name, value, least, most) {
  if (typeof value === 'number' && value >= least && value <= most) return value;
  throw notAllowed(name, `a number from ${least} to ${most}`, value);
}

/**
 * @param {string} name
 * @param {unknown} value
 */
export function callable(name, value) {
  if (typeof value === 'function') return value;
  throw notAllowed(name, 'a function', value);
}

/**
 * Undefined if the option is not given.
 * @param {any} init
 * @param {string} name
 * @param {(name: string, value: any) => any} read
 */
export function optional(init, name, read) {
  const value = init[name];
  return value === undefined ? undefined : read(name, value);
}
