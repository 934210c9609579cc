// Writes the table in docs/compatibility.md anew: table.js FILE..., what the runners of the suites saved.
import { readFileSync, writeFileSync } from 'node:fs';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';

const DOCUMENT = fileURLToPath(new URL('../../docs/compatibility.md', import.meta.url));
const MARKED = /(<!-- made by make compatibility -->\n).*(\n<!-- end -->)/s;

/** @typedef {import('../browser/outcome.js').Outcome} Outcome */

const row = (cells) => `| ${cells.join(' | ')} |\n`;
const table = (head, rows) => [head, head.map(() => '-'), ...rows].map(row).join('');

/** @param {Outcome} outcome */
function describe({ engine, place, passed, failures, skipped, missing }) {
  return [engine, place, ...(missing ? [missing, '', ''] : [passed, failures.length, skipped.length])];
}

/**
 * The places of some outcomes by engine, which stands alone where it has no other.
 * @param {Outcome[]} some
 * @param {Outcome[]} all
 */
function nameAll(some, all) {
  const engines = [...new Set(some.map(({ engine }) => engine))];
  return engines
    .map((name) => {
      const isOf = ({ engine, missing }) => engine === name && !missing;
      const places = some.filter(isOf).map(({ place }) => place);
      return places.length === all.filter(isOf).length ? name : `${name} (${places.join(', ')})`;
    })
    .join(', ');
}

/**
 * Each reason that a title ends with, how many tests it keeps from running, and where.
 * @param {Outcome[]} outcomes
 */
function explain(outcomes) {
  const reasons = new Map();
  for (const outcome of outcomes) {
    for (const title of outcome.skipped) {
      const [, name, reason] = /^(.*) \(([^()]*)\)$/.exec(title);
      if (!reasons.has(reason)) reasons.set(reason, { names: new Set(), where: new Set() });
      reasons.get(reason).names.add(name);
      reasons.get(reason).where.add(outcome);
    }
  }
  return [...reasons].map(([reason, { names, where }]) => [reason, names.size, nameAll([...where], outcomes)]);
}

/** @type {Outcome[]} */
const outcomes = process.argv.slice(2).flatMap((file) => JSON.parse(readFileSync(file, 'utf8')));
const made = [
  table(['Runtime', 'Place', 'Passed', 'Failed', 'Skipped'], outcomes.map(describe)),
  table(['Skipped, because', 'Tests', 'Where'], explain(outcomes)),
].join('\n');
const text = readFileSync(DOCUMENT, 'utf8');
if (!MARKED.test(text)) throw new Error(`${DOCUMENT} has no place for the table.`);
const written = text.replace(MARKED, (_, begin, end) => `${begin}\n${made}${end}`);
writeFileSync(DOCUMENT, await format(written, { ...(await resolveConfig(DOCUMENT)), filepath: DOCUMENT }));
