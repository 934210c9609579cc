// The entries that change globals, and the classic script: each in a process of its own.
import { readFileSync, readdirSync } from 'node:fs';
import { createContext, runInContext } from 'node:vm';
import { assert } from './support/assert.js';
import { runNode } from './support/child.js';
import { tearDown } from './support/scene.js';

const NATIVE = 'class Native {} globalThis.EventSource = Native;';
const NONE = 'delete globalThis.EventSource;';
const TELL = `
  const { value, ...flags } = Object.getOwnPropertyDescriptor(globalThis, 'EventSource') ?? {};
  console.log(value === undefined ? 'none' : value === own ? 'own' : value.name, JSON.stringify(flags));`;
const FLAGS = '{"writable":true,"enumerable":false,"configurable":true}';

const importing = (entry) =>
  `await import('${entry}'); const own = (await import('eventsource-wasm')).EventSource; ${TELL}`;
const asScript = (call = '') =>
  `(await import('node:vm')).runInThisContext(
     (await import('node:fs')).readFileSync('dist/eventsource-wasm.global.js', 'utf8'));
   ${call}; const own = EventSourceWasm.EventSource; ${TELL}`;

describe('entries', () => {
  afterEach(tearDown);

  for (const [name, before, code, told] of [
    ['the root defines no global', NONE, importing('eventsource-wasm'), 'none {}\n'],
    ['polyfill puts EventSource where it is missing', NONE, importing('eventsource-wasm/polyfill'), `own ${FLAGS}\n`],
    ['polyfill leaves a native one alone', NATIVE, importing('eventsource-wasm/polyfill'), /^Native/],
    ['polyfill/force takes its place', NATIVE, importing('eventsource-wasm/polyfill/force'), `own ${FLAGS}\n`],
    ['polyfill/force puts it where it is missing', NONE, importing('eventsource-wasm/polyfill/force'), /^own/],
    ['js, on the core as JavaScript, defines none', NONE, importing('eventsource-wasm/js'), 'none {}\n'],
    ['the script leaves a native one alone', NATIVE, asScript(), /^Native/],
    ['the script defines none', NONE, asScript(), 'none {}\n'],
    ['the script polyfills on demand', NONE, asScript('EventSourceWasm.polyfill()'), `own ${FLAGS}\n`],
    ['polyfill() of the script leaves a native one alone', NATIVE, asScript('EventSourceWasm.polyfill()'), /^Native/],
    ['force() of the script takes its place', NATIVE, asScript('EventSourceWasm.force()'), `own ${FLAGS}\n`],
  ]) {
    it(name, async () => {
      const { exitCode, out, err } = await runNode(before + code).exit();
      assert.equal(exitCode, 0, err);
      if (typeof told === 'string') assert.equal(out, told);
      else assert.match(out, told);
    });
  }

  it('the script has all that the root exports, by its own names though it is minified', async () => {
    const code = `${asScript()}
      const root = Object.keys(await import('eventsource-wasm'));
      console.log(root.every((name) => name in EventSourceWasm), own.name, new EventSourceWasm.ErrorEvent('x') instanceof Event);`;
    assert.equal((await runNode(NONE + code).exit()).out, 'none {}\ntrue EventSource true\n');
  });

  describe('in a runtime that lacks nearly everything', () => {
    const { EventSource, EventSourceParserStream, createParser } = runInContext(
      `delete globalThis.WebAssembly; ${readFileSync('dist/eventsource-wasm.global.js', 'utf8')}; EventSourceWasm`,
      createContext({}),
    );

    for (const [name, use, lacking] of [
      [
        'EventSource',
        () => new EventSource('http://127.0.0.1/'),
        /AbortController, .*Event, EventTarget, .*TextDecoder/,
      ],
      ['createParser', () => createParser({}), /TextDecoder, TextEncoder/],
      ['EventSourceParserStream', () => new EventSourceParserStream(), /TransformStream/],
    ]) {
      it(`${name} is there, and says what is missing when it is used`, () => {
        let message;
        try {
          use();
        } catch (error) {
          ({ message } = error);
        }
        assert.match(message, new RegExp(`^This runtime lacks ${lacking.source}.*: .* needs polyfills`));
      });
    }
  });

  it('./js never mentions WebAssembly', () => {
    const files = readdirSync('dist/js');
    assert.ok(files.includes('index.js'));
    for (const file of files) assert.doesNotMatch(readFileSync(`dist/js/${file}`, 'utf8'), /WebAssembly/, file);
  });
});
