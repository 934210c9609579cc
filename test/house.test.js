// How js/ is built: what imports what, and that an extension can be taken away.
import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { assert } from './support/assert.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const LIST = `${root}js/source/extended.js`;
const list = readFileSync(LIST, 'utf8');
const extensions = [...list.matchAll(/^import \{ (\w+) \} from '\.\/([\w-]+)\.js';$/gm)]
  .map(([, name, file]) => ({ name, file }))
  .filter(({ name }) => new RegExp(`^ {2}${name},$`, 'm').test(list));

/** The modules of the package that a module brings, each with what it imports. */
async function importsOf(path) {
  const { metafile } = await build({
    ...{ entryPoints: [path], absWorkingDir: root, bundle: true, write: false, metafile: true },
    ...{ format: 'esm', splitting: true, outdir: 'build', external: ['node:*', '*.wasm'] },
  });
  return Object.fromEntries(
    Object.entries(metafile.inputs).map(([file, { imports }]) => [file, imports.map((one) => one.path)]),
  );
}

/**
 * A way from a module back to itself.
 * @param {Record<string, string[]>} imports
 */
function findCircle(imports) {
  const done = new Set();
  const visit = (file, way) => {
    if (way.includes(file)) return [...way, file];
    if (done.has(file)) return undefined;
    for (const next of imports[file] ?? []) {
      const circle = visit(next, [...way, file]);
      if (circle) return circle;
    }
    done.add(file);
    return undefined;
  };
  for (const file of Object.keys(imports)) {
    const circle = visit(file, []);
    if (circle) return circle;
  }
  return undefined;
}

/** The class of the root without one extension, as a module of its own. */
async function buildWithout({ name, file }) {
  const contents = list
    .split('\n')
    .filter((line) => line !== `import { ${name} } from './${file}.js';` && line !== `  ${name},`)
    .join('\n');
  assert.equal(list.split('\n').length - contents.split('\n').length, 2);
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: `${root}js/source`, sourcefile: 'without.js' },
    ...{ bundle: true, write: false, format: 'esm', outdir: `${root}build` },
    plugins: [
      {
        name: 'taken away',
        setup: ({ onLoad }) =>
          onLoad({ filter: new RegExp(`/source/${file}\\.js$`) }, ({ path }) => {
            throw new Error(`${path} is still needed.`);
          }),
      },
    ],
  });
  const url = `data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString('base64')}`;
  return (await import(url)).EventSource;
}

describe('the house', function () {
  this.timeout(60_000);

  it('has no circle of imports', async () => {
    assert.deepEqual(findCircle({ a: ['b'], b: ['c'], c: ['b'] }), ['a', 'b', 'c', 'b']);
    const entries = readdirSync(`${root}js`).filter((file) => file.endsWith('.js'));
    for (const entry of [...entries, 'core/node.js', 'core/workerd.js', 'core/decode.node.js', 'command/main.js']) {
      assert.equal(findCircle(await importsOf(`js/${entry}`)), undefined, entry);
    }
  });

  it('has the standard in files that know no extension', async () => {
    const files = Object.keys(await importsOf('js/source/eventsource.js'));
    assert.ok(files.includes('js/core/memory.js'));
    const known = extensions.map(({ file }) => `js/source/${file}.js`);
    assert.deepEqual(
      files.filter((file) => known.includes(file)),
      [],
    );
  });

  it('lists extensions', () => assert.ok(extensions.length >= 12, `${extensions.length}`));

  for (const extension of extensions) {
    it(`stands without ${extension.file}`, async () => {
      const EventSource = await buildWithout(extension);
      const source = new EventSource(`data:text/event-stream,${encodeURIComponent('id: 1\ndata: x\n\n')}`);
      try {
        const { data, lastEventId } = await new Promise((resolve, reject) => {
          source.onmessage = resolve;
          source.onerror = reject;
        });
        assert.deepEqual({ data, lastEventId }, { data: 'x', lastEventId: '1' });
      } finally {
        source.close();
      }
    });
  }
});
