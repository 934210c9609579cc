// What the parts have in common: their options, their table, their results.
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { toCells } from '../measure.js';
import { runtimeName } from '../runtime.js';

/**
 * @param {import('node:util').ParseArgsConfig['options']} [options] beside those of every part
 */
export function readOptions(options = {}) {
  const common = { json: { type: 'string' }, quick: { type: 'boolean', default: false } };
  return parseArgs({ options: { ...common, ...options } }).values;
}

/** @param {number} value */
function format(value) {
  if (Math.abs(value) >= 100_000) return `${Math.round(value / 1000)}k`;
  return value.toLocaleString('en-US', { maximumSignificantDigits: 3, useGrouping: false });
}

/** A part of the benchmark as it goes on. */
export class Part {
  /** @type {import('../ratios.js').Entry[]} */
  cells = [];

  /**
   * @param {string} name
   * @param {string} [runtime]
   */
  constructor(name, runtime = runtimeName()) {
    this.name = name;
    this.runtime = runtime;
  }

  /**
   * Takes, and prints, what was measured.
   * @param {Record<string, string | number>} cell
   * @param {Record<string, Record<string, number>[]>} values by subject: of each round, by unit
   */
  add(cell, values) {
    const rounds = Object.values(values).map((of) => of.length);
    console.log(`${this.runtime}: ${Object.values(cell).join(', ')} (medians of ${Math.min(...rounds)}; ± spread)`);
    const units = Object.keys(Object.values(values)[0][0]);
    const entries = units.flatMap((unit) => {
      const ofUnit = Object.entries(values).map(([subject, of]) => [subject, of.map((round) => round[unit])]);
      return toCells(cell, unit, Object.fromEntries(ofUnit));
    });
    this.cells.push(...entries);
    console.log(['', ...units].map((text, i) => (i ? text.padStart(26) : text.padEnd(24))).join(''));
    for (const subject of Object.keys(values)) {
      const found = units.map((unit) => entries.find((entry) => entry.subject === subject && entry.unit === unit));
      const shown = found.map(({ median, spread }) => `${format(median)} ± ${format(spread)} %`.padStart(26));
      console.log(subject.padEnd(24) + shown.join(''));
    }
  }

  /** @param {string | undefined} file */
  write(file) {
    const { name, runtime, cells } = this;
    if (file) writeFileSync(file, JSON.stringify({ part: name, runtime, cells }));
  }
}
