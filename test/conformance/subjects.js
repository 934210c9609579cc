// The parsers and clients of others that the command is run on: which, and how.
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { json } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
const command = `${root}js/command/main.js`;
const adapter = (name) => `${root}test/conformance/adapters/${name}`;

const versionOnNpm = (name, folder = 'test/conformance/adapters/node_modules/') =>
  JSON.parse(readFileSync(`${root}${folder}${name}/package.json`, 'utf8')).version;
const versionInDebian = (name) => execFileSync('dpkg-query', ['-W', '-f', '${Version}', name], { encoding: 'utf8' });

const module = (file) => () => ['--module', adapter(file)];

/**
 * @typedef {object} Subject
 * @property {string} name
 * @property {string} language
 * @property {() => string} version
 * @property {() => string[]} args of the command
 */

/** @type {Subject} */
const own = {
  name: 'eventsource-wasm',
  language: 'JavaScript',
  version: () => versionOnNpm('', ''),
  args: module('eventsource-wasm.js'),
};

/** @type {(name: string, file?: string) => Subject} */
const npm = (name, file = `${name}.js`) => ({
  name,
  language: 'JavaScript',
  version: () => versionOnNpm(name),
  args: module(file),
});

const sources = [own, npm('eventsource'), npm('undici'), npm('event-source-polyfill')];

/** @type {Subject[]} */
export const parsers = [
  ...sources,
  npm('eventsource-parser'),
  npm('parse-sse'),
  npm('@microsoft/fetch-event-source', 'fetch-event-source.js'),
  {
    name: 'donovanhide/eventsource',
    language: 'Go',
    version: () => versionInDebian('golang-github-donovanhide-eventsource-dev'),
    args() {
      mkdirSync(`${root}build`, { recursive: true });
      const program = `${root}build/donovanhide-eventsource`;
      const env = { ...process.env, GO111MODULE: 'off', GOPATH: '/usr/share/gocode' };
      execFileSync('go', ['build', '-o', program, adapter('donovanhide-eventsource.go')], { env, stdio: 'inherit' });
      return ['--', program];
    },
  },
  {
    name: 'symfony/http-client',
    language: 'PHP',
    version: () => versionInDebian('php-symfony-http-client'),
    args: () => ['--', 'php', adapter('symfony.php')],
  },
];

/** @type {Subject[]} */
export const clients = [
  ...sources,
  {
    ...npm('@microsoft/fetch-event-source'),
    args: () => ['--client', `'${process.execPath}' '${adapter('fetch-event-source-client.js')}'`],
  },
];

/**
 * @param {Subject} subject
 * @param {string[]} [more] arguments
 * @returns {Promise<{ results: import('../../js/command/conformance/report.js').Entry[], notes: string[] }>}
 */
export async function judge({ args }, more = []) {
  const child = spawn(process.execPath, [command, 'conformance', '--json', ...more, ...args()], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return json(child.stdout);
}

/**
 * What a row of the table says of each point: a mark, or how many of how many are right.
 * @param {{ results: import('../../js/command/conformance/report.js').Entry[] }} report
 * @param {'vector' | 'case'} kind
 * @param {string[]} points
 */
export function cellsOf({ results }, kind, points) {
  return points.map((point) => {
    const own = results.filter((entry) => entry.kind === kind && entry.point === point && entry.state !== 'skipped');
    const passed = own.filter(({ state }) => state === 'passed').length;
    if (own.length === 0) return '–';
    return passed === own.length ? '✓' : `${passed}/${own.length}`;
  });
}
