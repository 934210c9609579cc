// In a page that may not compile WebAssembly the core comes later, as a chunk: until then a source is CONNECTING, and
// nothing else can be observed. The package is bundled as for a page; the test says when the chunk arrives.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { assert } from './support/assert.js';
import { atTearDown, fakeClock, record, serve, tearDown } from './support/scene.js';
import { deferred, settled } from './support/wait.js';

const root = fileURLToPath(new URL('..', import.meta.url));

/** The chunk waits for what the test does with `globalThis.chunk`. */
const held = {
  name: 'held',
  setup({ onLoad }) {
    onLoad({ filter: /\/dist\/core\.(full|standard)\.js$/ }, ({ path }) => ({
      contents: `await globalThis.chunk;\n${readFileSync(path, 'utf8')}`,
    }));
  },
};

/** A copy of the package's page build in a folder of its own, where nothing is compiled or loaded yet. */
async function importCopy() {
  const folder = mkdtempSync(join(root, 'build/lazy-'));
  atTearDown(() => rmSync(folder, { recursive: true }));
  await build({
    ...{ entryPoints: ['js/index.js', 'js/standard.js'], absWorkingDir: root, outdir: folder },
    ...{ bundle: true, splitting: true, format: 'esm', outExtension: { '.js': '.mjs' }, plugins: [held] },
  });
  const load = (file) => import(pathToFileURL(join(folder, `${file}.mjs`)).href);
  return { extended: await load('index'), standard: await load('standard') };
}

/** Refuses WebAssembly as a content security policy does. */
function refuse() {
  const { Module } = WebAssembly;
  WebAssembly.Module = function () {
    throw new WebAssembly.CompileError('Refused to compile');
  };
  atTearDown(() => (WebAssembly.Module = Module));
}

describe('a core that comes later', function () {
  this.timeout(20_000);

  let chunk, extended, standard;

  beforeEach(async () => {
    chunk = deferred();
    globalThis.chunk = chunk.promise;
    chunk.promise.catch(() => {});
    refuse();
    ({ extended, standard } = await importCopy());
  });

  afterEach(async () => {
    await tearDown();
    delete globalThis.chunk;
  });

  function make(EventSource, url, init) {
    const source = new EventSource(url, init);
    atTearDown(() => source.close());
    return source;
  }

  for (const name of ['standard', 'root']) {
    const classOf = () => (name === 'standard' ? standard : extended).EventSource;

    it(`${name}: is CONNECTING until it is there, and then works`, async () => {
      const EventSource = classOf();
      const server = await serve([{ chunks: ['retry: 5\nid: ä\ndata: é\n\n'] }]);
      const source = make(EventSource, `${server.url}#x`, { withCredentials: true });
      const opened = deferred();
      source.onopen = opened.resolve;
      const events = record(source);
      await settled();
      assert.equal(source.readyState, EventSource.CONNECTING);
      assert.equal(source.url, `${server.url}#x`);
      assert.equal(source.withCredentials, true);
      assert.equal(await server.count(), 0);
      assert.deepEqual(events.log, []);
      chunk.resolve();
      await events.next('open');
      await opened.promise;
      assert.equal(source.readyState, EventSource.OPEN);
      const { data, lastEventId } = await events.next('message');
      assert.deepEqual({ data, lastEventId }, { data: 'é', lastEventId: 'ä' });
    });

    it(`${name}: close() before it is there is for good, and tells no listener`, async () => {
      const EventSource = classOf();
      const server = await serve([{}]);
      const source = make(EventSource, server.url);
      const events = record(source);
      await settled();
      source.close();
      assert.equal(source.readyState, EventSource.CLOSED);
      chunk.resolve();
      await settled();
      assert.equal(source.readyState, EventSource.CLOSED);
      assert.equal(await server.count(), 0);
      assert.deepEqual(events.log, []);
    });

    it(`${name}: a chunk that cannot be loaded fails the connection and says so`, async () => {
      const EventSource = classOf();
      const server = await serve([{}]);
      const source = make(EventSource, server.url);
      const events = record(source);
      const cause = new TypeError('Failed to fetch dynamically imported module');
      chunk.reject(cause);
      const error = await events.next('error');
      assert.equal(source.readyState, EventSource.CLOSED);
      assert.match(
        error.message,
        /^The connection failed: the JavaScript core, .*, could not be loaded: Failed to fetch/,
      );
      assert.equal(error.retryIn, null);
      assert.equal(error.cause.cause, cause);
      await settled();
      assert.deepEqual(events.log, ['error']);
      assert.equal(await server.count(), 0);
    });

    it(`${name}: a URL that is none is refused at once`, () => {
      assert.throws(() => new (classOf())('http://'), { name: 'SyntaxError' });
    });
  }

  it('every option counts that was given before', async () => {
    const comments = [];
    const server = await serve([{ chunks: [': hello\n\n'] }]);
    const init = {
      ...{ lastEventId: '7', headers: { 'X-A': '1' }, method: 'POST', body: 'b', reconnectionTime: 1234 },
      ...{ comment: (text) => comments.push(text), maxEventSize: 8 },
    };
    const source = make(extended.EventSource, server.url, init);
    const events = record(source);
    assert.equal(source.lastEventId, '7');
    assert.equal(source.reconnectionTime, 1234);
    chunk.resolve();
    await events.next('open');
    const request = await server.request(0);
    const { method, headers } = request;
    assert.deepEqual([method, headers['x-a'], headers['last-event-id']], ['POST', '1', '7']);
    assert.equal(source.reconnectionTime, 1234);
    await request.write('data: 123456789\n\n');
    assert.match((await events.next('error')).message, /8 bytes/);
    assert.deepEqual(comments, ['hello']);
  });

  it('a signal that aborts before closes the source, and holds nothing of it', async () => {
    const server = await serve([{}]);
    const controller = new AbortController();
    const source = make(extended.EventSource, server.url, { signal: controller.signal });
    await settled();
    controller.abort();
    assert.equal(source.readyState, extended.EventSource.CLOSED);
    chunk.resolve();
    await settled();
    assert.equal(await server.count(), 0);
  });

  it('no idle time runs before', async () => {
    const clock = fakeClock();
    const server = await serve([{}]);
    const source = make(extended.EventSource, server.url, { idleTimeout: 50 });
    await settled();
    assert.deepEqual(clock.waits, []);
    chunk.resolve();
    await record(source).next('open');
    assert.deepEqual([...new Set(clock.waits)], [50]);
  });

  it('a loop may begin before', async () => {
    const server = await serve([{ chunks: ['data: 1\n\ndata: 2\n\n'] }]);
    const source = make(extended.EventSource, server.url);
    const taken = (async () => {
      const all = [];
      for await (const { data } of source) {
        all.push(data);
        if (all.length === 2) break;
      }
      return all;
    })();
    await settled();
    chunk.resolve();
    assert.deepEqual(await taken, ['1', '2']);
  });

  it('fromReadableStream and events() wait for it', async () => {
    const stream = new Blob(['data: x\n\n']).stream();
    const source = extended.EventSource.fromReadableStream(stream);
    const taken = extended.events('data: y\n\n').next();
    const recorded = record(source);
    await settled();
    assert.deepEqual(recorded.log, []);
    chunk.resolve();
    assert.equal((await recorded.until('message')).data, 'x');
    assert.equal((await taken).value.data, 'y');
  });

  it('createParser, which cannot wait, has both cores', () => {
    const all = [];
    extended.createParser({ onEvent: ({ data }) => all.push(data) }).feed('data: z\n\n');
    assert.deepEqual(all, ['z']);
  });
});
