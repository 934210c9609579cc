// What the options make of a connection: each with a fetch of the test's own and a controlled clock.
import { assert } from '../support/assert.js';
import { EventSource, fakeClock, open, record, streamResponse, tearDown } from '../support/scene.js';
import { settled } from '../support/wait.js';

const url = 'https://example.test/stream';

/** A fetch that answers with one response after another, and keeps what it was called with. */
function answers(...make) {
  const calls = [];
  const fetch = async (given, init) => {
    calls.push({ url: given, init });
    return make[Math.min(calls.length, make.length) - 1]();
  };
  return { fetch, calls };
}

const body = (text) => () => new Response(text, { headers: { 'content-type': 'text/event-stream' } });
const refusal = (status, headers) => () => new Response('', { status, headers });
const failure = () => {
  throw new TypeError('no network');
};

describe('options', () => {
  afterEach(tearDown);

  for (const [option, values, allowed] of [
    ['fetch', [1, 'x', null], /a function/],
    ['headers', [{ 'a b': 'c' }, 1], /Headers constructor/],
    ['method', ['', 'a b', 'CONNECT', 1], /HTTP method/],
    ['signal', [1, {}], /AbortSignal/],
    ['lastEventId', ['a\nb', '\0', 1], /without NUL, CR and LF/],
    ['reconnectionTime', [-1, 1.5, 2 ** 31, '1'], /from 0 to 2147483647/],
    ['backoff', [1, 'x', { factor: 0 }, { jitter: 2 }, { maxDelay: -1 }], /backoff/],
    ['maxRetries', [-1, 1.5, 65_535, '1'], /from 0 to 65534/],
    ['retryOn', [true], /a function/],
    ['idleTimeout', [0, -1, 2 ** 31], /from 1 to 2147483647/],
    ['maxEventSize', [0, 2 ** 30], /from 1 to 536870888/],
    ['comment', ['x'], /a function/],
  ]) {
    it(`${option} of another kind is a TypeError that names it and says what is allowed`, () => {
      for (const value of values) {
        const isRight = (error) =>
          error instanceof TypeError && error.message.includes(option) && allowed.test(error.message);
        assert.throws(() => new EventSource(url, { [option]: value }), isRight, String(value));
      }
    });
  }

  it('a body asks for a method that may have one', () => {
    assert.throws(() => new EventSource(url, { body: 'x' }), /method must be one that may have a body/);
  });

  it('headers is called for every attempt, and lastEventId is sent with the first', async () => {
    const clock = fakeClock();
    const { fetch, calls } = answers(body('id: 2\ndata: x\n\n'));
    let token = 0;
    const headers = async () => ({ Authorization: `Bearer ${++token}` });
    const events = record(open(url, { fetch, headers, lastEventId: '1' }));
    await events.until('error');
    clock.tick(3000);
    await events.until('error');
    const sent = calls.map(({ init }) => [init.headers.authorization, init.headers['Last-Event-ID']]);
    assert.deepEqual(sent, [
      ['Bearer 1', '1'],
      ['Bearer 2', '2'],
    ]);
  });

  it('headers that throws is a network error of the attempt', async () => {
    fakeClock();
    const cause = new Error('no token');
    const headers = () => {
      throw cause;
    };
    const { fetch, calls } = answers(body(''));
    const event = await record(open(url, { fetch, headers })).next('error');
    assert.equal(event.cause, cause);
    assert.equal(event.retryIn, 3000);
    assert.equal(calls.length, 0);
  });

  it('backoff grows while no event is delivered, to its bound, and begins anew after one', async () => {
    const clock = fakeClock();
    const { fetch } = answers(failure, body(''), failure, failure, body('data: x\n\n'), failure);
    const events = record(open(url, { fetch, reconnectionTime: 100, backoff: { maxDelay: 500 } }));
    const delays = [];
    for (let i = 0; i < 6; i++) {
      const { retryIn } = await events.until('error');
      delays.push(retryIn);
      clock.tick(retryIn);
    }
    assert.deepEqual(delays, [100, 200, 400, 500, 100, 200]);
  });

  it('maxRetries: the connection fails when they are used up', async () => {
    const clock = fakeClock();
    const { fetch, calls } = answers(failure);
    const source = open(url, { fetch, maxRetries: 1 });
    const events = record(source);
    assert.equal((await events.next('error')).retryIn, 3000);
    clock.tick(3000);
    assert.equal((await events.next('error')).retryIn, null);
    assert.equal(source.readyState, EventSource.CLOSED);
    assert.equal(calls.length, 2);
    assert.deepEqual(clock.waits, []);
  });

  it('retryOn decides on a refusal, and Retry-After is a lower bound of the wait', async () => {
    const clock = fakeClock();
    const { fetch, calls } = answers(refusal(503, { 'retry-after': '7' }), refusal(404));
    const asked = [];
    const retryOn = ({ status, attempt }) => {
      asked.push([status, attempt]);
      return status === 503;
    };
    const source = open(url, { fetch, retryOn });
    const events = record(source);
    const first = await events.next('error');
    assert.deepEqual([first.code, first.retryIn, source.readyState], [503, 7000, 0]);
    clock.tick(7000);
    const second = await events.next('error');
    assert.deepEqual([second.code, second.retryIn, source.readyState], [404, null, 2]);
    assert.deepEqual(asked, [
      [503, 0],
      [404, 1],
    ]);
    assert.equal(calls.length, 2);
  });

  it('idleTimeout reconnects a stream that brings nothing; a comment begins the time anew', async () => {
    const clock = fakeClock();
    const stream = streamResponse();
    let seen = () => {};
    const comment = (text) => seen(text);
    const events = record(open(url, { fetch: async () => stream.response, idleTimeout: 50, comment }));
    await events.next('open');
    clock.tick(49);
    const heard = new Promise((resolve) => (seen = resolve));
    stream.write(': still here\n');
    assert.equal(await heard, 'still here');
    clock.tick(49);
    assert.deepEqual(events.log, ['open']);
    clock.tick(1);
    assert.match((await events.next('error')).message, /nothing for 50 ms; reconnecting/);
    await stream.cancelled();
  });

  it('signal closes the source, and no listener stays on it', async () => {
    const controller = new AbortController();
    const { signal } = controller;
    const listeners = new Set();
    const { addEventListener, removeEventListener } = signal;
    signal.addEventListener = (...args) => (listeners.add(args[1]), addEventListener.apply(signal, args));
    signal.removeEventListener = (...args) => (listeners.delete(args[1]), removeEventListener.apply(signal, args));
    const closed = open(url, { signal, fetch: failure });
    closed.close();
    assert.equal(listeners.size, 0);
    const aborted = open(url, { signal, fetch: () => new Promise(() => {}) });
    controller.abort();
    assert.equal(aborted.readyState, EventSource.CLOSED);
    assert.equal(listeners.size, 0);
    assert.equal(open(url, { signal }).readyState, EventSource.CLOSED);
  });
});

