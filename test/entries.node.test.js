// The entries that change globals, and the classic script: each in a process of its own.
import { readFileSync, readdirSync } from 'node:fs';
import { Script, createContext } from 'node:vm';
import { assert } from './support/assert.js';
import { runNode } from './support/child.js';
import { atTearDown, record, serve, tearDown } from './support/scene.js';

const NATIVE = 'class Native {} globalThis.EventSource = Native;';
const NONE = 'delete globalThis.EventSource;';
const TELL = `
  const { value, ...flags } = Object.getOwnPropertyDescriptor(globalThis, 'EventSource') ?? {};
  console.log(value === undefined ? 'none' : value === own ? 'own' : value.name, JSON.stringify(flags));`;
const FLAGS = '{"writable":true,"enumerable":false,"configurable":true}';

const importing = (entry, of = 'eventsource-wasm/standard') =>
  `await import('${entry}'); const own = (await import('${of}')).EventSource; ${TELL}`;
const asScript = (call = '') =>
  `(await import('node:vm')).runInThisContext(
     (await import('node:fs')).readFileSync('dist/eventsource-wasm.global.js', 'utf8'));
   ${call}; const own = EventSourceWasm.EventSource; ${TELL}`;

describe('entries', () => {
  afterEach(tearDown);

  for (const [name, before, code, told] of [
    ['the root defines no global', NONE, importing('eventsource-wasm'), 'none {}\n'],
    ['standard defines none', NONE, importing('eventsource-wasm/standard'), 'none {}\n'],
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

  describe('in a realm without WebAssembly', () => {
    const script = new Script(`
      delete globalThis.WebAssembly;
      ${readFileSync('dist/eventsource-wasm.global.js', 'utf8')};
      EventSourceWasm`);
    /** The exports, in a realm of ECMAScript and these globals. */
    const loadWith = (globals) => script.runInContext(createContext({ ...globals }));

    const needed = { AbortController, DOMException, Event, EventTarget, Headers, TextDecoder, TextEncoder, URL };
    const standIns = { ...needed, TransformStream, clearTimeout, fetch, queueMicrotask, setTimeout };

    for (const [use, lacking] of [
      [
        ({ EventSource }) => new EventSource('http://127.0.0.1/'),
        /AbortController, .*Event, EventTarget, .*TextDecoder/,
      ],
      [({ createParser }) => createParser({}), /TextDecoder, TextEncoder/],
      [({ events }) => events('data: x\n\n').next(), /TextDecoder, TextEncoder/],
      [({ EventSourceParserStream }) => new EventSourceParserStream(), /TransformStream/],
      [({ ErrorEvent }) => new ErrorEvent('error'), /Event/],
    ]) {
      it(`says what is missing: ${use}`, async () => {
        const told = new RegExp(`^This runtime lacks ${lacking.source}.*: .* needs polyfills`);
        await assert.rejects(
          async () => use(loadWith({})),
          ({ message }) => told.test(message),
        );
      });
    }

    for (const name of Object.keys(needed)) {
      it(`EventSource says that ${name} is missing, if it alone is`, () => {
        const others = { ...standIns };
        delete others[name];
        const { EventSource } = loadWith(others);
        assert.throws(() => new EventSource('http://127.0.0.1/'), { message: new RegExp(`lacks ${name}: `) });
      });
    }

    it('the parser needs only a decoder and an encoder', async () => {
      const { createParser, events } = loadWith({ TextDecoder, TextEncoder });
      const parsed = [];
      createParser({ onEvent: ({ data }) => parsed.push(data) }).feed('data: grüße\n\n');
      for await (const { data } of events('data: 日本\n\n')) parsed.push(data);
      assert.deepEqual(parsed, ['grüße', '日本']);
    });

    it('everything works on stand-ins', async () => {
      const { EventSource, EventSourceParserStream } = loadWith(standIns);
      const server = await serve([
        { chunks: ['retry: 1\nid: é\ndata: grüße\n\n'], then: 'end' },
        { chunks: ['data: 日本\n\n'] },
        { chunks: ['data: piped\n\n'], then: 'end' },
      ]);
      const source = new EventSource(server.url);
      atTearDown(() => source.close());
      const seen = record(source);
      assert.equal((await seen.until('message')).data, 'grüße');
      assert.equal((await seen.until('message')).data, '日本');
      assert.equal((await server.request(1)).headers['last-event-id'], '\xC3\xA9');
      const { body } = await fetch(server.url);
      const reader = body.pipeThrough(new EventSourceParserStream()).getReader();
      assert.equal((await reader.read()).value.data, 'piped');
    });
  });

  it('every entry can be imported where nothing that it builds on is there', async () => {
    const lost = 'AbortController DOMException Event EventTarget MessageEvent TextDecoder TransformStream WebAssembly';
    const code = `
      for (const name of '${lost}'.split(' ')) delete globalThis[name];
      for (const entry of ['', '/js', '/shared', '/stream', '/xhr', '/polyfill', '/polyfill/force']) await import('eventsource-wasm' + entry);
      console.log(EventSource.name);`;
    const { exitCode, out, err } = await runNode(code).exit();
    assert.equal(exitCode, 0, err);
    assert.equal(out, 'EventSource\n');
  });

  it('./js counts the waits of a back-off as the core in WebAssembly does', async () => {
    const waits = [];
    for (const entry of ['eventsource-wasm/js', 'eventsource-wasm']) {
      const { EventSource } = await import(entry);
      const fetch = () => Promise.reject(new TypeError('no network'));
      const source = new EventSource('http://127.0.0.1/', { fetch, reconnectionTime: 100, backoff: { factor: 2 } });
      atTearDown(() => source.close());
      const seen = record(source);
      for (let n = 0; n < 3; n++) waits.push((await seen.until('error')).retryIn);
      source.close();
    }
    assert.deepEqual(waits, [100, 200, 400, 100, 200, 400]);
  });

  it('what React Native gets imports nothing later, which Metro would have to split', () => {
    const files = readdirSync('dist/react-native');
    assert.ok(files.includes('index.js'));
    for (const file of files)
      assert.doesNotMatch(readFileSync(`dist/react-native/${file}`, 'utf8'), /\bimport\(/, file);
  });

  it('./js never mentions WebAssembly', () => {
    const files = readdirSync('dist/js', { recursive: true }).filter((file) => file.endsWith('.js'));
    assert.ok(files.includes('index.js'));
    for (const file of files) assert.doesNotMatch(readFileSync(`dist/js/${file}`, 'utf8'), /WebAssembly/, file);
  });
});
