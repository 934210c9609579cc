// Runs the suites in other runtimes than the Node of `make test`: node test/runtimes/run.js [--runtime NAME]...
// [--grep PATTERN]
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { bundleSuites } from '../browser/bundle.js';
import { startHost } from '../browser/host.js';
import { describe, runIn, summarize } from '../browser/outcome.js';

const path = (file) => fileURLToPath(new URL(file, import.meta.url));
const binary = (file) => path(`node_modules/${file}`);

/** The suites; those for browsers stay out. */
const FOLDERS = ['parser', 'eventsource', 'extensions'];

const nodes = { 'Node 22': 'node22/bin/node', 'Node 24': 'node24/bin/node', 'Node 26': 'node26/bin/node' };

/** The binary, and what it is given before the script. */
const others = {
  Bun: ['@oven/bun-linux-x64/bin/bun', 'run'],
  Deno: ['@deno/linux-x64-glibc/deno', 'run', '--allow-all', '--quiet'],
};

const { values: options } = parseArgs({
  options: {
    runtime: { type: 'string', multiple: true, default: [...Object.keys(nodes), ...Object.keys(others)] },
    grep: { type: 'string', default: '' },
  },
});

/** The version, of the first line of what `--version` prints. */
function versionOf(file) {
  const { stdout, error } = spawnSync(file, ['--version'], { encoding: 'utf8' });
  if (error) throw error;
  return /\d+\.\d+\.\d+/.exec(stdout)[0];
}

/**
 * By Mocha itself, with the suites that need Node.
 * @returns {Promise<import('../browser/outcome.js').Outcome>}
 */
async function runInNode(name) {
  const file = binary(nodes[name]);
  const begun = Date.now();
  const mocha = [path('../../node_modules/mocha/bin/mocha.js'), '--no-config', '--timeout', '10000'];
  const suites = `test/{${FOLDERS}}/**/*.test.js`;
  const child = spawn(file, [...mocha, '--reporter', 'json', '--grep', options.grep, suites], {
    cwd: path('../..'),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [output] = await Promise.all([text(child.stdout), once(child, 'close')]);
  const { stats, failures, pending } = JSON.parse(output.slice(output.indexOf('{\n  "stats"')));
  return {
    engine: `Node ${versionOf(file)}`,
    place: 'process',
    passed: stats.passes,
    failures: failures.map(({ fullTitle, err }) => ({ title: fullTitle, error: err.stack ?? err.message })),
    skipped: pending.map(({ fullTitle }) => fullTitle),
    seconds: Math.round((Date.now() - begun) / 1000),
  };
}

/** By the script that browsers run, with a scripted server from afar. */
async function runElsewhere(name, host) {
  const [file, ...values] = others[name];
  const version = versionOf(binary(file));
  const runtime = {
    async open(url) {
      const child = spawn(binary(file), [...values, path('launch.js'), url], {
        stdio: ['ignore', 'inherit', 'inherit'],
      });
      return { close: async () => void child.kill() };
    },
  };
  return runIn(host, { name: `${name} ${version}`, browser: runtime }, 'process', options.grep);
}

const host = await startHost(await bundleSuites(FOLDERS));
const outcomes = [];
for (const name of options.runtime) {
  outcomes.push(name in nodes ? await runInNode(name) : await runElsewhere(name, host));
  console.log(describe(outcomes.at(-1)));
}
await host.close();

process.exitCode = summarize(outcomes) ? 0 : 1;
