// A program that uses the package in odd ways. What any suite of test/eventsource and test/extensions has is not
// repeated here. In every test another source of the process goes on meanwhile; an unhandled rejection fails a test.
import { assert } from '../support/assert.js';
import {
  EventSource,
  fakeClock,
  open,
  record,
  replaceFetch,
  serve,
  streamResponse,
  tearDown,
} from '../support/scene.js';
import { deferred, settled } from '../support/wait.js';
import { openBystander } from './wire.js';

const NOWHERE = 'http://127.0.0.1/';
const HEADERS = { 'content-type': 'text/event-stream' };
const forever = () => new Promise(() => {});
const encode = (text) => new TextEncoder().encode(text);

const thrown = new Error('of the caller');
const fail = function () {
  throw thrown;
};

const revoked = () => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
};

describe('hostile caller', () => {
  let bystander;

  beforeEach(async () => (bystander = await openBystander()));

  afterEach(async () => {
    await settled();
    await bystander.expectUntouched();
    await tearDown();
  });

  /** Nothing may have been requested, though there is a fetch to request with. */
  async function expectNoRequest(construct, check) {
    const calls = replaceFetch(forever);
    assert.throws(construct, check);
    await settled();
    assert.equal(calls.length, 0);
  }

  describe('options', () => {
    const OPTIONS = [
      ...[
        'withCredentials',
        'fetch',
        'headers',
        'method',
        'body',
        'signal',
        'lastEventId',
        'reconnectionTime',
        'backoff',
      ],
      ...['maxRetries', 'retryOn', 'idleTimeout', 'pauseWhenHidden', 'ref', 'maxEventSize', 'maxBufferSize', 'comment'],
      ...['ignoredLine', 'readAhead'],
    ];

    for (const name of OPTIONS) {
      it(`a getter of ${name} that throws: its own exception, and no request`, () =>
        expectNoRequest(
          () => new EventSource(NOWHERE, Object.defineProperty({}, name, { get: fail })),
          (error) => error === thrown,
        ));
    }

    const checked = OPTIONS.filter((name) => !['withCredentials', 'body', 'pauseWhenHidden', 'ref'].includes(name));
    const odd = {
      'an object without a prototype': () => Object.create(null),
      'an object whose toString throws': () => ({ toString: fail }),
    };
    for (const [what, make] of Object.entries(odd)) {
      for (const name of [...checked, 'backoff.factor', 'backoff.maxDelay', 'backoff.jitter']) {
        if (name === 'headers' || name === 'backoff') continue; // any object is one
        it(`${name} is ${what}: a TypeError that names it, and no request`, () => {
          const [option, member] = name.split('.');
          const init = { [option]: member ? { [member]: make() } : make() };
          return expectNoRequest(() => new EventSource(NOWHERE, init), {
            name: 'TypeError',
            message: new RegExp(`^The option ${name} must be .*, not object\\.$`),
          });
        });
      }
    }

    it('headers that throw nothing at all: a TypeError that names them', () =>
      expectNoRequest(
        () =>
          new EventSource(NOWHERE, {
            headers: {
              get a() {
                throw undefined;
              },
            },
          }),
        { name: 'TypeError', message: /^The option headers must be/ },
      ));

    it('a signal that takes listeners and never gives them back: a TypeError that names it', () =>
      expectNoRequest(() => new EventSource(NOWHERE, { signal: { aborted: false, addEventListener() {} } }), {
        name: 'TypeError',
        message: /^The option signal must be an AbortSignal/,
      }));

    it('a Proxy that throws whatever is asked: its own exception', () =>
      expectNoRequest(
        () => new EventSource(NOWHERE, new Proxy({}, { get: fail })),
        (error) => error === thrown,
      ));

    it('a Proxy that is revoked: a TypeError', () =>
      expectNoRequest(() => new EventSource(NOWHERE, revoked()), TypeError));

    it('a URL whose toString throws: its own exception', () =>
      expectNoRequest(
        () => new EventSource({ toString: fail }),
        (error) => error === thrown,
      ));

    it('a URL that is a Symbol: a TypeError', () => expectNoRequest(() => new EventSource(Symbol('url')), TypeError));

    it('options that answer otherwise each time: each is read once, and what was checked is what is used', async () => {
      const reads = {};
      const answers = { maxRetries: [0], reconnectionTime: [70], maxEventSize: [50], method: ['GET'] };
      const init = new Proxy(
        {},
        {
          get(_, name) {
            reads[name] = (reads[name] ?? 0) + 1;
            return reads[name] === 1 ? answers[name]?.[0] : fail();
          },
        },
      );
      replaceFetch(forever);
      assert.equal(open(NOWHERE, init).reconnectionTime, 70);
      await settled();
      assert.deepEqual([...new Set(Object.values(reads))], [1]);
      assert.deepEqual(
        OPTIONS.filter((name) => !reads[name]),
        [],
      );
    });

    it('options that are changed later: the source keeps to what it was given', async () => {
      const clock = fakeClock();
      const headers = { 'X-Key': 'first' };
      const backoff = { factor: 1, maxDelay: 10, jitter: 0 };
      const init = { headers, backoff, reconnectionTime: 70 };
      const server = await serve([{ then: 'end' }, {}]);
      const events = record(open(server.url, init));
      headers['X-Key'] = 'second';
      backoff.jitter = 'junk';
      Object.assign(init, { reconnectionTime: 'junk', headers: 5, fetch: 5, maxRetries: 0 });
      await events.until('error');
      assert.deepEqual(clock.waits, [70]);
      clock.pass();
      assert.equal((await server.request(1)).headers['x-key'], 'first');
      await events.next('open');
    });

    it("names of options on Object.prototype: a source without options is the standard's all the same", async () => {
      const server = await serve([{}]);
      Object.assign(Object.prototype, { method: 'junk', maxRetries: 'junk', fetch: 'junk' });
      try {
        await record(open(server.url)).next('open');
        assert.equal((await server.request(0)).method, 'GET');
      } finally {
        for (const name of ['method', 'maxRetries', 'fetch']) delete Object.prototype[name];
      }
    });
  });

  /** A source whose first request is answered by `answer`, and all others with a stream that goes on. */
  function openOdd(answer, init) {
    const clock = fakeClock();
    const good = streamResponse();
    let calls = 0;
    const fetch = (url, given) => (++calls === 1 ? answer(url, given) : good.response);
    const source = open(NOWHERE, { ...init, fetch });
    const events = record(source);
    return {
      source,
      events,
      /** It has lost the connection, and makes it anew. */
      async expectReconnection(pattern) {
        const error = await events.until('error');
        assert.match(error.message, pattern);
        assert.equal(source.readyState, EventSource.CONNECTING);
        clock.pass();
        await events.next('open');
        good.write('data: good\n\n');
        assert.equal((await events.next('message')).data, 'good');
        return error;
      },
    };
  }

  /** A Response of this body. */
  const answerWith = (body) => ({ status: 200, url: '', headers: new Headers(HEADERS), body });

  /** A Response whose chunks are these, before it goes on for ever. */
  const answerChunks = (...chunks) =>
    new Response(
      new ReadableStream({
        start(controller) {
          for (const chunk of chunks) controller.enqueue(chunk);
        },
      }),
      { headers: HEADERS },
    );

  describe('fetch', () => {
    it('that never settles and ignores its signal: no event, close() ends it at once', async () => {
      const { source, events } = openOdd(forever);
      await settled();
      assert.equal(source.readyState, EventSource.CONNECTING);
      source.close();
      await settled();
      assert.equal(source.readyState, EventSource.CLOSED);
      assert.deepEqual(events.log, []);
    });

    it('that never settles and ignores its signal, with idleTimeout: given up, and called anew', async () => {
      const clock = fakeClock();
      let calls = 0;
      const good = streamResponse();
      const fetch = () => (++calls === 1 ? forever() : good.response);
      const events = record(open(NOWHERE, { fetch, idleTimeout: 500 }));
      await settled();
      clock.tick(500);
      assert.match((await events.next('error')).message, /nothing for 500 ms/);
      clock.tick(3000);
      await events.next('open');
    });

    it('that settles after it was given up for another: the late response is cancelled, the other untouched', async () => {
      const clock = fakeClock();
      const first = deferred();
      const [late, good] = [streamResponse(), streamResponse()];
      late.write('data: late\n\n');
      let calls = 0;
      const fetch = () => (++calls === 1 ? first.promise : good.response);
      const events = record(open(NOWHERE, { fetch, idleTimeout: 500 }));
      await settled();
      clock.tick(500);
      await events.next('error');
      clock.tick(3000);
      await events.next('open');
      first.resolve(late.response);
      await late.cancelled();
      good.write('data: good\n\n');
      await events.next('message');
      assert.deepEqual(events.log, ['error', 'open', 'message: good']);
    });

    const synchronous = {
      'returns a Response instead of a promise': () => answerChunks(encode('data: x\n\n')),
      'returns a thenable': () => ({ then: (resolve) => resolve(answerChunks(encode('data: x\n\n'))) }),
      'returns a thenable that settles again and again': () => ({
        then(resolve, reject) {
          resolve(answerChunks(encode('data: x\n\n')));
          reject(new Error('too late'));
          resolve(undefined);
        },
      }),
    };
    for (const [name, answer] of Object.entries(synchronous)) {
      it(`that ${name}: as if it had been a promise`, async () => {
        const { events } = openOdd(answer);
        await events.next('open');
        assert.equal((await events.next('message')).data, 'x');
      });
    }

    it('that closes the source while it is called: nothing is fired, what it returns is cancelled', async () => {
      const stream = streamResponse();
      stream.write('data: never\n\n');
      const source = open(NOWHERE, {
        fetch() {
          source.close();
          return stream.response;
        },
      });
      const events = record(source);
      await stream.cancelled();
      assert.equal(source.readyState, EventSource.CLOSED);
      assert.deepEqual(events.log, []);
    });

    it('that opens and closes other sources while it is called: each goes its own way', async () => {
      const others = [];
      const { events } = openOdd(() => {
        for (let n = 0; n < 10; n++) others.push(open(NOWHERE, { fetch: forever }));
        others[0].close();
        return answerChunks(encode('data: x\n\n'));
      });
      await events.until('message');
      assert.deepEqual(
        others.map(({ readyState }) => readyState),
        [EventSource.CLOSED, ...Array(9).fill(EventSource.CONNECTING)],
      );
    });

    const badHead = {
      'a status that is a Symbol': { status: Symbol('200') },
      'a status that is a BigInt': { status: 200n },
      'a url that is none': { url: 'junk' },
      'headers without get': { headers: {} },
      'headers whose get throws': { headers: { get: fail } },
    };
    for (const [name, part] of Object.entries(badHead)) {
      it(`that returns ${name}: "the request failed", and it is called anew`, () =>
        openOdd(() => ({ ...answerWith(null), ...part })).expectReconnection(/^The request failed/));
    }

    it('that returns a network error, as Response.error() is: "the request failed", and it is called anew', () =>
      openOdd(() => Response.error()).expectReconnection(/^The request failed/));

    for (const [name, value] of Object.entries({ 'a number': 5, 'an object': {}, null: null })) {
      it(`that returns a Content-Type that is ${name}: fails, as by any other type`, async () => {
        const { source, events } = openOdd(() => ({ ...answerWith(null), headers: { get: () => value } }));
        assert.match((await events.next('error')).message, /^The connection failed: the server answered with/);
        assert.equal(source.readyState, EventSource.CLOSED);
      });
    }

    it('that returns a Content-Type which can be read only once: fails, and names it', async () => {
      let reads = 0;
      const get = () => (reads++ === 0 ? 'text/plain' : fail());
      const { events } = openOdd(() => ({ ...answerWith(null), headers: { get } }));
      assert.match((await events.next('error')).message, /answered with Content-Type 'text\/plain'/);
    });

    for (const [name, value] of Object.entries({ 'a promise': Promise.resolve(false), 'a number': 1, null: null })) {
      it(`that is refused, and a retryOn that returns ${name}: fails, with a TypeError that says what is allowed as its cause`, async () => {
        const refusal = () => new Response('', { status: 503 });
        const { source, events } = openOdd(refusal, { retryOn: () => value });
        const { cause, status } = await events.next('error');
        assert.equal(status, 503);
        assert.ok(cause instanceof TypeError);
        assert.match(cause.message, /^retryOn must return true, false or undefined/);
        assert.equal(source.readyState, EventSource.CLOSED);
      });
    }

    const undescribable = {
      'an error whose message is a getter that throws': () =>
        Object.defineProperty(new Error(), 'message', { get: fail }),
      'an error whose cause is a getter that throws': () =>
        Object.defineProperty(new Error('x'), 'cause', { get: fail }),
      'an error whose message has no string': () => ({ message: Object.create(null) }),
      'a Proxy that is revoked': revoked,
    };
    for (const [name, make] of Object.entries(undescribable)) {
      it(`that rejects with ${name}: it is the cause all the same, and it is called anew`, async () => {
        const value = make();
        const error = await openOdd(() => Promise.reject(value)).expectReconnection(/^The request failed/);
        assert.ok(Object.is(error.cause, value));
      });

      it(`whose body fails with ${name}: it is the cause all the same, and it is called anew`, async () => {
        const value = make();
        const stream = streamResponse();
        stream.fail(value);
        const error = await openOdd(() => stream.response).expectReconnection(/^The connection broke off/);
        assert.ok(Object.is(error.cause, value));
      });
    }
  });

  describe('a body', () => {
    const used = async () => {
      const response = new Response('data: x\n\n', { headers: HEADERS });
      await response.text();
      return response;
    };
    const readerOf = (reader) => answerWith({ getReader: () => reader });
    const broken = {
      'that was read before': used,
      'whose getReader throws': () => answerWith({ getReader: fail }),
      'whose read throws': () => readerOf({ read: fail }),
      'whose read gives nothing': () => readerOf({ read: async () => undefined }),
      'whose reader cannot be released': () => readerOf({ read: async () => ({ done: true }), releaseLock: fail }),
      'that yields a Proxy of a Uint8Array': () => answerChunks(new Proxy(encode('data: x\n\n'), {})),
      'that yields what only looks like a Uint8Array': () => answerChunks(Object.create(Uint8Array.prototype)),
    };
    for (const [name, answer] of Object.entries(broken)) {
      it(`${name}: "broke off", and it is requested anew`, () =>
        openOdd(answer).expectReconnection(/^The connection broke off/));
    }

    const shared = (text) => {
      const bytes = new Uint8Array(new SharedArrayBuffer(text.length));
      bytes.set(encode(text));
      return bytes;
    };
    const detached = (text) => {
      const bytes = Uint8Array.from(encode(text));
      structuredClone(bytes.buffer, { transfer: [bytes.buffer] });
      return bytes;
    };
    const HUGE = 2 ** 26;
    const huge = () => {
      const bytes = new Uint8Array(HUGE).fill(0x61);
      bytes.set(encode('data: '));
      bytes.set(encode('\n\n'), HUGE - 2);
      return bytes;
    };
    class Odd extends Uint8Array {
      subarray() {
        return new Uint8Array(3);
      }
    }
    const taken = {
      'a thousand empty chunks before one that is not': [
        [...Array(1000).fill(new Uint8Array()), encode('data: x\n\n')],
        ['x'],
      ],
      'a chunk in shared memory': [[shared('data: x\n\n')], ['x']],
      'a chunk whose buffer has been taken away': [[detached('data: lost\n\n'), encode('data: x\n\n')], ['x']],
      'a chunk of 64 MiB': [[huge()], ['a'.repeat(HUGE - 8)]],
      'a Node Buffer within a larger one': [[Buffer.from('junk\n\ndata: x\n\njunk').subarray(6, 15)], ['x']],
      'a subclass of Uint8Array with methods of its own': [[Odd.from(encode('data: x\n\n'))], ['x']],
    };
    for (const [name, [chunks, data]] of Object.entries(taken)) {
      it(`that yields ${name}: its events, and nothing else`, async () => {
        const { events } = openOdd(() => answerChunks(...chunks));
        await events.next('open');
        for (const text of data) assert.ok((await events.next('message')).data === text, 'other data');
        await settled();
        assert.equal(events.log.length, 1 + data.length);
      });
    }

    it('that is read to its end at once, by reads that do not wait: every event comes', async () => {
      let count = 0;
      const reader = {
        read: () => (count < 10_000 ? { done: false, value: encode(`data: ${count++}\n\n`) } : { done: true }),
      };
      const { events } = openOdd(() => readerOf(reader));
      await events.until('error');
      assert.equal(events.log.length, 10_002);
    });

    it('whose chunk is overwritten and taken away by a listener: what was read of it is delivered as it was', async () => {
      const text = 'data: 1\n\ndata: 2\n\n';
      const bytes = Uint8Array.from(encode(text));
      const { source, events } = openOdd(() => answerChunks(bytes));
      source.addEventListener('message', () => {
        if (bytes.length === 0) return;
        bytes.fill(0x0a);
        structuredClone(bytes.buffer, { transfer: [bytes.buffer] });
      });
      await events.next('open');
      await events.next('message');
      assert.equal((await events.next('message')).data, '2');
    });

    it('whose read settles after close(): nothing is delivered', async () => {
      const read = deferred();
      const { source, events } = openOdd(() =>
        readerOf({ read: () => read.promise, cancel: forever, releaseLock() {} }),
      );
      await events.next('open');
      source.close();
      read.resolve({ done: false, value: encode('data: late\n\n') });
      await settled();
      assert.deepEqual(events.log, ['open']);
    });
  });

  describe('listeners', () => {
    it('that open the same URL again in every event, and close the one before: every event comes to the last', async () => {
      const TIMES = 50;
      const server = await serve(Array(TIMES + 1).fill({ chunks: ['data: x\n\n'] }));
      const done = deferred();
      let opened = 0;
      const next = () => {
        const source = open(server.url);
        source.onmessage = () => {
          source.close();
          if (++opened < TIMES) next();
          else done.resolve();
        };
      };
      next();
      await done.promise;
      assert.equal(await server.count(), TIMES);
    });

    it('of error that open another source instead: the first stays closed, the other opens', async () => {
      const server = await serve([{ status: 500, chunks: [], then: 'end' }, {}]);
      const opened = deferred();
      const source = open(server.url);
      source.onerror = () => (open(server.url).onopen = opened.resolve);
      await opened.promise;
      assert.equal(source.readyState, EventSource.CLOSED);
    });

    it('that fire forged events at the source: listeners hear them, and no state changes', async () => {
      const server = await serve([{}]);
      const source = open(server.url);
      const events = record(source);
      await events.next('open');
      source.dispatchEvent(new Event('error'));
      source.dispatchEvent(new MessageEvent('message', { data: 'forged', lastEventId: '99' }));
      assert.equal(source.readyState, EventSource.OPEN);
      assert.equal(source.lastEventId, '');
      await (await server.request(0)).write('data: real\n\n');
      await events.until('message');
      await events.until('message');
      assert.deepEqual(events.log, ['open', 'error', 'message: forged', 'message: real']);
    });

    it('on a source whose methods are replaced: the source calls none of them', async () => {
      const { source, events, expectReconnection } = openOdd(() => new Response('data: x\n\n', { headers: HEADERS }));
      for (const name of ['dispatchEvent', 'close', 'toString']) source[name] = fail;
      for (const name of ['readyState', 'url', 'lastEventId'])
        Object.defineProperty(source, name, { get: fail, configurable: true });
      try {
        await events.next('open');
        assert.equal((await events.next('message')).data, 'x');
        delete source.readyState;
        await expectReconnection(/^The stream ended/);
      } finally {
        delete source.close; // which takes the source down
      }
    });

    it('on a frozen source: everything goes on', async () => {
      const { source, events, expectReconnection } = openOdd(() => new Response('data: x\n\n', { headers: HEADERS }));
      Object.freeze(source);
      await events.next('open');
      await events.next('message');
      await expectReconnection(/^The stream ended/);
    });
  });

  describe('globals replaced after the import', () => {
    const own = (object, ...names) => names.map((name) => [object, name]);
    const replaced = {
      fetch: own(globalThis, 'fetch'),
      'Promise and its methods': [...own(globalThis, 'Promise'), ...own(Promise.prototype, 'then', 'catch', 'finally')],
      'methods of arrays': own(
        Array.prototype,
        'push',
        'pop',
        'shift',
        'map',
        'filter',
        'forEach',
        'join',
        'concat',
        'slice',
      ),
      'methods of strings': own(
        String.prototype,
        'split',
        'replace',
        'trim',
        'startsWith',
        'indexOf',
        'toLowerCase',
        Symbol.iterator,
      ),
      'methods of maps and sets': [
        ...own(Map.prototype, 'get', 'set', 'has'),
        ...own(Set.prototype, 'add', 'has', 'delete'),
      ],
      RegExp: [...own(globalThis, 'RegExp'), ...own(RegExp.prototype, 'test', 'exec')],
      constructors: own(
        globalThis,
        'Array',
        'Object',
        'Map',
        'Set',
        'Uint8Array',
        'TextDecoder',
        'Event',
        'EventTarget',
        'EventSource',
        'DOMException',
      ),
      'JSON and the console': own(globalThis, 'JSON', 'console'),
    };
    for (const [name, places] of Object.entries(replaced)) {
      it(`${name}, by what throws: a source that is open delivers all the same`, async () => {
        // The platform's own streams would not bear it; these need nothing.
        let next;
        const reader = { read: () => ({ then: (resolve) => (next = resolve) }), releaseLock() {} };
        const seen = [];
        const source = open(NOWHERE, { fetch: () => readerOfStream(reader) });
        source.addEventListener('typed', ({ data, lastEventId }) => (seen[seen.length] = `${lastEventId} ${data}`));
        source.onmessage = ({ data }) => (seen[seen.length] = data);
        await settled();
        const before = places.map(([object, key]) => Object.getOwnPropertyDescriptor(object, key));
        const chunks = ['id: é\nevent: typed\ndata: 1\n\ndata: 2', 'é\n\n'].map(encode);
        const { defineProperty } = Object;
        // Only what waits for these chunks runs meanwhile, and nothing else of the process.
        const bring = async (value) => {
          next({ done: false, value });
          for (let n = 0; n < 20; n++) await undefined;
        };
        try {
          for (let n = 0; n < places.length; n++) {
            defineProperty(places[n][0], places[n][1], { value: fail, configurable: true, writable: true });
          }
          await bring(chunks[0]);
          await bring(chunks[1]);
        } finally {
          for (let n = 0; n < places.length; n++) {
            if (before[n]) defineProperty(places[n][0], places[n][1], before[n]);
            else delete places[n][0][places[n][1]];
          }
        }
        assert.deepEqual(seen, ['é 1', '2é']);
        assert.equal(source.readyState, EventSource.OPEN);
      });
    }

    const readerOfStream = (reader) => answerWith({ getReader: () => reader, cancel() {} });
  });
});
