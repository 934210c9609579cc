// SharedEventSource where there is nobody to share with: in Node, its interface and its options.
import { SharedEventSource } from 'eventsource-wasm/shared';
import { assert } from '../support/assert.js';
import { EventSource, atTearDown, record, serve, tearDown } from '../support/scene.js';
import { settled } from '../support/wait.js';

function open(url, init) {
  const source = new SharedEventSource(url, { worker: false, ...init });
  atTearDown(() => source.close());
  return source;
}

const membersOf = (Class) =>
  Object.entries(Object.getOwnPropertyDescriptors(Class.prototype)).map(
    ([name, { get, set, value, enumerable }]) => `${name} ${typeof get} ${typeof set} ${typeof value} ${enumerable}`,
  );

describe('SharedEventSource', () => {
  afterEach(tearDown);

  it('has the members of EventSource, and `shared`', () => {
    const others = membersOf(SharedEventSource).filter((member) => !membersOf(EventSource).includes(member));
    assert.deepEqual(others, ['shared function undefined undefined true']);
    const missing = membersOf(EventSource).filter((member) => !membersOf(SharedEventSource).includes(member));
    assert.deepEqual(
      missing.filter((member) => !/^(lastEventId|reconnectionTime) /.test(member)),
      [],
    );
    assert.equal(SharedEventSource.name, 'SharedEventSource');
    assert.equal(`${open('http://127.0.0.1:1/')}`, '[object SharedEventSource]');
    assert.equal(SharedEventSource.OPEN, 1);
  });

  it('fires open, messages of any type, and error', async () => {
    const server = await serve([
      {
        headers: { 'x-own': 'yes' },
        chunks: ['retry: 7\nid: 1\ndata: x\n\n', 'event: named\ndata: y\n\n'],
        then: 'end',
      },
      { chunks: ['data: z\n\n'] },
    ]);
    const source = open(server.url);
    const events = record(source, 'named');
    assert.equal(source.readyState, source.CONNECTING);
    const opened = await events.next('open');
    assert.deepEqual([opened.status, opened.headers.get('x-own'), opened.url], [200, 'yes', server.url]);
    const { data, lastEventId, origin } = await events.next('message');
    assert.deepEqual([data, lastEventId, origin], ['x', '1', server.origin]);
    assert.equal((await events.next('named')).data, 'y');
    const error = await events.next('error');
    assert.deepEqual([error.message, error.retryIn], ['The stream ended; reconnecting in 7 ms.', 7]);
    assert.equal(source.readyState, source.CONNECTING);
    await events.next('open');
    assert.equal((await events.next('message')).lastEventId, '1');
    assert.equal((await server.request(1)).headers['last-event-id'], '1');
    assert.deepEqual([source.lastEventId, source.reconnectionTime, source.readyState], ['1', 7, source.OPEN]);
  });

  it('that fails is CLOSED, and says why', async () => {
    const server = await serve([{ status: 404, then: 'end' }]);
    const source = open(server.url);
    const error = await record(source).next('error');
    assert.deepEqual([source.readyState, error.code, error.retryIn], [source.CLOSED, 404, null]);
    assert.match(error.message, /status 404/);
  });

  it('close() ends the request, and no event follows', async () => {
    const server = await serve([{ chunks: ['data: x\n\n'] }]);
    const source = open(server.url);
    const events = record(source);
    await events.until('message');
    const request = await server.request(0);
    await request.write('data: y\n\n');
    source.close();
    await request.closed();
    await settled();
    assert.deepEqual(events.log, ['open', 'message: x']);
    assert.equal(source.readyState, source.CLOSED);
  });

  it('close() right away requests nothing', async () => {
    const server = await serve([{}]);
    open(server.url).close();
    await settled();
    assert.equal(await server.count(), 0);
  });

  it('takes a signal, which closes this source', async () => {
    const server = await serve([{}]);
    const controller = new AbortController();
    const source = open(server.url, { signal: controller.signal });
    await record(source).next('open');
    controller.abort();
    assert.equal(source.readyState, source.CLOSED);
    await (await server.request(0)).closed();
    assert.equal(open(server.url, { signal: controller.signal }).readyState, source.CLOSED);
  });

  it('takes lastEventId, headers, method and body', async () => {
    const server = await serve([{}]);
    const init = { lastEventId: '7', headers: { 'X-Own': 'yes' }, method: 'POST', body: 'what' };
    const source = open(server.url, init);
    assert.equal(source.lastEventId, '7');
    await record(source).next('open');
    const request = await server.request(0);
    assert.deepEqual(
      [request.method, request.headers['x-own'], request.headers['last-event-id'], await request.body()],
      ['POST', 'yes', '7', 'what'],
    );
  });

  it('can be iterated, and a loop that is slow gets every event', async () => {
    const count = 300;
    const event = (n) => `id: ${n}\ndata: ${n}${' '.repeat(10_000)}\n\n`; // 3 MB: more than is kept for a member
    const server = await serve([
      { chunks: Array.from({ length: count }, (_, n) => event(n + 1)) },
      ...Array(20).fill({ before: 'stall' }),
    ]);
    const source = open(server.url, { reconnectionTime: 0 });
    const taken = [];
    for await (const { data } of source) {
      taken.push(Number(data));
      await null;
      if (taken.length === count) break;
    }
    assert.deepEqual(
      taken,
      taken.map((_, n) => n + 1),
    );
    assert.equal(source.readyState, source.CLOSED);
  });

  it('a loop over one that fails throws', async () => {
    const server = await serve([{ status: 500, then: 'end' }]);
    await assert.rejects(
      async () => {
        for await (const event of open(server.url)) assert.fail(event);
      },
      { code: 500 },
    );
  });

  describe('refuses', () => {
    const refused = {
      fetch: () => {},
      retryOn: () => true,
      comment: () => {},
      pauseWhenHidden: true,
      ref: false,
      headers: () => ({}),
      body: new Uint8Array(1),
    };
    for (const [name, value] of Object.entries(refused)) {
      it(`${name}, which cannot be shared, and says what to do`, () => {
        assert.throws(() => open('http://127.0.0.1:1/', { method: 'POST', [name]: value }), {
          name: 'TypeError',
          message: new RegExp(`^The option ${name}\\b.* cannot be shared: leave it out, or use EventSource\\.$`),
        });
      });
    }

    const wrong = {
      group: 5,
      worker: 'x',
      signal: 'x',
      lastEventId: '\n',
      idleTimeout: 0,
      maxEventSize: -1,
      backoff: 7,
    };
    for (const [name, value] of Object.entries(wrong)) {
      it(`a wrong ${name}, and says what is allowed`, () => {
        assert.throws(() => open('http://127.0.0.1:1/', { [name]: value }), {
          name: 'TypeError',
          message: new RegExp(`^The option ${name} must be `),
        });
      });
    }

    it('no URL, and one that is none', () => {
      assert.throws(() => new SharedEventSource(), TypeError);
      assert.throws(() => open('http://['), { name: 'SyntaxError' });
      assert.throws(() => new SharedEventSource('http://127.0.0.1:1/', 5), TypeError);
    });
  });
});
