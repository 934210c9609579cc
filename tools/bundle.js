// Bundles what cannot be used as it lies in js/: the classic script, and the entries for runtimes that get their core
// in another way than js/instantiate.js; and what is slow so: Node takes its time for each file.
import { rmSync, writeFileSync } from 'node:fs';
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

/** The class is that of the one file. */
const importIndex = {
  name: 'index',
  setup({ onResolve }) {
    onResolve({ filter: /\/eventsource\.js$/ }, () => ({ path: './index.js', external: true }));
  },
};

const esm = { ...common, format: 'esm', minifySyntax: true, minifyWhitespace: true };
const polyfills = ['js/polyfill.js', 'js/polyfill-force.js'];
const entries = { ...esm, entryPoints: ['js/index.js', 'js/stream.js', ...polyfills], splitting: true };

for (const folder of ['dist/js', 'dist/node', 'dist/workerd']) rmSync(folder, { recursive: true, force: true }); // old chunks
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
  build({ ...esm, entryPoints: ['js/index.js'], outdir: 'dist/node' }),
  build({ ...esm, entryPoints: polyfills, outdir: 'dist/node', plugins: [importIndex] }),
  build({ ...entries, outdir: 'dist/js', plugins: [instantiateBy('instantiate.fallback.js')] }),
  build({
    ...entries,
    outdir: 'dist/workerd',
    plugins: [instantiateBy('instantiate.module.js')],
  }),
]);
writeFileSync('dist/node/stream.js', "export { EventSourceParserStream, ParseError } from './index.js';\n");
