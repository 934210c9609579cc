// Bundles what cannot be used as it lies in js/: the classic script, and the entries for runtimes that get their core in
// another way than a page does; and what is slow so: Node takes its time for each file.
import { cpSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { build, transform } from 'esbuild';
import { reactNative } from './react-native.js';

const common = { bundle: true, target: 'es2022', logLevel: 'warning' };

/** The modules of js/core/ that supply a core. */
const SUPPLIES = /\/core\/(full|standard|parser|parser-now)\.js$/;

/**
 * All supplies are those of one file.
 * @param {string} file in js/core/
 */
const supplyBy = (file) => ({
  name: 'supply',
  setup({ onResolve }) {
    onResolve({ filter: SUPPLIES }, () => ({ path: resolve('js/core', file) }));
    onResolve({ filter: /\/core\.wasm$/ }, () => ({ path: '../core.wasm', external: true }));
  },
});

/** Node's decoders are not those of a page. */
const decodeByBuffer = {
  name: 'decode',
  setup({ onResolve }) {
    onResolve({ filter: /\/decode\.js$/ }, () => ({ path: resolve('js/core/decode.node.js') }));
  },
};

/** Nor is its console. */
const inspectByAccessors = {
  name: 'inspect',
  setup({ onResolve }) {
    onResolve({ filter: /\/inspect\.js$/ }, () => ({ path: resolve('js/source/inspect.node.js') }));
  },
};

/**
 * Each is a JavaScript core, at once: what js/core/supply.js would be without anything to wait for.
 * @param {string} build
 */
const supplyOf = (build) => `
  import { instantiate } from '../../dist/core.${build}.js';
  import { Core } from './memory.js';
  let core;
  export const ${build} = { get now() { return (core ??= new Core(instantiate())); } };`;

/** @type {Record<string, string>} */
const JAVASCRIPT = {
  full: supplyOf('full'),
  standard: supplyOf('standard'),
  parser: "export { full as parser } from './full.js';",
  'parser-now': `${supplyOf('parser')}; export const parserNow = () => parser.now;`,
};

const supplyJavaScript = {
  name: 'supply',
  setup({ onLoad }) {
    onLoad({ filter: SUPPLIES }, ({ path }) => ({
      resolveDir: resolve('js/core'),
      contents: JAVASCRIPT[path.match(SUPPLIES)[1]],
    }));
  },
};

/** The class is that of the one file. */
const importStandard = {
  name: 'standard',
  setup({ onResolve }) {
    onResolve({ filter: /\/source\/standard\.js$/ }, () => ({ path: './standard.js', external: true }));
  },
};

const esm = { ...common, format: 'esm', minifySyntax: true, minifyWhitespace: true };
// Files of their own, so that a bundler takes what is used: it may leave out only whole files.
const rooms = ['js/source/extended.js', 'js/source/standard.js', 'js/parser/create-parser.js', 'js/parser/events.js'];
const polyfills = ['js/polyfill.js', 'js/polyfill-force.js'];
const entries = {
  ...esm,
  // Where these are used there is no SharedWorker, and some cannot even read this.
  define: { 'import.meta.url': '""' },
  entryPoints: ['js/index.js', 'js/standard.js', 'js/shared.js', 'js/stream.js', 'js/xhr.js', ...polyfills, ...rooms],
  splitting: true,
  chunkNames: 'chunk-[hash]',
};
const node = { ...esm, outdir: 'dist/node', plugins: [supplyBy('node.js'), decodeByBuffer, inspectByAccessors] };

/**
 * For who cannot load ES modules, as Jest without a flag: the files of dist/js as CommonJS, and their types. Its
 * package.json says so to Node and to TypeScript.
 */
async function writeCommonJS() {
  mkdirSync('dist/cjs');
  writeFileSync('dist/cjs/package.json', '{ "type": "commonjs" }\n');
  for (const file of readdirSync('dist/js', { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.js'),
  )) {
    const source = readFileSync(join('dist/js', file), 'utf8');
    // For Node: names of exports that it can see without running the file.
    const { code } = await transform(source, { format: 'cjs', platform: 'node', minifyWhitespace: true });
    mkdirSync(dirname(join('dist/cjs', file)), { recursive: true });
    writeFileSync(join('dist/cjs', file), code);
  }
  for (const file of readdirSync('js').filter((name) => name.endsWith('.d.ts')))
    cpSync(`js/${file}`, `dist/cjs/${file}`);
}

for (const folder of ['dist/cjs', 'dist/js', 'dist/node', 'dist/react-native', 'dist/workerd'])
  rmSync(folder, { recursive: true, force: true }); // old chunks
await Promise.all([
  build({
    ...common,
    entryPoints: ['js/global.js'],
    outfile: 'dist/eventsource-wasm.global.js',
    format: 'iife',
    globalName: 'EventSourceWasm',
    minify: true,
    plugins: [supplyBy('classic.js')],
    banner: { js: '/* eventsource-wasm, MIT license */' },
  }),
  build({ ...node, entryPoints: ['js/index.js', 'js/standard.js'] }),
  build({ ...node, entryPoints: polyfills, plugins: [importStandard] }),
  build({ ...entries, outdir: 'dist/js', plugins: [supplyJavaScript] }),
  build({ ...entries, outdir: 'dist/workerd', plugins: [supplyBy('workerd.js')] }),
  ...reactNative(esm, supplyJavaScript).map(build),
]);
writeFileSync('dist/node/stream.js', "export { EventSourceParserStream, ParseError } from './index.js';\n");
await writeCommonJS();
