// The suites as one classic script, which pages and workers of every kind take alike.
import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

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
  },
};

/** The files of the suites in these folders, in the order of their names. */
function findSuites(folders) {
  return folders.flatMap((folder) =>
    readdirSync(new URL(`../${folder}/`, import.meta.url))
      .filter((file) => file.endsWith('.test.js') && !file.endsWith('.node.test.js'))
      .map((file) => path(`../${folder}/${file}`)),
  );
}

/**
 * @param {string[]} folders of test/
 * @returns {Promise<string>}
 */
export async function bundleSuites(folders) {
  const imports = findSuites(folders).map((file) => `import ${JSON.stringify(file)};`);
  const contents = `
    import { start } from './place/mocha.js';
    ${imports.join('\n')}
    start();`;
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: path('.'), sourcefile: 'suites.js' },
    bundle: true,
    format: 'iife',
    banner: { js: "'use strict';" }, // as modules are
    target: 'es2022',
    charset: 'utf8',
    ignoreAnnotations: true, // package.json says that importing has no side effect: not so for suites
    external: ['util'], // which the clock asks for only where it finds Node
    plugins: [withoutNode],
    write: false,
    logLevel: 'error',
  });
  return outputFiles[0].text;
}
