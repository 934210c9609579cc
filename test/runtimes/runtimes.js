// The runtimes that the suites run in, and how each is started.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { bundleSuites } from '../browser/bundle.js';
import { bundleApp } from '../react-native/bundle.js';
import { variants } from '../react-native/realm.js';

const path = (file) => fileURLToPath(new URL(file, import.meta.url));
const installed = (file) => path(`node_modules/${file}`);

/** The suites; those for browsers stay out. */
export const FOLDERS = ['parser', 'eventsource', 'extensions'];

/**
 * @typedef {object} Runtime
 * @property {() => string} version
 * @property {string} place what in it runs the suites
 * @property {string} [node] a binary that runs Mocha itself; the others run a script, as browsers do:
 * @property {string[]} [suites]
 * @property {string} [condition] the export condition under which it gets the package
 * @property {(suites: string[], condition?: string) => Promise<string>} [bundle] in place of bundleSuites
 * @property {import('../browser/engines.js').Browser['open']} [open]
 */

/** The version, of what `--version` prints. */
function versionOf(file) {
  const { stdout, error } = spawnSync(file, ['--version'], { encoding: 'utf8' });
  if (error) throw error;
  return /\d+[.-]\d+[.-]\d+/.exec(stdout)[0];
}

/** @returns {Runtime} */
function node(major) {
  const file = installed(`node${major}/bin/node`);
  return { version: () => versionOf(file), place: 'process', node: file };
}

const stdio = ['ignore', 'inherit', 'inherit'];

const whileRunning = (child) => ({ close: async () => void child.kill(), ended: once(child, 'exit') });

const starting =
  (file, ...values) =>
  async (url) =>
    whileRunning(spawn(file, [...values, url], { stdio }));

const bun = installed('@oven/bun-linux-x64/bin/bun');
const deno = installed('@deno/linux-x64-glibc/deno');
const workerd = installed('@cloudflare/workerd-linux-64/bin/workerd');

/**
 * Its script is a part of its configuration.
 * @param {string} config the name of one in config.capnp
 * @param {string} url
 */
async function openWorkerd(config, url) {
  const suite = await fetch(new URL('/suite.js', url));
  await mkdir(path('../../build'), { recursive: true });
  await writeFile(path('../../build/workerd-suites.js'), await suite.text());
  const child = spawn(workerd, ['serve', path('workerd/config.capnp'), config, '--control-fd=3'], {
    stdio: [...stdio, 'pipe'],
  });
  const window = whileRunning(child);
  const [message] = await Promise.race([once(child.stdio[3], 'data'), window.ended]);
  const { port } = JSON.parse(message);
  fetch(`http://127.0.0.1:${port}/`, { method: 'POST', body: url }).catch(() => {}); // It is ended before it answers.
  return window;
}

/** The suites that depend on what a request may have. */
const REQUESTS = ['eventsource/request.test.js', 'eventsource/reconnect.test.js', 'extensions/requested.test.js'];

/**
 * As of a compatibility date, which says what there is.
 * @returns {Runtime}
 */
const workerdOf = (config, suites = FOLDERS) => ({
  version: () => versionOf(workerd),
  place: 'request',
  suites,
  condition: 'workerd',
  open: (url) => openWorkerd(config, url),
});

/** What needs no platform. */
const WITHOUT_PLATFORM = ['parser/create-parser.test.js', 'parser/create-parser-differential.test.js'];

/** Without the suite of EventSourceParserStream, which is a TransformStream. */
const PARSER = ['core', 'vectors', 'differential', 'create-parser', 'create-parser-differential'].map(
  (name) => `parser/${name}.test.js`,
);

const versionIn = (name) =>
  JSON.parse(readFileSync(path(`../react-native/node_modules/${name}/package.json`), 'utf8')).version;

/** @returns {Runtime} */
const reactNative = (variant) => ({
  version: () => versionIn('react-native'),
  place: 'realm in Node',
  suites: [...PARSER, 'eventsource', 'extensions', 'browser/xhr.browser.test.js', 'react-native/app.browser.test.js'],
  async bundle(suites, condition) {
    await bundleApp(variants[variant].platform);
    return bundleSuites(suites, condition, { isInApp: true });
  },
  open: starting(process.execPath, path('../react-native/launch.js'), variant),
});

/** @type {Record<string, Runtime>} */
export const runtimes = {
  'Node 20': node(20),
  'Node 22': node(22),
  'Node 24': node(24),
  'Node 26': node(26),
  Bun: {
    version: () => versionOf(bun),
    place: 'process',
    suites: FOLDERS,
    open: starting(bun, 'run', path('launch.js')),
  },
  Deno: {
    version: () => versionOf(deno),
    place: 'process',
    suites: FOLDERS,
    open: starting(deno, 'run', '--allow-all', '--quiet', path('launch.js')),
  },
  workerd: workerdOf('today'),
  'workerd 2024-09-23': workerdOf('d20240923', REQUESTS),
  'workerd 2023-03-01': workerdOf('d20230301', REQUESTS),
  'edge-runtime': {
    version: () => JSON.parse(readFileSync(installed('edge-runtime/package.json'), 'utf8')).version,
    place: 'realm in Node',
    suites: FOLDERS,
    condition: 'edge-light',
    open: starting(process.execPath, path('edge.js')),
  },
  'node:vm': {
    version: () => process.versions.node,
    place: 'bare realm',
    suites: WITHOUT_PLATFORM,
    condition: 'react-native',
    open: starting(process.execPath, path('bare.js')),
  },
  'React Native, iOS': reactNative('ios'),
  'React Native, Android': reactNative('android'),
  'React Native, bare': reactNative('bare'),
  QuickJS: {
    version: () => versionIn('quickjs-emscripten'),
    place: 'bare engine',
    suites: WITHOUT_PLATFORM,
    condition: 'react-native',
    bundle: (suites, condition) => bundleSuites(suites, condition, { isLent: true }),
    open: starting(process.execPath, path('../react-native/quickjs.js')),
  },
};
