// What every part of the command does in the same way: options are parsed and checked, and messages written.
// @ts-check
/// <reference types="node" />
import process from 'node:process';
import { parseArgs } from 'node:util';
import { escapeControls } from './terminal.js';
import { UsageError } from './usage.js';

export const NAME = 'eventsource-wasm';

export const SUCCESS = 0;
export const FAILURE = 1;
export const USAGE = 2;

/**
 * What the value of an option must be: its name, a test, and the test in words.
 * @typedef {[string, (value: string) => boolean, string]} ValueRule
 */

/**
 * @template {NonNullable<import('node:util').ParseArgsConfig['options']>} T
 * @param {string[]} args
 * @param {T} options
 */
export function parse(args, options) {
  try {
    return parseArgs({ args, options, allowPositionals: true });
  } catch (error) {
    // The further lines and sentences advise on other cases.
    const [first] = /** @type {Error} */ (error).message.split(/\n|\. |\.$/);
    throw new UsageError(`${first.replace(/\.$/, '')}.`, { cause: error });
  }
}

/**
 * @param {Record<string, unknown>} values by option
 * @param {ValueRule[]} rules
 */
export function checkValues(values, rules) {
  for (const [option, isAllowed, rule] of rules) {
    const texts = /** @type {string[]} */ ([values[option] ?? []].flat());
    const wrong = texts.find((text) => !isAllowed(text));
    if (wrong !== undefined) throw new UsageError(`--${option} must ${rule}, not '${wrong}'.`);
  }
}

/**
 * @param {string} text
 * @returns {Promise<void>}
 */
export function complain(text) {
  return new Promise((resolve) => process.stderr.write(`${NAME}: ${escapeControls(text)}\n`, () => resolve()));
}
