// The options that say what is requested: -H, -X, -d and the URL.
// @ts-check
/// <reference types="node" />
import * as fs from 'node:fs';
import process from 'node:process';
import { arrayBuffer } from 'node:stream/consumers';
import { hideCredentials } from '../source/url.js';
import { UsageError } from './usage.js';

export const REQUEST_OPTIONS = /** @type {const} */ ({
  data: { type: 'string', short: 'd' },
  header: { type: 'string', short: 'H', multiple: true },
  method: { type: 'string', short: 'X' },
});

/** @type {import('./arguments.js').ValueRule[]} */
export const REQUEST_RULES = [
  ['header', (line) => /^[^:]+:/.test(line), "be of the form 'Name: value'"],
  [
    'header',
    (line) => /^[\w!#$%&'*+.^`|~-]+:(\t|\P{Cc})*$/u.test(line),
    'have a name of letters, digits and -, no control characters, and a value without line ends',
  ],
  [
    'method',
    (method) => /^[\w!#$%&'*+.^`|~-]+$/.test(method) && !/^(CONNECT|TRACE|TRACK)$/i.test(method),
    'be an HTTP method such as GET or POST, and not CONNECT, TRACE or TRACK',
  ],
];

/** fetch sets these by itself: it refuses or ignores ours. */
const FETCH_HEADERS = ['connection', 'content-length', 'expect', 'host', 'keep-alive', 'transfer-encoding', 'upgrade'];

/**
 * @param {string} input
 * @param {string[]} protocols
 */
export function checkUrl(input, protocols) {
  const url = URL.canParse(input) ? new URL(input) : undefined;
  if (url === undefined || !protocols.includes(url.protocol)) {
    throw new UsageError(
      `The URL must be a valid one that begins with http:// or https://, not '${hideCredentials(input)}'.`,
    );
  }
  return url;
}

/**
 * What the rules do not see, because it is about two options or more.
 * @param {{ method?: string, data?: string, header?: string[] }} values
 */
export function checkRequestValues({ method = '', data, header = [] }) {
  const refused = header.map((line) => line.split(':')[0]).find((name) => FETCH_HEADERS.includes(name.toLowerCase()));
  if (refused) throw new UsageError(`--header cannot set ${refused}: the request brings its own.`);
  if (data !== undefined && /^(GET|HEAD)$/i.test(method)) {
    throw new UsageError(`--data cannot be sent with the method ${method}, only with another such as POST.`);
  }
}

/**
 * As byte strings, which is what headers are made of.
 * @param {string[]} lines
 * @returns {[name: string, value: string][]}
 */
export function readHeaders(lines = []) {
  const split = (/** @type {string} */ line) => Buffer.from(line).toString('latin1').split(/:(.*)/s, 2);
  return /** @type {[string, string][]} */ (lines.map(split));
}

/** @param {string | undefined} data what --data says */
export async function readData(data) {
  if (data === undefined) return undefined;
  if (!data.startsWith('@')) return new TextEncoder().encode(data);
  const file = data.slice(1);
  try {
    return await arrayBuffer(file === '-' ? process.stdin : fs.createReadStream(file));
  } catch (error) {
    throw new Error(`--data cannot read '${file}' (${/** @type {Error} */ (error).message}).`, { cause: error });
  }
}
