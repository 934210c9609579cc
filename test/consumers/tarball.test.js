// What is in the tarball, and what the exports of package.json make of it.
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { assert } from '../support/assert.js';
import { installed } from './installed.js';

const files = `
CHANGELOG.md
LICENSE
README.md
dist/core.full.js
dist/core.full.text.js
dist/core.parser.js
dist/core.parser.text.js
dist/core.standard.js
dist/core.standard.text.js
dist/core.wasm
dist/eventsource-wasm.global.js
dist/js/chunk-*.js
dist/js/index.js
dist/js/parser/create-parser.js
dist/js/parser/events.js
dist/js/polyfill-force.js
dist/js/polyfill.js
dist/js/source/extended.js
dist/js/source/standard.js
dist/js/standard.js
dist/js/stream.js
dist/layout.js
dist/node/index.js
dist/node/polyfill-force.js
dist/node/polyfill.js
dist/node/standard.js
dist/node/stream.js
dist/react-native/chunk-*.js
dist/react-native/classes.js
dist/react-native/index.js
dist/react-native/polyfill-force.js
dist/react-native/polyfill.js
dist/react-native/standard.js
dist/react-native/stream.js
dist/react-native/xhr.js
dist/workerd/chunk-*.js
dist/workerd/index.js
dist/workerd/parser/create-parser.js
dist/workerd/parser/events.js
dist/workerd/polyfill-force.js
dist/workerd/polyfill.js
dist/workerd/source/extended.js
dist/workerd/source/standard.js
dist/workerd/standard.js
dist/workerd/stream.js
js/command/main.js
js/command/terminal.js
js/core/compile.js
js/core/decode.js
js/core/exports.d.ts
js/core/full.js
js/core/machine.js
js/core/memory.js
js/core/offsets.js
js/core/parser-now.js
js/core/parser.js
js/core/parsing.js
js/core/pieces.js
js/core/standard.js
js/core/stream.js
js/core/supply.js
js/index.d.ts
js/index.js
js/parser/create-parser.js
js/parser/events.js
js/parser/transform-stream.js
js/platform.d.ts
js/polyfill-force.d.ts
js/polyfill-force.js
js/polyfill.d.ts
js/polyfill.js
js/runtime.js
js/source/describe.js
js/source/events.js
js/source/eventsource.js
js/source/extend.js
js/source/extended.js
js/source/extensible.js
js/source/fetching.js
js/source/from-stream.js
js/source/handlers.js
js/source/hooks.d.ts
js/source/idle.js
js/source/install.js
js/source/iterate.js
js/source/limit.js
js/source/lines.js
js/source/open.js
js/source/options.js
js/source/ref.js
js/source/request.js
js/source/resume.js
js/source/retry.js
js/source/signal.js
js/source/standard.js
js/source/unref.js
js/source/url.js
js/source/visibility.js
js/source/webidl.js
js/source/xhr.js
js/standard.d.ts
js/standard.js
js/stream.d.ts
js/stream.js
js/xhr.d.ts
js/xhr.js
package.json
src/connection.c
src/layout.c
src/parser.c
src/scan.h
src/sse.h
src/wasm.c
src/wasm.h`;

/** Mentions of it would make some runtimes, or their linters, refuse the module. */
const WASM = /WebAssembly/;

/** What makes code of bytes. */
const COMPILES = /WebAssembly\.(Module|compile|instantiate)|atob/;

describe('the tarball', () => {
  let project, folder;

  before(function () {
    project = installed.call(this);
    folder = join(project.folder, 'node_modules/eventsource-wasm');
  });

  it('holds these files and no others', () => {
    const paths = readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => join(parentPath, name).slice(folder.length + 1))
      .map((path) => path.replace(/chunk-\w+/, 'chunk-*'));
    assert.deepEqual([...new Set(paths)].sort(), files.trim().split('\n'));
  });

  it('weighs less than 250 KB', () => {
    assert.ok(statSync(join(project.folder, 'package.tgz')).size < 250_000);
  });

  it('depends on no other package, and runs nothing when it is installed', () => {
    const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    for (const name of ['dependencies', 'peerDependencies', 'optionalDependencies'])
      assert.ok(!(name in manifest), name);
    for (const name of ['preinstall', 'install', 'postinstall']) assert.ok(!(name in manifest.scripts), name);
  });

  it('is as publint would have it', () => {
    assert.match(project.exec('node_modules/.bin/publint', 'run', 'package.tgz', '--strict'), /All good!/);
  });

  it('has types where TypeScript looks for them', function () {
    this.timeout(60_000);
    project.exec(
      ...['node_modules/.bin/attw', 'package.tgz', '--format', 'ascii'],
      // Without the resolution of Node 10, which no Node has that this package is for; and core.wasm has no types.
      ...['--profile', 'node16', '--exclude-entrypoints', './core.wasm'],
      // Every Node that this package is for can require() an ES module.
      ...['--ignore-rules', 'cjs-resolves-to-esm'],
    );
  });

  /** Everything that importing `path` under `condition` brings. */
  async function load(path, condition) {
    const { metafile, outputFiles } = await build({
      stdin: { contents: `export * from 'eventsource-wasm${path}'`, resolveDir: project.folder },
      absWorkingDir: project.folder,
      ...{ bundle: true, write: false, metafile: true, format: 'esm', minifyWhitespace: true },
      conditions: condition ? [condition] : [],
      external: ['*.wasm'],
    });
    const paths = Object.keys(metafile.inputs).filter((input) => input !== '<stdin>');
    for (const input of paths) assert.match(input, /^node_modules\/eventsource-wasm\//);
    return { paths: paths.map((input) => input.replace(/^.*eventsource-wasm\//, '')), code: outputFiles[0].text };
  }

  for (const path of ['', '/standard', '/stream', '/polyfill', '/polyfill/force']) {
    for (const [condition, check] of Object.entries({
      default: ({ paths }) => {
        for (const form of [/^dist\/core\.\w+\.text\.js$/, /^dist\/core\.\w+\.js$/]) {
          assert.ok(
            paths.some((input) => form.test(input)),
            `${paths}`,
          );
        }
      },
      workerd: ({ code }) => {
        assert.match(code, /from"\.\.\/core\.wasm"/);
        assert.doesNotMatch(code, COMPILES);
      },
      'edge-light': ({ code }) => assert.doesNotMatch(code, WASM),
      'react-native': ({ code }) => assert.doesNotMatch(code, WASM),
    })) {
      it(`eventsource-wasm${path} under the condition ${condition} has the core in its form`, async () => {
        check(await load(path, condition));
      });
    }
  }

  for (const path of ['/js', '/js/standard']) {
    it(`eventsource-wasm${path} never mentions WebAssembly`, async () => {
      const { code } = await load(path);
      assert.match(code, /EventSource/);
      assert.doesNotMatch(code, WASM);
    });
  }
});
