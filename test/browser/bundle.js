// The suites as one classic script, which pages and workers of every kind take alike.
import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { lookUp } from '../../tools/react-native.js';

const path = (file) => fileURLToPath(new URL(file, import.meta.url));

/** By its place in test/support: what takes its place where there is no Node. */
const replacements = {
  'assert.js': 'place/assert.js',
  'server.js': 'place/server.js',
};

/** The vectors' files go into the bundle, as their reader finds none. */
function inlineVectors() {
  const folder = new URL('../vectors/', import.meta.url);
  const files = readdirSync(folder).filter((file) => file.endsWith('.txt'));
  const texts = Object.fromEntries(files.map((file) => [file, readFileSync(new URL(file, folder), 'utf8')]));
  return `
    import { parseVectors } from './vectors.js';
    const texts = ${JSON.stringify(texts)};
    export const loadVectors = () =>
      Object.entries(texts).map(([file, text]) => ({ file, vectors: parseVectors(file, text) }));`;
}

const withoutNode = {
  name: 'without Node',
  setup({ onResolve, onLoad }) {
    for (const [file, replacement] of Object.entries(replacements)) {
      onResolve({ filter: new RegExp(`/support/${file}$|^\\./${file}$`) }, ({ path: wanted, resolveDir }) => {
        const isOurs = wanted.startsWith('../') || resolveDir === path('../support');
        return isOurs ? { path: path(replacement) } : undefined;
      });
    }
    onLoad({ filter: /load-vectors\.js$/ }, () => ({ contents: inlineVectors(), resolveDir: path('../support') }));
    // The clock asks for it where it finds a process; it does without.
    onResolve({ filter: /^util$/ }, () => ({ path: 'util', namespace: 'empty' }));
    onLoad({ filter: /./, namespace: 'empty' }, () => ({ contents: '' }));
  },
};

/** By entry in js/: what a runtime gets that imports the package under one of its export conditions. */
const entries = { index: 'eventsource-wasm', stream: 'eventsource-wasm/stream', xhr: 'eventsource-wasm/xhr' };

/** For the suites of what is internal, where no bytes are compiled. */
const compiledCores = `
  import module from '../../dist/core.wasm';
  import * as javascript from '../../dist/core.full.js';
  import { Core } from '../../js/core/memory.js';
  export const makeCore = {
    wasm: () => new Core(new WebAssembly.Instance(module).exports),
    fallback: () => new Core(javascript.instantiate()),
  };`;

const javascriptCore = `
  import * as javascript from '../../dist/core.full.js';
  import { Core } from '../../js/core/memory.js';
  export const makeCore = { fallback: () => new Core(javascript.instantiate()) };`;

const isEntry = { filter: /\/js\/(index|stream|xhr)\.js$/ };
const nameOf = (wanted) => entries[/(\w+)\.js$/.exec(wanted)[1]];

const asShipped = {
  name: 'as shipped',
  setup({ onResolve, onLoad, resolve, initialOptions: { conditions } }) {
    onResolve(isEntry, ({ path: wanted, kind, resolveDir }) => resolve(nameOf(wanted), { kind, resolveDir }));
    if (!conditions.includes('workerd')) return;
    onLoad({ filter: /\/make-core\.js$/ }, () => ({ contents: compiledCores, resolveDir: path('../support') }));
    onResolve({ filter: /\/core\.wasm$/ }, () => ({ path: 'core.wasm', external: true }));
  },
};

/** What a realm lends to the suites' own code alone. */
const names = 'Blob ReadableStream Request Response TextDecoder TextEncoder TransformStream WritableStream'.split(' ');
const LENT = `const { ${names.join(', ')} } = globalThis.lent;`;

/** The package is that of the app, which another bundler has made; what is internal has no WebAssembly. */
const ofApp = {
  name: 'of the app',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /\/(js\/(index|stream|xhr)|classes)\.js$/ }, ({ path: wanted }) => ({
      path: /(\w+)\.js$/.exec(wanted)[1],
      namespace: 'app',
    }));
    onLoad({ filter: /./, namespace: 'app' }, ({ path: name }) => ({
      contents: `module.exports = globalThis.packages.${name === 'index' ? 'root' : name}`,
    }));
    onLoad({ filter: /\/make-core\.js$/ }, () => ({ contents: javascriptCore, resolveDir: path('../support') }));
    onResolve({ filter: /\/runtime\.js$/ }, () => ({ path: path('../../js/react-native/runtime.js') }));
  },
};

const inApp = {
  define: Object.fromEntries(Object.entries(lookUp).filter(([name]) => !names.includes(name))),
  inject: [path('../../js/react-native/platform.js')],
  plugins: [withoutNode, ofApp],
};

/** The files of these suites, those of a folder in the order of their names. */
function findSuites(suites) {
  return suites.flatMap((suite) =>
    suite.endsWith('.js')
      ? path(`../${suite}`)
      : readdirSync(new URL(`../${suite}/`, import.meta.url))
          .filter((file) => file.endsWith('.test.js') && !file.endsWith('.node.test.js'))
          .map((file) => path(`../${suite}/${file}`)),
  );
}

/** A script that begins at once. */
const script = (files) => `
  import { start } from './place/mocha.js';
  ${files.map((file) => `import ${JSON.stringify(file)};`).join('\n')}
  start();`;

/** For workerd, where nothing may wait or be random outside of a request; the package can be imported there. */
const module = (files) => `
  import 'eventsource-wasm';
  export function start() {
    const { start } = require('./place/mocha.js');
    ${files.map((file) => `require(${JSON.stringify(file)});`).join('\n')}
    return start();
  }`;

/**
 * @param {string[]} suites files and folders of test/
 * @param {string} [condition] the runtime's export condition: runs the package as it is shipped for it
 * @param {{ isInApp?: boolean, isLent?: boolean }} [realm] whether the package is that of an app, and whether the suites
 *   are lent what they need and the package is not to find
 * @returns {Promise<string>} a classic script, or a module for workerd
 */
export async function bundleSuites(suites, condition, { isInApp = false, isLent = isInApp } = {}) {
  const isModule = condition === 'workerd';
  const contents = (isModule ? module : script)(findSuites(suites));
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: path('.'), sourcefile: 'suites.js' },
    bundle: true,
    format: isModule ? 'esm' : 'iife',
    banner: isModule ? {} : { js: `'use strict'; ${isLent ? LENT : ''}` }, // as modules are
    target: 'es2022',
    charset: 'utf8',
    ignoreAnnotations: true, // package.json says that importing has no side effect: not so for suites
    conditions: condition && [condition],
    plugins: condition ? [withoutNode, asShipped] : [withoutNode],
    write: false,
    logLevel: 'error',
    ...(isInApp ? inApp : {}),
  });
  return outputFiles[0].text;
}
