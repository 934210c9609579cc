// How long it waits, how often it tries, and what a person can do about it.
import { assert } from '../support/assert.js';
import {
  EventSource,
  atTearDown,
  fakeClock,
  open,
  record,
  replaceFetch,
  serve,
  streamResponse,
  tearDown,
} from '../support/scene.js';
import { settled } from '../support/wait.js';

/** A time that passes when the test says so, for who looks at the clock. */
function fakeTime() {
  const { now } = performance;
  let time = 1000;
  performance.now = () => time;
  atTearDown(() => delete performance.now);
  if (performance.now() !== time) Object.defineProperty(performance, 'now', { value: () => time, configurable: true });
  return { pass: (milliseconds) => (time += milliseconds), now };
}

/** A fetch that answers each request with a stream of the test's own. */
function answerEach() {
  const streams = [];
  replaceFetch(async () => {
    streams.push(streamResponse());
    return streams.at(-1).response;
  });
  return streams;
}

describe('waits and retries', () => {
  afterEach(tearDown);

  describe('minUptime', () => {
    /** Connections that last so long, each with these chunks, until one is the last. */
    async function connect(times, lifetime, init, chunk = ':\n') {
      const clock = fakeClock();
      const time = fakeTime();
      const streams = answerEach();
      const source = open('http://127.0.0.1/', init);
      const events = record(source);
      const waits = [];
      for (let n = 0; n < times && source.readyState !== EventSource.CLOSED; n++) {
        await events.next('open');
        time.pass(lifetime);
        if (chunk) streams[n].write(chunk);
        await settled();
        streams[n].end();
        waits.push((await events.next('error')).retryIn);
        if (clock.waits.length > 0) clock.pass();
      }
      return waits;
    }

    it('a stream of comments that lasts 5 s is a good connection', async () => {
      assert.deepEqual(await connect(4, 5000, { maxRetries: 2, backoff: true }), [3000, 3000, 3000, 3000]);
    });

    it('one that lasts less is not', async () => {
      assert.deepEqual(await connect(4, 4999, { maxRetries: 2, backoff: true }), [3000, 6000, null]);
    });

    it('one that says nothing for so long, and is ended then, is good too', async () => {
      assert.deepEqual(await connect(3, 60_000, { maxRetries: 1 }, ''), [3000, 3000, 3000]);
    });

    it('is what is given', async () => {
      assert.deepEqual(await connect(3, 50, { maxRetries: 1, minUptime: 50 }), [3000, 3000, 3000]);
      await tearDown();
      assert.deepEqual(await connect(3, 49, { maxRetries: 1, minUptime: 50 }), [3000, null]);
    });

    it('a connection that fell silent for idleTimeout has lasted until its last byte', async () => {
      const clock = fakeClock();
      const time = fakeTime();
      const streams = answerEach();
      const source = open('http://127.0.0.1/', { maxRetries: 1, idleTimeout: 60_000 });
      const events = record(source);
      for (const [lifetime, retryIn] of [
        [5000, 3000],
        [0, null],
      ]) {
        await events.next('open');
        time.pass(lifetime);
        if (lifetime > 0) streams.at(-1).write(':\n');
        await settled();
        time.pass(60_000);
        clock.tick(60_000);
        // The clock that the timer goes by is late by nothing here: both have passed.
        const error = await events.next('error');
        assert.equal(error.retryIn, retryIn);
        if (retryIn !== null) clock.tick(retryIn);
      }
    });

    it('0 is any connection', async () => {
      assert.deepEqual(await connect(3, 1, { maxRetries: 1, minUptime: 0 }), [3000, 3000, 3000]);
    });

    for (const minUptime of [-1, 1.5, '5', NaN, 2 ** 31]) {
      it(`is not ${minUptime}`, () => {
        assert.throws(() => new EventSource('http://127.0.0.1/', { maxRetries: 1, minUptime }), /minUptime/);
      });
    }
  });

  describe('idleTimeout', () => {
    it('lets what has arrived be read first when its timer is late', async () => {
      const clock = fakeClock();
      const time = fakeTime();
      const streams = answerEach();
      const source = open('http://127.0.0.1/', { idleTimeout: 5000 });
      const events = record(source);
      await events.next('open');
      time.pass(60_000); // the process stood still, while the server did not
      clock.tick(5000);
      streams[0].write('data: x\n\n');
      assert.equal((await events.next('message')).data, 'x');
      assert.equal(source.readyState, EventSource.OPEN);
    });

    it('gives up all the same if nothing has', async () => {
      const clock = fakeClock();
      const time = fakeTime();
      answerEach();
      const events = record(open('http://127.0.0.1/', { idleTimeout: 500 }));
      await events.next('open');
      time.pass(60_000);
      clock.tick(500);
      await settled();
      assert.deepEqual(events.log, ['open']);
      assert.deepEqual(clock.waits, [500]);
      time.pass(60_000); // late again
      clock.pass();
      assert.match((await events.next('error')).message, /The server sent nothing for 500 ms/);
    });
  });

  for (const value of ['2 ', ' 2', '\t2 \t']) {
    it(`Retry-After: ${JSON.stringify(value)} is two seconds`, async () => {
      fakeClock();
      const headers = { get: (name) => (name === 'retry-after' ? value : null) };
      const fetch = async () => ({ status: 503, url: '', headers, body: null });
      const events = record(open('http://127.0.0.1/', { fetch, retryOn: () => true, reconnectionTime: 10 }));
      assert.equal((await events.next('error')).retryIn, 2000);
    });
  }

  for (const [what, retryOn, text] of [
    [
      'throws',
      () => {
        throw new Error('no idea');
      },
      /^The connection failed: the option retryOn failed \(no idea\)\.$/,
    ],
    [
      'is async',
      async () => true,
      /^The connection failed: the option retryOn failed \(retryOn must return true, false or undefined, not a promise, which comes too late\)/,
    ],
    [
      'returns a number',
      () => 5,
      /^The connection failed: the option retryOn failed \(retryOn must return true, false or undefined, not number\)/,
    ],
  ]) {
    it(`says so when retryOn ${what}`, async () => {
      const server = await serve([{ status: 503 }]);
      const source = open(server.url, { retryOn });
      const { message, cause } = await record(source).next('error');
      assert.match(message, text);
      assert.ok(cause instanceof Error);
      assert.equal(source.readyState, EventSource.CLOSED);
    });
  }

  for (const [given, text] of [
    ['80:error:0A00010B:SSL routines:f:wrong version number:../record.c:77:\n', 'TLS: wrong version number'],
    ['first\r\n\tsecond \n', 'first second'],
  ]) {
    it(`what fetch throws stands in one line: ${text}`, async () => {
      fakeClock();
      const cause = new Error(given);
      const fetch = () => Promise.reject(new TypeError('fetch failed', { cause }));
      const { message } = await record(open('http://127.0.0.1/', { fetch })).next('error');
      assert.equal(message, `The request failed (fetch failed: ${text}); reconnecting in 3000 ms.`);
    });
  }

  it('retryOn that fails once is not blamed for what comes later', async () => {
    const clock = fakeClock();
    const server = await serve([{ status: 503 }, { then: 'end' }]);
    const events = record(open(server.url, { retryOn: () => true }));
    await events.next('error');
    clock.pass();
    await events.next('open');
    assert.match((await events.next('error')).message, /^The stream ended/);
  });

  describe('reconnect()', () => {
    it('makes a new request at once, with the id, and says nothing of it', async () => {
      const server = await serve([{ chunks: ['id: 7\ndata: x\n\n'] }, { chunks: ['data: y\n\n'] }]);
      const source = open(server.url);
      const events = record(source);
      await events.until('message');
      assert.equal(source.reconnect(), undefined);
      assert.equal(source.readyState, EventSource.CONNECTING);
      await events.next('open');
      assert.equal((await events.next('message')).lastEventId, '7');
      assert.equal((await server.request(1)).headers['last-event-id'], '7');
      await (await server.request(0)).closed();
    });

    it('does not wait any longer', async () => {
      const clock = fakeClock();
      const server = await serve([{ then: 'end' }, {}]);
      const source = open(server.url);
      const events = record(source);
      await events.until('error');
      source.reconnect();
      assert.deepEqual(clock.waits, []);
      await events.next('open');
    });

    it('within a listener goes on after what has arrived', async () => {
      const server = await serve([{ chunks: ['id: 1\ndata: x\n\nid: 2\ndata: y\n\n'] }, { chunks: ['data: z\n\n'] }]);
      const source = open(server.url);
      const events = record(source);
      source.addEventListener('message', () => source.reconnect(), { once: true });
      await events.until('message');
      assert.equal((await events.next('message')).data, 'y');
      await events.next('open');
      assert.equal((await events.next('message')).data, 'z');
      assert.equal((await server.request(1)).headers['last-event-id'], '2');
    });

    it('leaves a closed source closed', async () => {
      const server = await serve([{}]);
      const source = open(server.url);
      await record(source).next('open');
      source.close();
      source.reconnect();
      await settled();
      assert.equal(source.readyState, EventSource.CLOSED);
      assert.equal(await server.count(), 1);
    });

    it('before the first request changes nothing', async () => {
      const server = await serve([{}]);
      const source = open(server.url);
      source.reconnect();
      await record(source).next('open');
      assert.equal(await server.count(), 1);
    });

    it('is for sources alone', () => assert.throws(() => EventSource.prototype.reconnect.call({}), TypeError));
  });

  describe('disposal', () => {
    const { dispose, asyncDispose } = Symbol;
    for (const symbol of [dispose, asyncDispose].filter(Boolean)) {
      it(`${String(symbol)} closes the source`, async () => {
        replaceFetch(() => new Promise(() => {}));
        const source = open('http://127.0.0.1/');
        const returned = source[symbol]();
        assert.equal(source.readyState, EventSource.CLOSED);
        assert.equal(await returned, undefined);
        assert.equal(returned instanceof Promise, symbol === asyncDispose);
        assert.equal(Object.getOwnPropertyDescriptor(EventSource.prototype, symbol).enumerable, false);
      });
    }
  });

  describe('signal', () => {
    it('has one listener, however many sources', async () => {
      replaceFetch(() => new Promise(() => {}));
      const controller = new AbortController();
      const { signal } = controller;
      let added = 0;
      const { addEventListener, removeEventListener } = signal;
      signal.addEventListener = (...values) => (added++, addEventListener.apply(signal, values));
      signal.removeEventListener = (...values) => (added--, removeEventListener.apply(signal, values));
      const sources = Array.from({ length: 12 }, () => open('http://127.0.0.1/', { signal }));
      assert.equal(added, 1);
      for (const source of sources.slice(1)) source.close();
      assert.equal(added, 1);
      sources[0].close();
      assert.equal(added, 0);
      const [first, second] = [open('http://127.0.0.1/', { signal }), open('http://127.0.0.1/', { signal })];
      assert.equal(added, 1);
      controller.abort();
      assert.deepEqual([first.readyState, second.readyState], [EventSource.CLOSED, EventSource.CLOSED]);
    });
  });
});
