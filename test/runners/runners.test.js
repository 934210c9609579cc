// The packed package under the test runners that people use, each with a project of its own in project/.
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import { installProject } from '../clients/install.js';
import { pages } from '../docs/pages.js';
import { assert } from '../support/assert.js';

const runtime = (file) => fileURLToPath(new URL(`../runtimes/node_modules/${file}`, import.meta.url));
const node = (version) => runtime(`node${version}/bin/node`);
const bun = runtime('@oven/bun-linux-x64/bin/bun');
const deno = runtime('@deno/linux-x64-glibc/deno');

const bin = (name) => `../node_modules/.bin/${name}`;
const jest = [bin('jest'), '--detectOpenHandles'];
const vitest = (environment) => [node(24), bin('vitest'), 'run', `--environment=${environment}`];

/**
 * By name: the folder of its project, the command, and what it must print: how many of its tests passed, all there are.
 * @type {Record<string, { folder: string, command: string[], passed: RegExp }>}
 */
const runners = {
  Jest: { folder: 'jest', command: [node(24), ...jest], passed: /^Tests: +5 passed, 5 total$/m },
  'Jest, jsdom': { folder: 'jest-jsdom', command: [node(24), ...jest], passed: /^Tests: +7 passed, 7 total$/m },
  'Jest, ES modules': {
    folder: 'jest-esm',
    command: [node(24), '--experimental-vm-modules', ...jest],
    passed: /^Tests: +5 passed, 5 total$/m,
  },
  'Jest, as React Native sets it up': {
    folder: 'jest-react-native',
    command: [node(24), ...jest],
    passed: /^Tests: +3 passed, 3 total$/m,
  },
  'Vitest, Node': { folder: 'vitest', command: vitest('node'), passed: /^ *Tests +7 passed \(7\)$/m },
  'Vitest, jsdom': { folder: 'vitest', command: vitest('jsdom'), passed: /^ *Tests +7 passed \(7\)$/m },
  'Vitest, happy-dom': {
    folder: 'vitest',
    command: vitest('happy-dom'),
    passed: /^ *Tests +6 passed \| 1 skipped \(7\)$/m,
  },
  'node --test': {
    folder: 'node-test',
    command: [node(24), '--test', '--test-reporter=tap', 'source.test.mjs'],
    passed: /^# pass 5\n# fail 0$/m,
  },
  Mocha: { folder: 'mocha', command: [node(24), bin('mocha'), 'source.test.mjs'], passed: /^ *5 passing/m },
  'bun test': { folder: 'bun', command: [bun, 'test'], passed: /^ 5 pass\n 0 fail$/m },
  'deno test': {
    folder: 'deno',
    command: [deno, 'test', '--allow-all', '--no-check'],
    passed: /ok \| 5 passed \| 0 failed/,
  },
};

/**
 * The files of docs/testing.md, by the runner that its page names: those that it needs, and how many tests pass.
 * @type {Record<string, { files: string[], command: string[], passed: RegExp }>}
 */
const documented = {
  'node --test': {
    files: ['prices.mjs', 'fetch.test.mjs', 'server.test.mjs'],
    command: [node(24), '--test', '--test-reporter=tap', 'fetch.test.mjs', 'server.test.mjs'],
    passed: /^# pass 3\n# fail 0$/m,
  },
  Vitest: {
    files: ['prices.mjs', 'msw.test.mjs', 'timers.test.mjs'],
    command: [node(24), bin('vitest'), 'run'],
    passed: /^ *Tests +3 passed \(3\)$/m,
  },
  'Vitest, happy-dom': {
    files: ['vitest.config.mjs', 'timers.test.mjs'],
    command: [node(24), bin('vitest'), 'run'],
    passed: /^ *Tests +1 passed \(1\)$/m,
  },
  Jest: {
    files: ['jest.config.js', 'prices.test.js', 'jsdom.test.js'],
    command: [node(24), ...jest],
    passed: /^Tests: +2 passed, 2 total$/m,
  },
};

/** What a runner says of what tests left open. */
const LEFT_OPEN = /open handle|did not exit|close timed out/i;

describe('test runners', function () {
  this.timeout(120_000);
  let project;

  before(function () {
    this.timeout(300_000); // npm
    project = installProject('test/runners/project');
  });

  /** Runs a program until it ends by itself; returns what it wrote. */
  function call(folder, [file, ...values]) {
    const { status, stdout, stderr } = spawnSync(file, values, {
      cwd: join(project.folder, folder),
      ...{ encoding: 'utf8', timeout: 60_000, killSignal: 'SIGKILL' },
    });
    assert.equal(status, 0, `${file} ${values.join(' ')} failed: ${stdout}${stderr}`);
    return stripVTControlCharacters(`${stdout}${stderr}`);
  }

  for (const [name, { folder, command, passed }] of Object.entries(runners)) {
    it(`${name}: a source reads a server, a mock, and waits by fake timers`, () => {
      const wrote = call(folder, command);
      assert.match(wrote, passed);
      assert.doesNotMatch(wrote, LEFT_OPEN);
    });
  }

  describe('docs/testing.md', () => {
    const { blocks } = pages.find(({ path }) => path === 'docs/testing.md');

    it('has no file that is not run here', () => {
      const known = Object.values(documented).flatMap(({ files }) => files);
      assert.deepEqual(blocks.map(({ title }) => title).sort(), [...new Set(known)].sort());
    });

    for (const [n, [name, { files, command, passed }]] of Object.entries(documented).entries()) {
      it(`does what it says under ${name}`, () => {
        const folder = join(project.folder, `documented${n}`);
        mkdirSync(folder);
        for (const { title, code } of blocks) if (files.includes(title)) writeFileSync(join(folder, title), code);
        const wrote = call(`documented${n}`, command);
        assert.match(wrote, passed);
        assert.doesNotMatch(wrote, LEFT_OPEN);
      });
    }
  });

  const runtimes = {
    ...Object.fromEntries(['20.19', 20, '22.12', 22, 24, 26].map((version) => [`Node ${version}`, [node(version)]])),
    Bun: [bun],
    Deno: [deno, 'run', '--allow-all'],
  };

  for (const [name, command] of Object.entries(runtimes)) {
    for (const first of ['require', 'import']) {
      it(`${name}: import and require() find one class in every entry, ${first} first`, () => {
        const [told] = call('.', [...command, 'one-class.cjs', first]).match(/^\{.*\}$/m);
        const { entries, differing } = JSON.parse(told);
        assert.ok(entries.length >= 7, entries);
        assert.deepEqual(differing, []);
      });
    }
  }

  for (const [name, command] of [
    ['Bun', [bun]],
    ['Deno', [deno, 'run', '--allow-all']],
  ]) {
    it(`${name}: a process ends when its sources are closed`, () => {
      assert.match(call('.', [...command, 'ends.mjs']), /^ended$/m);
    });
  }
});
