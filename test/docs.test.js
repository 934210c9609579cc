// Every block of code in README.md and docs/ is run, or checked in the way that fits it.
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { packageJson, pages, root } from './docs/pages.js';
import { answerStream, closeBrowser, folder, makeFolder, openSite, runProgram, succeed, ways } from './docs/run.js';
import { scenes } from './docs/scenes.js';
import { assert } from './support/assert.js';
import { tearDown } from './support/scene.js';

/** Blocks that are neither run nor checked here, and why. */
const EXCEPTIONS = {
  ...Object.fromEntries(
    pages
      .filter(({ path }) => path === 'docs/testing.md')
      .flatMap(({ blocks }) =>
        blocks.map(({ section }) => [section, 'run by test/runners, with the runners themselves']),
      ),
  ),
  'docs/cli.md#output': 'what a terminal shows, which test/cli.test.js is about',
};

const readSource = (/** @type {string} */ file) => readFileSync(`${root}js/source/${file}`, 'utf8');
const implementation = readdirSync(`${root}js/source`).map(readSource).join('');

const proseOf = (path) => pages.find((page) => page.path === path).prose;

function assertNamed(names, path) {
  assert.ok(names.length > 5);
  const missing = names.filter((name) => !proseOf(path).includes(`\`${name}\``));
  assert.deepEqual(missing, [], `not in ${path}`);
}

describe('documents', function () {
  this.timeout(60_000);

  beforeEach(makeFolder);
  afterEach(tearDown);
  after(closeBrowser);

  it('are all there, with a test for each section that needs one of its own', () => {
    const sections = pages.flatMap(({ blocks }) => blocks.map(({ section }) => section));
    assert.deepEqual(
      [...Object.keys(scenes), ...Object.keys(EXCEPTIONS)].filter((section) => !sections.includes(section)),
      [],
    );
  });

  it('name every entry and export', async () => {
    const entries = Object.keys(packageJson.exports).filter((entry) => entry !== './package.json');
    const exports = Object.keys(await import('eventsource-wasm'));
    assertNamed([...entries.map((entry) => join(packageJson.name, entry)), ...exports], 'docs/guide.md');
  });

  it('name every option, and what the runtime must have', () => {
    const [, init] = readFileSync(`${root}js/index.d.ts`, 'utf8').match(/interface EventSourceInit \{\n(.*?)\n\}/s);
    const options = [...init.matchAll(/^ {2}(\w+)\?:/gm)].map(([, option]) => option);
    assertNamed(options, 'docs/api.md');

    const [, needed] = implementation.match(/^const NEEDED = '(.*?)'/m);
    assertNamed(needed.split(' '), 'docs/compatibility.md');
  });

  it('have the messages of errors as they are', () => {
    const [, table] = proseOf('docs/api.md').match(/^### Errors\n(.*?)^## /ms);
    const messages = [...table.matchAll(/^\|[^|]+\| +([^|`]+\S) +\| `/gm)].map(([, message]) => message);
    assert.ok(messages.length > 10);
    // What stands between the places for values.
    const pieces = messages.flatMap((message) =>
      message.split(/_[^_]+_|the connection failed: |(?<=answered with )|[;().…]/i),
    );
    const isThere = (piece) => implementation.toLowerCase().includes(piece.trim().toLowerCase());
    assert.deepEqual(
      pieces.filter((piece) => !isThere(piece)),
      [],
    );
  });

  it('have the right types in every block of TypeScript', async () => {
    const blocks = pages.flatMap((page) => page.blocks).filter(({ language }) => /^tsx?$/.test(language));
    assert.ok(blocks.length > 0);
    for (const [n, { code, language, title = `${n}.${language}` }] of blocks.entries()) {
      writeFileSync(join(folder, title), code);
    }
    // As much of React as the blocks use.
    writeFileSync(
      join(folder, 'react.d.ts'),
      `declare module 'react' {
        export function useRef<T>(value: T): { current: T };
        export function useState<T>(): [T | undefined, (value: T | undefined) => void];
        export function useEffect(effect: () => (() => void) | void, dependencies: readonly unknown[]): void;
      }
      declare module 'react/jsx-runtime' {
        export const jsx: unknown;
        export const jsxs: unknown;
        export namespace JSX {
          interface IntrinsicElements {
            p: { title?: string | undefined; children?: string };
            div: { children?: unknown };
            button: { onClick?: () => void; children?: string };
          }
        }
      }
      declare module 'react-native' {
        export const AppState: {
          currentState: string;
          addEventListener(type: 'change', listener: (state: string) => void): { remove(): void };
        };
        export function Text(properties: { children: string }): null;
        export function View(properties: { children: unknown }): null;
      }`,
    );
    const compilerOptions = {
      ...{ target: 'ES2022', module: 'NodeNext', lib: ['ES2022', 'DOM', 'DOM.Iterable'], types: [] },
      ...{ jsx: 'react-jsx', strict: true, noEmit: true },
    };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions }));
    succeed(await runProgram(process.execPath, [`${root}node_modules/typescript/bin/tsc`, '-p', folder]));
  });

  for (const { path, blocks, links } of pages) {
    describe(path, () => {
      it('links to what there is', () => {
        const broken = links.filter((link) => {
          if (/^\w+:/.test(link)) return false;
          const [file, anchor] = link.split('#');
          const target = file === '' ? path : join(dirname(path), file);
          if (!existsSync(`${root}${target}`)) return true;
          return anchor !== undefined && !pages.find((page) => page.path === target)?.anchors.includes(anchor);
        });
        assert.deepEqual(broken, []);
      });

      for (const section of new Set(blocks.map((block) => block.section))) {
        const own = blocks.filter((block) => block.section === section);
        const [, anchor] = section.split('#');
        if (EXCEPTIONS[section]) continue;
        if (scenes[section]) {
          it(`${anchor}: does what it says (${scenes[section].of})`, () => {
            const languages = own.map(({ language }) => language).join(' ');
            assert.equal(languages, scenes[section].of, 'what the scene knows of');
            return scenes[section].run(own);
          });
          continue;
        }
        const files = own.filter(({ language, title }) => language === 'js' && title !== undefined);
        const documents = own.filter(({ language }) => language === 'html');
        for (const document of files.length > 0 && documents.length === 0 ? [undefined] : documents) {
          it(`${anchor}: works as a page, by the ${document ? `html of line ${document.line}` : 'files'}`, () =>
            openSite(document ? [document, ...files] : files, answerStream));
        }
        for (const block of own.filter((each) => !files.includes(each) && !documents.includes(each))) {
          it(`${anchor}: the ${block.language} of line ${block.line} works`, () => {
            const way = ways[block.language];
            assert.ok(way, `Nothing here runs or checks blocks of '${block.language}'.`);
            return way(block);
          });
        }
      }
    });
  }
});
