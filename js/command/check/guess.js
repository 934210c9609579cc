// What a text was probably meant to be.
// @ts-check

const FIELDS = ['data', 'event', 'id', 'retry'];

/** Milliseconds since 1970 that a number is taken to mean: from 2001 to 2099. */
const EARLIEST = 1e12;
const LATEST = 4.1e12;

const ISO_TIME = /\b(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)?)/;
const UNIX_TIME = /(?<![\w.])(\d{13}|\d{10}(?:\.\d+)?)(?![\w.])/;

/**
 * The time that a text mentions first, in milliseconds since 1970.
 * @param {string} text
 * @returns {number | undefined}
 */
export function findTime(text) {
  const [, day, hour] = text.match(ISO_TIME) ?? [];
  const [, digits = ''] = text.match(UNIX_TIME) ?? [];
  const time = day ? Date.parse(`${day}T${hour}`) : digits.length === 13 ? Number(digits) : Number(digits) * 1000;
  return time >= EARLIEST && time <= LATEST ? time : undefined;
}

/** @param {string} text */
export function isJson(text) {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** An object or an array, or the start of one. @param {string} text */
export function looksLikeJson(text) {
  return /^\s*(\{\s*("|\}|$)|\[\s*(["{[\]\d]|$))/.test(text);
}

/**
 * One letter more, less or another, or two swapped.
 * @param {string} a
 * @param {string} b
 */
function isOneSlipApart(a, b) {
  const shorter = Math.min(a.length, b.length);
  let start = 0;
  while (start < shorter && a[start] === b[start]) start++;
  let end = 0;
  while (end < shorter - start && a.at(-1 - end) === b.at(-1 - end)) end++;
  const left = a.slice(start, a.length - end);
  const right = b.slice(start, b.length - end);
  if (left.length <= 1 && right.length <= 1) return true;
  return left.length === 2 && left === [...right].reverse().join('');
}

/**
 * The field that was probably meant by a line that is ignored: `Data: x`, ` data: x`, `data : x`, `dta: x`, `data=x`.
 * @param {string} line
 */
export function findMeantField(line) {
  const [, name = ''] = line.match(/^\s*([A-Za-z]+)\s*[:=]/) ?? [];
  const lower = name.toLowerCase();
  return FIELDS.find((field) => lower === field || (field !== 'id' && isOneSlipApart(lower, field)));
}
