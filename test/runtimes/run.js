// Runs the suites in other runtimes than browsers: node test/runtimes/run.js [--runtime NAME]... [--except START_OF_NAME]...
// [--grep PATTERN]
// [--save FILE]
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { bundleSuites } from '../browser/bundle.js';
import { startHost } from '../browser/host.js';
import { describe, finish, runIn } from '../browser/outcome.js';
import { FOLDERS, runtimes } from './runtimes.js';

const { values: options } = parseArgs({
  options: {
    runtime: { type: 'string', multiple: true, default: Object.keys(runtimes) },
    except: { type: 'string', multiple: true, default: [] },
    grep: { type: 'string', default: '' },
    save: { type: 'string' },
  },
});

/**
 * By Mocha itself, with the suites that need Node.
 * @returns {Promise<import('../browser/outcome.js').Outcome>}
 */
async function runInNode({ node, version, place }) {
  const begun = Date.now();
  const suites = `test/{${FOLDERS}}/**/*.test.js`;
  const mocha = ['node_modules/mocha/bin/mocha.js', '--no-config', '--timeout', '10000', '--reporter', 'json'];
  const child = spawn(node, ['--import', './test/support/as-in-node.js', ...mocha, '--grep', options.grep, suites], {
    cwd: fileURLToPath(new URL('../../', import.meta.url)),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [output] = await Promise.all([text(child.stdout), once(child, 'close')]);
  const { stats, failures, pending } = JSON.parse(output.slice(output.indexOf('{\n  "stats"')));
  return {
    engine: `Node ${version()}`,
    place,
    passed: stats.passes,
    failures: failures.map(({ fullTitle, err }) => ({ title: fullTitle, error: err.stack ?? err.message })),
    skipped: pending.map(({ fullTitle }) => fullTitle),
    seconds: Math.round((Date.now() - begun) / 1000),
  };
}

/** By a script, as in browsers, with a scripted server from afar. */
async function runElsewhere(name, { version, place, suites, condition, bundle = bundleSuites, open }) {
  const host = await startHost(await bundle(suites, condition));
  const outcome = await runIn(host, { name: `${name} ${version()}`, browser: { open } }, place, options.grep);
  await host.close();
  return outcome;
}

const outcomes = [];
for (const name of options.runtime.filter((name) => !options.except.some((start) => name.startsWith(start)))) {
  const runtime = runtimes[name];
  outcomes.push(await (runtime.node ? runInNode(runtime) : runElsewhere(name, runtime)));
  console.log(describe(outcomes.at(-1)));
}

process.exitCode = (await finish(outcomes, options.save)) ? 0 : 1;
