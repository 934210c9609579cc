// What every place of a browser has: a URL of its own, WebAssembly, and reports of what listeners throw.
import { full } from '../../js/core/full.js';
import { assert } from '../support/assert.js';
import { atTearDown, fakeClock, open, record, replaceFetch, serve, tearDown } from '../support/scene.js';
import { itUnless, limits } from '../support/platform.js';

describe('place', () => {
  afterEach(tearDown);

  it("1.5 URLs are relative to the page's or worker's", () => {
    replaceFetch(() => new Promise(() => {}));
    const { origin, href } = globalThis.location;
    assert.equal(open('stream').url, `${origin}/stream`);
    assert.equal(open('../folder/').url, `${origin}/folder/`);
    assert.equal(open('').url, href);
  });

  it('uses WebAssembly', () => {
    assert.ok(full.now.exports.memory instanceof WebAssembly.Memory);
  });

  /** Takes what is reported, in Mocha's place. */
  function takeReports() {
    const reports = [];
    const { onerror } = globalThis;
    globalThis.onerror = (...values) => {
      reports.push(values[4]);
      return true;
    };
    atTearDown(() => (globalThis.onerror = onerror));
    return reports;
  }

  const attach = {
    listener: (source, type, fail) => source.addEventListener(type, fail),
    handler: (source, type, fail) => (source[`on${type}`] = fail),
  };
  for (const [name, listen] of Object.entries(attach)) {
    for (const [type, count] of Object.entries({ open: 2, message: 3, error: 1 })) {
      it(`4.5 reports a ${name} of ${type} that throws, and the stream goes on`, async () => {
        const clock = fakeClock();
        const reports = takeReports();
        const server = await serve([{ chunks: ['data: 1\n\ndata: 2\n\n'], then: 'end' }, { chunks: ['data: 3\n\n'] }]);
        const source = open(server.url);
        const thrown = new Error('thrown by a listener');
        listen(source, type, () => {
          throw thrown;
        });
        const events = record(source);
        await events.until('error');
        clock.pass();
        await events.until('message');
        assert.deepEqual(events.log, ['open', 'message: 1', 'message: 2', 'error', 'open', 'message: 3']);
        assert.equal(reports.length, count);
        assert.ok(reports.every((report) => report === thrown));
      });
    }
  }

  describe('classic script', () => {
    const url = new URL('/dist/eventsource-wasm.global.js', globalThis.location.origin).href;

    const loadScript = () =>
      new Promise((resolve, reject) => {
        const script = Object.assign(document.createElement('script'), { src: url, onload: resolve, onerror: reject });
        document.head.append(script);
      });

    itUnless(limits.importScripts)(
      'defines EventSourceWasm, which takes the place of EventSource on demand',
      async () => {
        const before = Object.getOwnPropertyDescriptor(globalThis, 'EventSource');
        if ('document' in globalThis) await loadScript();
        else globalThis.importScripts(url);
        const { EventSourceWasm } = globalThis;
        atTearDown(() => {
          delete globalThis.EventSource;
          if (before) Object.defineProperty(globalThis, 'EventSource', before);
        });
        EventSourceWasm.polyfill();
        assert.equal(globalThis.EventSource, before ? before.value : EventSourceWasm.EventSource);
        EventSourceWasm.force();
        assert.equal(globalThis.EventSource, EventSourceWasm.EventSource);

        const server = await serve([{ chunks: ['id: 7\ndata: x\n\n'] }]);
        const source = new globalThis.EventSource(server.url);
        atTearDown(() => source.close());
        const { data, lastEventId } = await record(source).until('message');
        assert.deepEqual([data, lastEventId], ['x', '7']);
      },
    );
  });
});
