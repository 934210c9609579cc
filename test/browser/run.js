// Runs the suites in browsers: node test/browser/run.js [--engine NAME]... [--place NAME]... [--grep PATTERN]
import { parseArgs } from 'node:util';
import { deferred } from '../support/wait.js';
import { bundleSuites } from './bundle.js';
import { engines } from './engines.js';
import { startHost } from './host.js';

const places = ['page', 'dedicated worker', 'shared worker', 'service worker'];

/** How long a place may be silent: longer than any test's own time-out. */
const SILENCE = 90_000;

const { values: options } = parseArgs({
  options: {
    engine: { type: 'string', multiple: true, default: Object.keys(engines) },
    place: { type: 'string', multiple: true, default: places },
    grep: { type: 'string', default: '' },
  },
});

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
 * @param {Awaited<ReturnType<typeof startHost>>} host
 * @param {{ name: string, browser: import('./engines.js').Browser }} engine
 * @param {string} place
 * @returns {Promise<Outcome>}
 */
async function runIn(host, { name, browser }, place) {
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

  const run = host.startRun({ openWindow: browser.open, report }, { place, grep: options.grep });
  listen();
  try {
    const window = await browser.open(run.url);
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
function describe({ engine, place, passed, failures, skipped, missing, seconds }) {
  const counts = missing ?? `${passed} passed, ${failures.length} failed, ${skipped.length} skipped`;
  return `${engine.padEnd(24)} ${place.padEnd(16)} ${counts}${missing ? '' : ` (${seconds} s)`}`;
}

/**
 * All places of one engine, one after another.
 * @returns {Promise<Outcome[]>}
 */
async function runEngine(host, name) {
  let browser;
  try {
    browser = await engines[name]();
  } catch ({ message }) {
    const failures = [{ title: `${name} was not run`, error: message }];
    return [{ engine: name, place: 'not run', passed: 0, failures, skipped: [], seconds: 0 }];
  }
  const outcomes = [];
  for (const place of options.place) {
    const outcome = await runIn(host, { name: `${name} ${browser.version}`, browser }, place);
    console.log(describe(outcome));
    outcomes.push(outcome);
  }
  await browser.close();
  return outcomes;
}

const host = await startHost(await bundleSuites());
const outcomes = (await Promise.all(options.engine.map((name) => runEngine(host, name)))).flat();
await host.close();

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
process.exitCode = failed === 0 ? 0 : 1;
