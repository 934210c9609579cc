// Bundles what cannot be used as it lies in js/: the classic script, and the entries for runtimes that get their core
// in another way than js/instantiate.js.
import { rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { build } from 'esbuild';

const common = { bundle: true, target: 'es2022', logLevel: 'warning' };

/** @param {string} file in js/ */
const instantiateBy = (file) => ({
  name: 'instantiate',
  setup({ onResolve }) {
    onResolve({ filter: /\/instantiate\.js$/ }, () => ({ path: resolve('js', file) }));
    onResolve({ filter: /\/core\.wasm$/ }, () => ({ path: '../core.wasm', external: true }));
  },
});

const entries = {
  ...common,
  entryPoints: ['index', 'stream', 'polyfill', 'polyfill-force'].map((name) => `js/${name}.js`),
  format: 'esm',
  splitting: true,
  minifySyntax: true,
  minifyWhitespace: true,
};

for (const folder of ['dist/js', 'dist/workerd']) rmSync(folder, { recursive: true, force: true }); // old chunks
await Promise.all([
  build({
    ...common,
    entryPoints: ['js/global.js'],
    outfile: 'dist/eventsource-wasm.global.js',
    format: 'iife',
    globalName: 'EventSourceWasm',
    minify: true,
    banner: { js: '/* eventsource-wasm, MIT license */' },
  }),
  build({ ...entries, outdir: 'dist/js', plugins: [instantiateBy('instantiate.fallback.js')] }),
  build({
    ...entries,
    outdir: 'dist/workerd',
    plugins: [instantiateBy('instantiate.module.js')],
  }),
]);