describe('for await over a source', () => {
  afterEach(tearDown);

  it('yields every type in order, and break closes', async () => {
    const { fetch } = answers(body('event: a\ndata: 1\n\ndata: 2\n\ndata: 3\n\n'));
    const source = open(url, { fetch });
    const seen = [];
    for await (const { type, data } of source) {
      seen.push([type, data]);
      if (data === '2') break;
    }
    assert.deepEqual(seen, [
      ['a', '1'],
      ['message', '2'],
    ]);
    assert.equal(source.readyState, EventSource.CLOSED);
  });

  it('throws what failed the connection', async () => {
    const { fetch } = answers(refusal(403));
    const loop = async () => {
      for await (const event of open(url, { fetch })) assert.fail(event.data);
    };
    await assert.rejects(loop, { code: 403, message: /status 403/ });
  });

  it('with readAhead: 0 does not read the network ahead of a slow loop', async () => {
    let pulls = 0;
    const pull = (controller) => {
      pulls++;
      controller.enqueue(new TextEncoder().encode(`data: ${pulls}\n\n`));
    };
    const stream = () => new Response(new ReadableStream({ pull }, { highWaterMark: 0 }), { headers: typed });
    const typed = { 'content-type': 'text/event-stream' };
    let taken = 0;
    for await (const event of open(url, { fetch: async () => stream(), readAhead: 0 })) {
      assert.equal(event.data, `${++taken}`);
      await settled();
      assert.ok(pulls <= taken + 1, `${pulls} read when ${taken} were taken`);
      if (taken === 20) break;
    }
  });
});

describe('fromReadableStream', () => {
  afterEach(tearDown);

  it('opens, delivers, and ends with one error', async () => {
    const stream = new Response('retry: 5\nid: 7\ndata: x\n\n').body;
    const source = EventSource.fromReadableStream(stream);
    const events = record(source);
    assert.deepEqual([source.url, source.withCredentials, source.readyState], ['about:event-stream', false, 0]);
    await events.next('open');
    const { data, origin, lastEventId } = await events.next('message');
    assert.deepEqual([data, origin, lastEventId], ['x', 'null', '7']);
    assert.equal((await events.next('error')).retryIn, null);
    assert.deepEqual([source.readyState, source.reconnectionTime, source.lastEventId], [2, 5, '7']);
  });

  it('takes no locked stream, and nothing else', () => {
    const stream = new Response('x').body;
    stream.getReader();
    assert.throws(() => EventSource.fromReadableStream(stream), TypeError);
    assert.throws(() => EventSource.fromReadableStream('x'), TypeError);
  });
});
