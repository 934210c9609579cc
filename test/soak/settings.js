// Settings of a run, from the command line.
import { parseArgs } from 'node:util';

/**
 * @template {Record<string, number>} T
 * @param {T} defaults
 * @returns {T} these, or what --name NUMBER says
 */
export function readSettings(defaults) {
  const entries = Object.entries(defaults);
  const options = Object.fromEntries(entries.map(([name, value]) => [name, { type: 'string', default: `${value}` }]));
  const given = Object.entries(parseArgs({ options }).values).map(([name, value]) => [name, Number(value)]);
  return Object.fromEntries(given);
}
