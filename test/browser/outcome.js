// Runs the suites in one place, and says how it went.
import { writeFile } from 'node:fs/promises';
import { deferred } from '../support/wait.js';

/** How long a place may be silent: longer than any test's own time-out. */
const SILENCE = 90_000;

/**
 * The outcome of the suites in one place.
 * @typedef {object} Outcome
 * @property {string} engine
 * @property {string} place
 * @property {number} passed
 * @property {{ title: string, error: string }[]} failures
 * @property {string[]} skipped
 * @property {string} [missing] why the engine has no such place
 * @property {number} seconds
 */

/**
 * @param {Awaited<ReturnType<typeof import('./host.js').startHost>>} host
 * @param {{ name: string, browser: import('./engines.js').Browser }} engine
 * @param {string} place
 * @param {string} grep which tests
 * @returns {Promise<Outcome>}
 */
export async function runIn(host, { name, browser }, place, grep) {
  const outcome = { engine: name, place, passed: 0, failures: [], skipped: [], seconds: 0 };
  const begun = Date.now();
  const over = deferred();
  let current = 'the start';
  let watch;

  const fail = (title, error) => outcome.failures.push({ title, error });
  const listen = () => {
    clearTimeout(watch);
    watch = setTimeout(() => over.reject(new Error(`Nothing was heard for ${SILENCE / 1000} s.`)), SILENCE);
  };
  const take = {
    begin: ({ title }) => (current = title),
    passed: () => outcome.passed++,
    failed: ({ title, error }) => fail(title, error),
    skipped: ({ title }) => outcome.skipped.push(title),
    broken: ({ error }) => over.reject(new Error(error)),
    missing: ({ reason }) => over.resolve((outcome.missing = reason)),
    end: () => (outcome.passed > 0 ? over.resolve() : over.reject(new Error('No test passed.'))),
  };
  const report = (entries) => {
    listen();
    for (const entry of entries) take[entry.type](entry);
  };

  const run = host.startRun({ openWindow: browser.open, report }, { place, grep });
  listen();
  try {
    const window = await browser.open(run.url);
    window.ended?.then(() => over.reject(new Error('It ended by itself.')));
    await over.promise;
    await window.close();
  } catch ({ message }) {
    fail(`${place}, at ${current}`, message);
  }
  clearTimeout(watch);
  await run.close();
  outcome.seconds = Math.round((Date.now() - begun) / 1000);
  return outcome;
}

/** @param {Outcome} outcome */
export function describe({ engine, place, passed, failures, skipped, missing, seconds }) {
  const counts = missing ?? `${passed} passed, ${failures.length} failed, ${skipped.length} skipped`;
  return `${engine.padEnd(24)} ${place.padEnd(16)} ${counts}${missing ? '' : ` (${seconds} s)`}`;
}

/**
 * Prints failures, what was skipped, and the table, and counts as Mocha does.
 * @param {Outcome[]} outcomes
 * @param {string} [file] for them as JSON
 * @returns {Promise<boolean>} whether nothing failed
 */
export async function finish(outcomes, file) {
  if (file !== undefined) await writeFile(file, JSON.stringify(outcomes, null, 2));
  for (const { engine, place, failures } of outcomes) {
    for (const { title, error } of failures) console.log(`\n${engine}, ${place}: ${title}\n${error}`);
  }
  const skips = new Map();
  for (const { engine, place, skipped } of outcomes) {
    for (const title of skipped) skips.set(title, [...(skips.get(title) ?? []), `${engine}, ${place}`]);
  }
  for (const [title, where] of skips) console.log(`\nskipped: ${title}\n  in ${where.join('; ')}`);

  const sum = (count) => outcomes.reduce((total, outcome) => total + count(outcome), 0);
  const failed = sum(({ failures }) => failures.length);
  console.log(`\n${outcomes.map(describe).join('\n')}\n`);
  console.log(`  ${sum(({ passed }) => passed)} passing`);
  console.log(`  ${failed} failing`);
  console.log(`  ${sum(({ skipped }) => skipped.length)} skipped`);
  return failed === 0;
}
