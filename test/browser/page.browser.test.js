// What only pages have: a base URL, frames and windows that go away, a history, a content security policy.
import { assert } from '../support/assert.js';
import { EventSource, atTearDown, open, record, replaceFetch, serve, tearDown } from '../support/scene.js';
import { deferred, within } from '../support/wait.js';
import { host, servePages, showFrame, showWindow } from './place/pages.js';

const itsUrl = (url) => `new EventSource(${JSON.stringify(url)})`;

/** Tests of pages only: a worker has no document. */
const describePage = 'document' in globalThis ? describe : () => {};

describePage('page', () => {
  afterEach(tearDown);

  describe('base URL', () => {
    beforeEach(() => replaceFetch(() => new Promise(() => {})));

    it("1.5 is the page's", () => {
      assert.equal(open('/stream').url, `${host}/stream`);
      assert.equal(open('').url, location.href);
    });

    it('1.5 is that of a <base>, as long as there is one', () => {
      const base = document.createElement('base');
      base.href = 'http://127.0.0.1:1/folder/';
      document.head.append(base);
      atTearDown(() => base.remove());
      const source = open('stream');
      assert.equal(source.url, 'http://127.0.0.1:1/folder/stream');
      base.remove();
      assert.equal(source.url, 'http://127.0.0.1:1/folder/stream');
      assert.equal(open('stream').url, `${host}/stream`);
    });
  });

  describe('that goes away', () => {
    const goAway = {
      'a frame that is removed': async (url) => {
        const frame = showFrame(url);
        return () => frame.remove();
      },
      'a frame that shows another page': async (url) => {
        const frame = showFrame(url);
        return () => (frame.src = 'about:blank');
      },
      'a window that is closed': async (url) => (await showWindow(url)).close,
    };
    for (const [name, show] of Object.entries(goAway)) {
      it(`7.1 ${name} ends the request`, async () => {
        const stream = await serve([{}, {}]);
        const page = await servePages([`${itsUrl(stream.url)}.onopen = () => report('open');`]);
        const leave = await show(page.url);
        assert.equal(await page.next(), 'open');
        const request = await stream.request(0);
        await leave();
        await request.closed();
        assert.equal(await stream.count(), 1);
      });
    }
  });

  it('7.1 goes on, or begins anew, after it was left and gone back to', async () => {
    const stream = await serve(Array(5).fill({ chunks: ['retry: 1\ndata: x\n\n'] }));
    const orders = await serve([{}]);
    const first = `
      const source = ${itsUrl(stream.url)};
      source.addEventListener('leave', () => (location.href = '/other'));
      source.onmessage = () => report('returns' in sessionStorage ? 'goes on' : 'begins');
      addEventListener('pageshow', ({ persisted }) => persisted && report('was kept'));`;
    const other = `
      const orders = ${itsUrl(orders.url)};
      orders.onopen = () => report('has left');
      orders.onmessage = () => {
        orders.close();
        sessionStorage.returns = true;
        history.back();
      };`;
    const page = await servePages([first, other, first]);
    await showWindow(page.url);
    await page.until('begins');
    await (await stream.request(0)).write('event: leave\ndata\n\n');
    await page.until('has left');
    await (await orders.request(0)).write('data: go back\n\n');
    // Chromium keeps the connection of a page that it keeps, and WebKit breaks it; Firefox keeps no such page.
    if ((await page.until('was kept', 'goes on')) === 'was kept') {
      await (await stream.request((await stream.count()) - 1)).write('data: x\n\n');
      await page.until('goes on');
    }
  });

  describe('of another realm', () => {
    /** A frame of this origin that has a copy of the package of its own. */
    async function makeRealm() {
      const frame = document.createElement('iframe');
      const loaded = deferred();
      globalThis.takeRealm = loaded.resolve;
      frame.srcdoc = `<script type="module">
        import { EventSource } from '${host}/js/index.js';
        parent.takeRealm({ EventSource, realm: window });
      </script>`;
      document.body.append(frame);
      atTearDown(() => frame.remove());
      return within(loaded.promise, 'the frame to load');
    }

    it('a source is one of the realm that its class came from, and so are its events', async () => {
      const { EventSource: Other, realm } = await makeRealm();
      const server = await serve([{ chunks: ['data: x\n\n'] }, { status: 404, then: 'end' }]);
      const source = new Other(server.url);
      atTearDown(() => source.close());
      assert.ok(source instanceof realm.EventTarget);
      assert.ok(!(source instanceof EventTarget));
      const events = record(source);
      const opened = await events.next('open');
      const message = await events.next('message');
      assert.ok(opened instanceof realm.Event && !(opened instanceof Event));
      assert.ok(message instanceof realm.MessageEvent && !(message instanceof MessageEvent));
      assert.equal(message.data, 'x');
      const refused = new Other(server.url);
      assert.ok((await record(refused).next('error')) instanceof realm.Event);
      assert.throws(() => new Other('http://['), realm.DOMException);
    });

    it("a URL is relative to that realm's page", async () => {
      const { EventSource: Other, realm } = await makeRealm();
      const base = realm.document.createElement('base');
      base.href = 'http://127.0.0.1:1/folder/';
      realm.document.head.append(base);
      const source = new Other('stream', { fetch: () => new Promise(() => {}) });
      assert.equal(source.url, 'http://127.0.0.1:1/folder/stream');
      source.close();
    });

    it('a frame that is removed ends the sources of its class', async () => {
      const { EventSource: Other, realm } = await makeRealm();
      const server = await serve([{}, {}]);
      const source = new Other(server.url);
      await record(source).next('open');
      realm.frameElement.remove();
      await (await server.request(0)).closed();
    });

    it('a body of bytes of that realm can be read', async () => {
      const { realm } = await makeRealm();
      const body = new ReadableStream({
        start: (controller) => controller.enqueue(new realm.TextEncoder().encode('data: x\n\n')),
      });
      const source = EventSource.fromReadableStream(body);
      atTearDown(() => source.close());
      assert.equal((await record(source).until('message')).data, 'x');
    });
  });

  it('of a document.domain has events of the real origins', async () => {
    const stream = await serve([{ chunks: ['data: x\n\n'] }]);
    const page = await servePages([
      `document.domain = location.hostname;
       ${itsUrl(stream.url)}.onmessage = ({ origin }) => report(origin);`,
    ]);
    showFrame(page.url);
    assert.equal(await page.next(), stream.origin);
    assert.equal((await stream.request(0)).headers.origin, page.origin);
  });

  it('of the same origin sends cookies without withCredentials', async () => {
    const page = await servePages([
      `document.cookie = 'own=1';
       new EventSource('/stream');`,
    ]);
    showFrame(page.url);
    const { request } = page;
    assert.match((await request(1)).headers.cookie, /own=1/);
  });

  describe('with a content security policy', () => {
    /** What a source does in a page with these words after script-src: the build of its core, and what was refused. */
    async function runUnder(words) {
      const stream = await serve([{ chunks: ['data: \u00e9\n\n'] }]);
      const policy = `default-src 'none'; connect-src http:; script-src 'nonce-own' ${host} ${words}`;
      const page = await servePages(
        [
          `const refused = [];
           addEventListener('securitypolicyviolation', ({ blockedURI }) => refused.push(blockedURI));
           const { full } = await import('${host}/js/core/full.js');
           ${itsUrl(stream.url)}.onmessage = async ({ data }) => {
             const isWasm = (full.now ?? (await full.later())).exports.memory instanceof WebAssembly.Memory;
             setTimeout(() => report({ data, isWasm, refused }));
           };`,
        ],
        { 'content-security-policy': policy },
      );
      showFrame(page.url);
      return page.next();
    }

    it("uses WebAssembly with 'wasm-unsafe-eval'", async () => {
      assert.deepEqual(await runUnder("'wasm-unsafe-eval'"), { data: '\u00e9', isWasm: true, refused: [] });
    });

    it('uses the fallback without, and nothing else is refused', async () => {
      const { data, isWasm, refused } = await runUnder('');
      assert.deepEqual({ data, isWasm }, { data: '\u00e9', isWasm: false });
      assert.ok(
        refused.every((what) => what === 'wasm-eval'),
        refused.join(),
      ); // WebKit does not tell.
    });
  });

  describe('with a bundle of the package', () => {
    /** What a source does in a page with these words after script-src, and which chunks it loaded. */
    async function runUnder(file, words) {
      const stream = await serve([{ chunks: ['data: \u00e9\n\n'] }]);
      const policy = `default-src 'none'; connect-src http:; script-src 'nonce-own' ${host} ${words}`;
      const page = await servePages(
        [
          `const bundle = await import('${host}/build/bundles/${file}');
           new bundle.EventSource('${stream.url}').onmessage = ({ data }) => {
             const chunks = performance.getEntriesByType('resource').filter(({ name }) => /core\\.\\w+-\\w+\\.js$/.test(name));
             report({ data, chunks: chunks.length });
           };`,
        ],
        { 'content-security-policy': policy },
      );
      showFrame(page.url);
      return page.next();
    }

    for (const folder of ['esbuild-page', 'esbuild-page-standard']) {
      it(`${folder}: loads no chunk where WebAssembly is allowed`, async () => {
        assert.deepEqual(await runUnder(`${folder}/out/main.js`, "'wasm-unsafe-eval'"), { data: '\u00e9', chunks: 0 });
      });

      it(`${folder}: loads the JavaScript core where it is refused`, async () => {
        assert.deepEqual(await runUnder(`${folder}/out/main.js`, ''), { data: '\u00e9', chunks: 1 });
      });
    }

    it('says so where the chunk cannot be loaded', async () => {
      const policy = `default-src 'none'; connect-src http:; script-src 'nonce-own' ${host}`;
      const page = await servePages(
        [
          `const bundle = await import('${host}/without-chunk/main.js');
           const source = new bundle.EventSource('/stream');
           source.onerror = ({ message }) => report({ message, readyState: source.readyState });`,
        ],
        { 'content-security-policy': policy },
      );
      showFrame(page.url);
      const { message, readyState } = await page.next();
      assert.match(message, /the JavaScript core, .* could not be loaded/);
      assert.equal(readyState, 2);
    });
  });

  it('with two copies of the package keeps them apart', async () => {
    const { EventSource: Other } = await import(`${host}/js/index.js`);
    assert.notEqual(Other, EventSource);
    const server = await serve([{}, {}]);
    const sources = [open(server.url), new Other(server.url)];
    const logs = [];
    for (const [n, source] of sources.entries()) {
      atTearDown(() => source.close());
      logs.push(record(source));
      await logs[n].next('open');
    }
    // Halves of an event in turn: each core keeps its own.
    for (const half of ['data: a', 'b\n\n']) {
      for (const n of [0, 1]) await (await server.request(n)).write(`${half}${half.endsWith('\n') ? '' : n}`);
    }
    assert.equal((await logs[0].next('message')).data, 'a0b');
    assert.equal((await logs[1].next('message')).data, 'a1b');
    sources[0].close();
    assert.equal(sources[1].readyState, EventSource.OPEN);
    for (const source of sources) assert.ok(source instanceof EventTarget);
  });
});
