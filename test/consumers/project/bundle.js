// node bundle.js BUNDLER PAGE...: makes bundles/BUNDLER/PAGE.js of pages/PAGE.js, each by itself, as its documentation
// says for a page.
import { basename, dirname, resolve } from 'node:path';

const [bundler, ...pages] = process.argv.slice(2);

const bundlers = {
  async esbuild(entry, outfile) {
    const { build } = await import('esbuild');
    await build({ entryPoints: [entry], outfile, bundle: true, minify: true, format: 'esm', logLevel: 'warning' });
  },

  async rollup(entry, file) {
    const { rollup } = await import('rollup');
    const { nodeResolve } = await import('@rollup/plugin-node-resolve');
    const fail = ({ message }) => {
      throw new Error(message);
    };
    const bundle = await rollup({ input: entry, plugins: [nodeResolve({ browser: true })], onwarn: fail });
    await bundle.write({ dir: dirname(file), entryFileNames: basename(file), format: 'es' });
  },

  async vite(entry, file) {
    const { build } = await import('vite');
    const output = { entryFileNames: basename(file) };
    const options = { rolldownOptions: { input: entry, output }, outDir: 'bundles/vite', emptyOutDir: false };
    await build({ configFile: false, logLevel: 'warn', build: options });
  },

  async webpack(entry, file) {
    const { default: webpack } = await import('webpack');
    const output = { path: resolve('bundles/webpack'), filename: basename(file) };
    const optimization = { minimize: file.endsWith('root.js') }; // one will do: it takes seconds
    await new Promise((done, fail) => {
      webpack({ mode: 'production', entry, output, optimization }, (error, stats) => {
        if (error || stats.hasErrors() || stats.hasWarnings()) fail(error ?? new Error(stats.toString()));
        else done();
      });
    });
  },
};

for (const page of pages)
  await bundlers[bundler](resolve(`pages/${page}.js`), resolve(`bundles/${bundler}/${page}.js`));
