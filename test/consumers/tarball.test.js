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
dist/check.html
dist/cjs/chunk-*.js
dist/cjs/index.d.ts
dist/cjs/index.js
dist/cjs/package.json
dist/cjs/parser/create-parser.js
dist/cjs/parser/events.js
dist/cjs/platform.d.ts
dist/cjs/polyfill-force.d.ts
dist/cjs/polyfill-force.js
dist/cjs/polyfill.d.ts
dist/cjs/polyfill.js
dist/cjs/shared.d.ts
dist/cjs/shared.js
dist/cjs/source/extended.js
dist/cjs/source/standard.js
dist/cjs/standard.d.ts
dist/cjs/standard.js
dist/cjs/stream.d.ts
dist/cjs/stream.js
dist/cjs/xhr.d.ts
dist/cjs/xhr.js
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
dist/js/shared.js
dist/js/source/extended.js
dist/js/source/standard.js
dist/js/standard.js
dist/js/stream.js
dist/js/xhr.js
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
dist/vectors.json
dist/workerd/chunk-*.js
dist/workerd/index.js
dist/workerd/parser/create-parser.js
dist/workerd/parser/events.js
dist/workerd/polyfill-force.js
dist/workerd/polyfill.js
dist/workerd/shared.js
dist/workerd/source/extended.js
dist/workerd/source/standard.js
dist/workerd/standard.js
dist/workerd/stream.js
dist/workerd/xhr.js
js/command/arguments.js
js/command/check/connect.js
js/command/check/dissect.js
js/command/check/exchange.js
js/command/check/guess.js
js/command/check/main.js
js/command/check/observation.d.ts
js/command/check/observe.js
js/command/check/page.js
js/command/check/report.js
js/command/check/rules.js
js/command/check/rules/answer.js
js/command/check/rules/arrival.js
js/command/check/rules/cors.js
js/command/check/rules/format.js
js/command/check/rules/proxies.js
js/command/check/rules/resuming.js
js/command/check/rules/signs.js
js/command/check/utf8.js
js/command/conformance/answers.js
js/command/conformance/cases.js
js/command/conformance/clients.js
js/command/conformance/lanes.js
js/command/conformance/main.js
js/command/conformance/modules.js
js/command/conformance/parsers.js
js/command/conformance/points.js
js/command/conformance/programs.js
js/command/conformance/report.js
js/command/conformance/server.js
js/command/conformance/vectors.js
js/command/conformance/visible.js
js/command/conformance/wait.js
js/command/main.js
js/command/request.js
js/command/terminal.js
js/command/usage.js
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
js/parser/idle-time.js
js/parser/input.js
js/parser/transform-stream.js
js/platform.d.ts
js/polyfill-force.d.ts
js/polyfill-force.js
js/polyfill.d.ts
js/polyfill.js
js/runtime.js
js/shared.d.ts
js/shared.js
js/shared/client.js
js/shared/history.js
js/shared/holder.js
js/shared/link.js
js/shared/messages.d.ts
js/shared/page.js
js/shared/request.js
js/shared/source.js
js/shared/ways.js
js/shared/worker.js
js/source/cors.js
js/source/describe.js
js/source/dispose.js
js/source/events.js
js/source/eventsource.js
js/source/explain.js
js/source/extend.js
js/source/extended.js
js/source/extensible.js
js/source/fetching.js
js/source/fitting.js
js/source/from-stream.js
js/source/handlers.js
js/source/hooks.d.ts
js/source/idle.js
js/source/inspect.js
js/source/install.js
js/source/iterate.js
js/source/leave.js
js/source/limit.js
js/source/lines.js
js/source/missing-type.js
js/source/open.js
js/source/options.js
js/source/query-id.js
js/source/read-ahead.js
js/source/reconnect.js
js/source/ref.js
js/source/refusal.js
js/source/refused-id.js
js/source/request-url.js
js/source/request.js
js/source/resume.js
js/source/retry.js
js/source/signal.js
js/source/standard.js
js/source/to-json.js
js/source/unfinished.js
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

  it('weighs less than 450 KB', () => {
    assert.ok(statSync(join(project.folder, 'package.tgz')).size < 450_000);
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
      ...['--profile', 'strict', '--exclude-entrypoints', './core.wasm', './vectors.json', './shared/worker'], // which have no types
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

  for (const platform of ['browser', 'node']) {
    it(`a bundle for ${platform} holds one copy of each entry, by whatever way it asks for it`, async () => {
      const entries = ['', '/standard', '/js', '/js/standard', '/stream', '/polyfill', '/polyfill/force'];
      const contents = entries.map((path, n) => {
        const name = JSON.stringify(`eventsource-wasm${path}`);
        return `import * as imported${n} from ${name}; console.log(imported${n}, require(${name}));`;
      });
      const { metafile } = await build({
        stdin: { contents: contents.join('\n'), resolveDir: project.folder },
        absWorkingDir: project.folder,
        ...{ bundle: true, write: false, metafile: true, format: 'esm', platform },
      });
      const inputs = Object.keys(metafile.inputs);
      assert.ok(inputs.some((input) => input.includes(platform === 'node' ? '/dist/node/' : '/eventsource-wasm/js/')));
      assert.deepEqual(
        inputs.filter((input) => input.includes('/dist/cjs/')),
        [],
      );
    });
  }

  for (const path of ['/js', '/js/standard']) {
    it(`eventsource-wasm${path} never mentions WebAssembly`, async () => {
      const { code } = await load(path);
      assert.match(code, /EventSource/);
      assert.doesNotMatch(code, WASM);
    });
  }
});
