// How the entries for React Native are bundled: on the core as JavaScript, in which no `import()` is left that Metro would
// have to split, and on what js/react-native/ has of what may be missing there.
import { resolve } from 'node:path';

const FOLDER = 'dist/react-native';

/** What js/react-native/platform.js looks up; any other name is that of a global. */
const NAMES = ['DOMException', 'Event', 'EventTarget', 'Headers', 'TextDecoder', 'TextEncoder', 'URL', 'btoa'];

export const lookUp = Object.fromEntries(NAMES.map((name) => [name, `platform.${name}`]));

/** What core-js makes of text, to find the globals and modules of Node, is not for React Native. */
const withoutEvaluation = {
  name: 'without evaluation',
  setup({ onLoad }) {
    onLoad({ filter: /core-js-pure\/internals\/global-this\.js$/ }, () => ({
      contents: 'module.exports = globalThis;',
    }));
    onLoad({ filter: /core-js-pure\/internals\/get-built-in-node-module\.js$/ }, () => ({
      contents: 'module.exports = () => undefined;',
    }));
  },
};

const runtime = {
  name: 'runtime',
  setup({ onResolve }) {
    onResolve({ filter: /\/runtime\.js$/ }, () => ({ path: resolve('js/react-native/runtime.js') }));
    onResolve({ filter: /\/classes\.js$/ }, () => ({ path: './classes.js', external: true }));
  },
};

/**
 * What to give esbuild.
 * @param {import('esbuild').BuildOptions} esm
 * @param {import('esbuild').Plugin} supplyJavaScript
 * @returns {import('esbuild').BuildOptions[]}
 */
export const reactNative = (esm, supplyJavaScript) => [
  {
    ...esm,
    entryPoints: ['js/react-native/classes.js'],
    outdir: FOLDER,
    minify: true,
    platform: 'neutral',
    plugins: [withoutEvaluation],
    mainFields: ['module', 'main'],
  },
  {
    ...esm,
    entryPoints: ['index', 'standard', 'stream', 'xhr', 'polyfill', 'polyfill-force'].map((name) => `js/${name}.js`),
    outdir: FOLDER,
    splitting: true,
    supported: { 'class-static-blocks': false }, // @react-native/babel-preset does not know them
    define: { ...lookUp, 'globalThis.fetch': 'platform.fetch', 'Symbol.asyncIterator': 'platform.asyncIterator' },
    inject: ['js/react-native/platform.js'],
    plugins: [supplyJavaScript, runtime],
  },
];
