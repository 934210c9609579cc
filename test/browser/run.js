// Runs the suites in browsers: node test/browser/run.js [--engine NAME]... [--place NAME]... [--grep PATTERN]
// [--save FILE]
import { parseArgs } from 'node:util';
import { bundle } from '../../tools/bundlers.js';
import { bundleSuites } from './bundle.js';
import { engines } from './engines.js';
import { startHost } from './host.js';
import { describe, finish, runIn } from './outcome.js';

const places = ['page', 'dedicated worker', 'shared worker', 'service worker'];

const { values: options } = parseArgs({
  options: {
    engine: { type: 'string', multiple: true, default: Object.keys(engines) },
    place: { type: 'string', multiple: true, default: places },
    grep: { type: 'string', default: '' },
    save: { type: 'string' },
  },
});

/**
 * All places of one engine, one after another.
 * @returns {Promise<import('./outcome.js').Outcome[]>}
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
    const outcome = await runIn(host, { name: `${name} ${browser.version}`, browser }, place, options.grep);
    console.log(describe(outcome));
    outcomes.push(outcome);
  }
  await browser.close();
  return outcomes;
}

// For page.browser.test.js: the package as a bundler puts it into a page, its JavaScript core a chunk.
for (const entry of ['', '/standard']) {
  await bundle('esbuild', `export { EventSource } from 'eventsource-wasm${entry}';`, `page${entry.replace('/', '-')}`);
}
const host = await startHost(await bundleSuites(['parser', 'eventsource', 'extensions', 'browser']));
const outcomes = (await Promise.all(options.engine.map((name) => runEngine(host, name)))).flat();
await host.close();

process.exitCode = (await finish(outcomes, options.save)) ? 0 : 1;
