// What bundlers make of a module for a page: esbuild, Rollup, Vite (which is Rolldown) and webpack.
import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { nodeResolve } from '@rollup/plugin-node-resolve';
import terser from '@rollup/plugin-terser';
import { build } from 'esbuild';
import { rollup } from 'rollup';
import { build as buildByVite } from 'vite';
import webpack from 'webpack';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Each writes `main.js` and its chunks to a folder. @type {Record<string, (entry: string, folder: string) => Promise<unknown>>} */
export const bundlers = {
  esbuild: (entry, outdir) =>
    build({
      entryPoints: { main: entry },
      outdir,
      ...{ bundle: true, splitting: true, minify: true, format: 'esm', target: 'es2022', logLevel: 'error' },
    }),

  async Rollup(input, dir) {
    const bundle = await rollup({ input: { main: input }, plugins: [nodeResolve({ browser: true })] });
    await bundle.write({ dir, format: 'es', entryFileNames: '[name].js', plugins: [terser({ module: true })] });
    await bundle.close();
  },

  Vite: (entry, outDir) =>
    buildByVite({
      configFile: false,
      logLevel: 'error',
      build: {
        outDir,
        modulePreload: false,
        rollupOptions: { input: { main: entry }, output: { entryFileNames: '[name].js' } },
      },
    }),

  webpack: (entry, path) =>
    new Promise((resolve, reject) => {
      const output = { path, filename: '[name].js', module: true };
      const options = { entry: { main: entry }, output, mode: 'production', experiments: { outputModule: true } };
      const compiler = webpack({ ...options, context: root, target: ['web', 'es2022'] });
      compiler.run((error, stats) => {
        const failure = error ?? (stats?.hasErrors() && new Error(stats.toString('errors-only')));
        compiler.close(() => (failure ? reject(failure) : resolve(stats)));
      });
    }),
};

/**
 * The files that a bundler makes of a module, the first of which is the one that a page loads.
 * @param {string} bundler
 * @param {string} contents of the module
 * @param {string} [name] of the folder
 * @returns {Promise<{ name: string, content: Buffer }[]>}
 */
export async function bundle(bundler, contents, name = 'application') {
  const folder = resolve(root, 'build/bundles', `${bundler}-${name}`);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, 'node_modules'), { recursive: true });
  symlinkSync(root, join(folder, 'node_modules/eventsource-wasm'));
  writeFileSync(join(folder, 'entry.js'), contents);
  writeFileSync(join(folder, 'lazy.js'), 'export const value = 1;\n');
  const out = join(folder, 'out');
  await bundlers[bundler](join(folder, 'entry.js'), out);
  const files = readdirSync(out, { recursive: true, encoding: 'utf8' }).filter((file) => /\.m?js$/.test(file));
  files.sort((a, b) => Number(b === 'main.js') - Number(a === 'main.js'));
  return files.map((file) => ({ name: file, content: readFileSync(join(out, file)) }));
}
