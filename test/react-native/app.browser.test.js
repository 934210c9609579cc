// What is React Native's own, in a realm like it: realm.js.
import fc from 'fast-check';
import { assert } from '../support/assert.js';
import { atTearDown, open, record, serve, tearDown } from '../support/scene.js';

const { NEWER, TextDecoder, TextEncoder, openApp } = globalThis.lent;

/** A source of an app of its own, that is closed after the test. */
function openIn(app, url, init) {
  const source = new app.packages.root.EventSource(url, init);
  atTearDown(() => source.close());
  return source;
}

const stream = { chunks: ['id: 7\ndata: x\n\n'] };

describe('an app for React Native', () => {
  afterEach(tearDown);

  it('reads a stream although the fetch of React Native would wait for its end', async () => {
    const server = await serve([stream]);
    assert.equal(globalThis.fetch.polyfill, true);
    assert.equal((await record(open(server.url)).until('message')).data, 'x');
  });

  it('reads it with a fetch that is wrapped around that of React Native', async () => {
    const { fetch } = globalThis;
    globalThis.fetch = (...values) => fetch(...values);
    atTearDown(() => (globalThis.fetch = fetch));
    const server = await serve([stream]);
    assert.equal((await record(open(server.url)).until('message')).data, 'x');
  });

  it('takes a global fetch whose responses have streams, as that of Expo', async () => {
    const app = openApp({});
    const asked = [];
    app.ReadableStream = ReadableStream;
    app.fetch = async (url) => {
      asked.push(url);
      return new Response('data: streamed\n\n', { headers: { 'content-type': 'text/event-stream' } });
    };
    assert.equal((await record(openIn(app, 'http://127.0.0.1/')).until('message')).data, 'streamed');
    assert.deepEqual(asked, ['http://127.0.0.1/']);
  });

  it('runs with all absent that came later than version 0.72', async () => {
    const app = openApp({ without: NEWER });
    const server = await serve([{ chunks: ['retry: 1\nid: \u00E9\ndata: gr\u00FC\u00DFe\n\n'], then: 'end' }, {}]);
    const seen = record(openIn(app, server.url));
    assert.equal((await seen.until('message')).data, 'gr\u00FC\u00DFe');
    assert.equal((await server.request(1)).headers['last-event-id'], '\xC3\xA9');
    assert.throws(() => openIn(app, 'nonsense'), { name: 'SyntaxError' });
  });

  it('looks classes up when it uses them', async () => {
    const app = openApp({ without: NEWER });
    let decoded = 0;
    app.TextDecoder = class {
      decode = (bytes) => (decoded++, new TextDecoder().decode(bytes));
    };
    const seen = [];
    app.packages.root
      .createParser({ onEvent: ({ data }) => seen.push(data) })
      .feed(new TextEncoder().encode('data: x\n\n'));
    assert.deepEqual([seen, decoded > 0], [['x'], true]);
  });

  it('reads a source by for await where the engine has no Symbol.asyncIterator', async () => {
    const app = openApp({ without: ['Symbol.asyncIterator'] });
    const server = await serve([stream]);
    assert.equal(app.Symbol.asyncIterator, undefined);
    assert.equal((await app.packages.takeOne(openIn(app, server.url))).data, 'x');
  });

  it('has a polyfill that defines the global', async () => {
    const app = openApp({});
    assert.equal(app.EventSource, undefined);
    app.packages.polyfill();
    assert.equal(app.EventSource, app.packages.standard.EventSource);
    const server = await serve([stream]);
    const source = new app.EventSource(server.url);
    atTearDown(() => source.close());
    assert.equal((await record(source).until('message')).data, 'x');
  });

  it('posts a string on every platform, and a blob', async () => {
    const server = await serve([{}, {}]);
    await record(open(server.url, { method: 'POST', body: '{"a":1}' })).next('open');
    await record(open(server.url, { method: 'POST', body: new globalThis.Blob(['blob'], { type: 'x/y' }) })).next(
      'open',
    );
    assert.equal(await (await server.request(0)).body(), '{"a":1}');
    const { headers, ...second } = await server.request(1);
    assert.equal(headers['content-type'], 'x/y');
    assert.ok(second);
  });

  it('sends no cookies without withCredentials, and asks no cache', async () => {
    const { XMLHttpRequest } = globalThis;
    const made = [];
    globalThis.XMLHttpRequest = class extends XMLHttpRequest {
      constructor() {
        super();
        made.push(this);
      }
    };
    atTearDown(() => (globalThis.XMLHttpRequest = XMLHttpRequest));
    const server = await serve([{}, {}]);
    await record(open(server.url)).next('open');
    await record(open(server.url, { withCredentials: true })).next('open');
    assert.deepEqual(
      made.map(({ withCredentials }) => withCredentials),
      [false, true],
    );
    assert.equal((await server.request(0)).headers['cache-control'], 'no-cache');
  });

  it('has a decoder and an encoder that do as those of browsers do', () => {
    const { classes } = openApp({ without: NEWER }).packages;
    const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        assert.equal(new classes.TextDecoder().decode(bytes), decoder.decode(bytes));
      }),
      { numRuns: 100 },
    );
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 20 }), fc.boolean(), (text, isCut) => {
        const given = isCut ? `${text}\uD83D` : text;
        assert.deepEqual([...new classes.TextEncoder().encode(given)], [...new TextEncoder().encode(given)]);
        const [own, other] = [new Uint8Array(100), new Uint8Array(100)];
        const { written } = new classes.TextEncoder().encodeInto(given, own);
        assert.equal(written, new TextEncoder().encodeInto(given, other).written);
        assert.deepEqual([...own], [...other]);
      }),
      { numRuns: 100 },
    );
  }).timeout(60_000); // an app is a lot to start
});
