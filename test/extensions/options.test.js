// Each option of `new EventSource(url, init)`: what is allowed, and what it does.
import { assert } from '../support/assert.js';
import { arriving, itUnless, limits } from '../support/platform.js';
import {
  EventSource,
  atTearDown,
  fakeClock,
  nativeFetch,
  open,
  record,
  replaceFetch,
  serve,
  streamResponse,
  tearDown,
} from '../support/scene.js';
import { deferred, settled } from '../support/wait.js';

const URL_OF_NOTHING = 'http://127.0.0.1/';
const MAX_DELAY = 2 ** 31 - 1;
const LARGEST_EVENT = 536_870_888;

const forever = () => new Promise(() => {});

/** A response whose body is this text and ends. */
const answer = (text = '', { status = 200, headers = {} } = {}) =>
  new Response(text, { status, headers: { 'content-type': 'text/event-stream', ...headers } });

/** A signal that counts the listeners on it. */
function countedSignal() {
  const controller = new AbortController();
  const { signal } = controller;
  let count = 0;
  const { addEventListener, removeEventListener } = signal;
  signal.addEventListener = (...values) => {
    count++;
    addEventListener.apply(signal, values);
  };
  signal.removeEventListener = (...values) => {
    count--;
    removeEventListener.apply(signal, values);
  };
  return {
    controller,
    signal,
    get count() {
      return count;
    },
  };
}

describe('options', () => {
  afterEach(tearDown);

  describe('that are not allowed', () => {
    const noFunction = [null, 'x', 5, true, {}, []];
    const noWhole = [null, '5', true, NaN, -1, 0.5, {}, [], -Infinity];
    /** By option: what its message must say is allowed, and values that are not. */
    const refused = {
      fetch: [/a function/, noFunction],
      retryOn: [/a function/, noFunction],
      comment: [/a function/, noFunction],
      headers: [/Headers/, [null, 'x', 5, true, [['a']], { 'no token': 'x' }, { a: 'line\nbreak' }]],
      method: [/an HTTP method/, [null, 5, true, '', 'NO TOKEN', 'A\nB', 'connect', 'TRACE', 'Track', {}]],
      signal: [/an AbortSignal/, ['x', 5, true, {}, new EventTarget(), new AbortController()]],
      lastEventId: [/a string without NUL, CR and LF/, [null, 5, {}, 'a\0', 'a\r', '\nb']],
      reconnectionTime: [/from 0 to 2147483647/, [...noWhole, MAX_DELAY + 1, Infinity]],
      idleTimeout: [/from 1 to 2147483647/, [...noWhole, 0, MAX_DELAY + 1, Infinity]],
      maxEventSize: [/from 1 to 536870888/, [...noWhole, 0, LARGEST_EVENT + 1, Infinity]],
      maxRetries: [/Infinity.*from 0 to 65534/, [...noWhole, 65_535]],
      backoff: [/an object or true/, [null, 5, 'x']],
    };
    for (const [name, [allowed, values]] of Object.entries(refused)) {
      for (const value of values) {
        const shown = value instanceof EventTarget ? value.constructor.name : (JSON.stringify(value) ?? String(value));
        it(`${name}: ${typeof value === 'number' ? value : shown}`, async () => {
          const calls = replaceFetch(forever);
          const init = name === 'fetch' ? {} : { fetch: forever };
          let error;
          try {
            open(URL_OF_NOTHING, { ...init, [name]: value });
          } catch (thrown) {
            error = thrown;
          }
          assert.ok(error instanceof TypeError, `${error}`);
          assert.match(error.message, new RegExp(`^The option ${name} must be `));
          assert.match(error.message, allowed);
          await settled();
          assert.equal(calls.length, 0);
        });
      }
    }

    const refusedBackoff = {
      factor: [/from 1 to 100/, [null, '2', 0, 0.99, 100.1, NaN, Infinity, -1]],
      maxDelay: [/from 0 to 2147483647/, [...noWhole, MAX_DELAY + 1, Infinity]],
      jitter: [/from 0 to 1/, [null, '0', -0.1, 1.1, NaN, true]],
    };
    for (const [name, [allowed, values]] of Object.entries(refusedBackoff)) {
      for (const value of values) {
        it(`backoff.${name}: ${typeof value === 'number' ? value : JSON.stringify(value)}`, () => {
          assert.throws(
            () => open(URL_OF_NOTHING, { fetch: forever, backoff: { [name]: value } }),
            ({ name: of, message }) =>
              of === 'TypeError' && message.includes(`backoff.${name} must be`) && allowed.test(message),
          );
        });
      }
    }

    for (const method of [undefined, 'get', 'HEAD']) {
      it(`a body with the method ${method ?? '(none)'}`, () => {
        assert.throws(() => open(URL_OF_NOTHING, { fetch: forever, method, body: 'x' }), {
          name: 'TypeError',
          message: /method must be .*body/,
        });
      });
    }

    it('no object at all', () => {
      for (const init of [5, 'x', true, Symbol('x')]) {
        assert.throws(() => new EventSource(URL_OF_NOTHING, init), { name: 'TypeError', message: /init/ });
      }
    });
  });

  describe('that are allowed', () => {
    const taken = {
      lastEventId: ['', 'x', '\u2026', 'a'.repeat(9999)],
      reconnectionTime: [0, 1, MAX_DELAY],
      idleTimeout: [1, MAX_DELAY],
      maxEventSize: [1, LARGEST_EVENT],
      maxRetries: [0, 1, 65_534, Infinity],
      backoff: [true, false, {}, { factor: 1 }, { factor: 100, maxDelay: 0, jitter: 1 }, { maxDelay: MAX_DELAY }],
      signal: [null, new AbortController().signal],
      pauseWhenHidden: [true, false],
      ref: [true, false],
      withCredentials: [true, false, 1, null],
    };
    for (const [name, values] of Object.entries(taken)) {
      it(`${name}, and undefined`, () => {
        for (const value of [...values, undefined]) {
          open(URL_OF_NOTHING, { fetch: forever, [name]: value }).close();
        }
      });
    }

    it('null for all of them', () => {
      replaceFetch(forever);
      assert.equal(open(URL_OF_NOTHING, null).readyState, EventSource.CONNECTING);
    });
  });

  describe('fetch', () => {
    it('is called instead of the global one, with the URL and what fetch takes', async () => {
      const global = replaceFetch(forever);
      const calls = [];
      const fetch = (...values) => {
        calls.push(values);
        return nativeFetch(...values);
      };
      const server = await serve([{}]);
      await record(open(server.url, { fetch })).next('open');
      const [[url, init]] = calls;
      assert.equal(url, server.url);
      assert.equal(init.method, 'GET');
      assert.equal(init.headers.Accept, 'text/event-stream');
      assert.equal(init.cache, 'no-store');
      assert.ok(init.signal instanceof AbortSignal);
      assert.equal(global.length, 0);
    });

    it('says that it is understood, as the eventsource package does', () => {
      assert.equal(EventSource[Symbol.for('eventsource.supports-fetch-override')], true);
    });

    it('may answer any scheme', async () => {
      const source = open('own://somewhere/', { fetch: async () => answer('data: x\n\n') });
      await record(source).until('message');
    });

    it('may answer with no more than what is needed of a response', async () => {
      fakeClock();
      const { body } = answer('data: x\n\n');
      const headers = new Map([['content-type', 'text/event-stream']]);
      const source = open(URL_OF_NOTHING, { fetch: async () => ({ status: 200, url: '', headers, body }) });
      const { origin } = await record(source).until('message');
      assert.equal(origin, 'http://127.0.0.1');
    });

    it('that throws is a network error', async () => {
      fakeClock();
      const cause = new Error('own');
      const fetch = () => {
        throw cause;
      };
      const error = await record(open(URL_OF_NOTHING, { fetch })).next('error');
      assert.equal(error.cause, cause);
      assert.equal(error.retryIn, 3000);
    });

    it('is aborted by close()', async () => {
      let given;
      const source = open(URL_OF_NOTHING, {
        fetch: (_, { signal }) => {
          given = signal;
          return forever();
        },
      });
      await settled();
      assert.equal(given.aborted, false);
      source.close();
      assert.equal(given.aborted, true);
    });
  });

  describe('withCredentials', () => {
    for (const [value, credentials] of [
      [true, 'include'],
      [false, 'same-origin'],
      [undefined, 'same-origin'],
    ]) {
      it(`${value} asks for credentials: ${credentials}`, async () => {
        const calls = replaceFetch(forever);
        const source = open(URL_OF_NOTHING, { withCredentials: value });
        await settled();
        assert.equal(calls[0].init.credentials, credentials);
        assert.equal(source.withCredentials, value === true);
      });
    }
  });

  describe('headers', () => {
    const kinds = {
      'an object': { 'X-Own': 'yes' },
      'a Headers': new Headers({ 'X-Own': 'yes' }),
      'an array': [['X-Own', 'yes']],
      'a function': () => ({ 'X-Own': 'yes' }),
      'an async function': async () => new Headers({ 'X-Own': 'yes' }),
    };
    for (const [name, headers] of Object.entries(kinds)) {
      it(`sends those of ${name}, with every request`, async () => {
        const clock = fakeClock();
        const server = await serve([{ then: 'end' }, {}]);
        const events = record(open(server.url, { headers }));
        await events.until('error');
        clock.pass();
        for (const n of [0, 1]) {
          const sent = (await server.request(n)).headers;
          assert.equal(sent['x-own'], 'yes');
          assert.equal(sent.accept, 'text/event-stream');
        }
      });
    }

    it('sends those of an iterator, which can be read only once', async () => {
      const calls = replaceFetch(forever);
      open(URL_OF_NOTHING, { headers: new Map([['x-own', 'yes']]).entries() });
      await settled();
      assert.equal(new Headers(calls[0].init.headers).get('x-own'), 'yes');
    });

    itUnless(limits.resets)('calls a function for every attempt', async () => {
      const clock = fakeClock();
      const server = await serve([{ then: 'end' }, { before: 'reset' }, {}]);
      let token = 0;
      const events = record(open(server.url, { headers: async () => ({ authorization: `Bearer ${++token}` }) }));
      for (let n = 0; n < 2; n++) {
        await events.until('error');
        clock.pass();
      }
      await events.until('open');
      for (const n of [0, 1, 2]) {
        assert.equal((await server.request(n)).headers.authorization, `Bearer ${n + 1}`);
      }
      assert.equal(token, 3);
    });

    it('do not call it before the constructor has returned', async () => {
      let count = 0;
      const source = open(URL_OF_NOTHING, { fetch: forever, headers: () => (count++, {}) });
      assert.equal(count, 0);
      source.close();
      await settled();
      assert.equal(count, 0);
    });

    it('put the own Accept in the place of the usual one, once', async () => {
      const server = await serve([{}]);
      open(server.url, { headers: { accept: 'text/event-stream, */*' } });
      assert.equal((await server.request(0)).headers.accept, 'text/event-stream, */*');
    });

    it('give way to the last event ID, once there is one', async () => {
      const clock = fakeClock();
      const server = await serve([{ chunks: ['id: 2\n\n'], then: 'end' }, {}]);
      const events = record(open(server.url, { headers: { 'last-event-id': '1' } }));
      await events.until('error');
      clock.pass();
      assert.equal((await server.request(0)).headers['last-event-id'], '1');
      assert.equal((await server.request(1)).headers['last-event-id'], '2');
    });

    const failures = {
      throws: (error) => {
        throw error;
      },
      rejects: (error) => Promise.reject(error),
    };
    for (const [how, fail] of Object.entries(failures)) {
      it(`a function that ${how} is a network error, and asked again`, async () => {
        const clock = fakeClock();
        const calls = replaceFetch(nativeFetch);
        const server = await serve([{}]);
        const cause = new Error('no token');
        let isFailing = true;
        const headers = () => (isFailing ? fail(cause) : { 'x-own': 'yes' });
        const events = record(open(server.url, { headers }));
        const error = await events.next('error');
        assert.equal(error.cause, cause);
        assert.equal(error.retryIn, 3000);
        assert.match(error.message, /no token/);
        assert.equal(calls.length, 0);
        isFailing = false;
        clock.pass();
        await events.next('open');
        assert.equal((await server.request(0)).headers['x-own'], 'yes');
      });
    }

    it('a function that returns what no header can be is a network error', async () => {
      fakeClock();
      const error = await record(open(URL_OF_NOTHING, { fetch: forever, headers: () => ({ a: 'a\nb' }) })).next(
        'error',
      );
      assert.ok(error.cause instanceof TypeError);
      assert.equal(error.retryIn, 3000);
    });

    it('close() while a function is asked prevents the request', async () => {
      const asked = deferred();
      const calls = replaceFetch(forever);
      const source = open(URL_OF_NOTHING, { headers: () => asked.promise });
      const events = record(source);
      await settled();
      source.close();
      asked.resolve({});
      await settled();
      assert.equal(calls.length, 0);
      assert.deepEqual(events.log, []);
    });
  });

  describe('method and body', () => {
    /** What the first `count` calls of fetch were given as body, each as text. */
    async function bodiesSent(count, init) {
      const clock = fakeClock();
      const bodies = [];
      const fetch = async (url, given) => {
        bodies.push(await new Request(url, { ...given, signal: null }).text());
        return bodies.length < count ? answer() : forever();
      };
      const events = record(open(URL_OF_NOTHING, { fetch, method: 'POST', ...init }));
      for (let n = 1; n < count; n++) {
        await events.until('error');
        clock.pass();
      }
      await settled();
      return bodies;
    }

    it('the method is sent', async () => {
      const server = await serve([{}]);
      await record(open(server.url, { method: 'POST' })).next('open');
      assert.equal((await server.request(0)).method, 'POST');
    });

    itUnless(limits.typeOfBody)('a string is sent with every request, with its type', async () => {
      const clock = fakeClock();
      const server = await serve([{ then: 'end' }, {}]);
      const events = record(open(server.url, { method: 'POST', body: 'question' }));
      await events.until('error');
      clock.pass();
      for (const n of [0, 1]) {
        const { headers } = await server.request(n);
        assert.equal(headers['content-length'], '8');
        assert.match(headers['content-type'], /text\/plain/);
      }
    });

    it('the type may be given by a header', async () => {
      const server = await serve([{}]);
      open(server.url, { method: 'POST', body: '{}', headers: { 'Content-Type': 'application/json' } });
      assert.equal((await server.request(0)).headers['content-type'], 'application/json');
    });

    it('a function is called for every attempt', async () => {
      let count = 0;
      assert.deepEqual(await bodiesSent(3, { body: () => `${++count}` }), ['1', '2', '3']);
    });

    it('an async function too, with a body of any kind', async () => {
      let count = 0;
      const kinds = [new URLSearchParams('a=1'), new TextEncoder().encode('bytes'), new Blob(['blob']), null];
      assert.deepEqual(await bodiesSent(4, { body: async () => kinds[count++] }), ['a=1', 'bytes', 'blob', '']);
    });

    itUnless(limits.streamBodies)('a stream by a function, for every attempt a new one', async () => {
      const body = () => new Response('streamed').body;
      assert.deepEqual(await bodiesSent(2, { body }), ['streamed', 'streamed']);
    });

    itUnless(limits.streamBodies)('a stream is sent', async () => {
      assert.deepEqual(await bodiesSent(1, { body: new Response('streamed').body }), ['streamed']);
    });

    itUnless(limits.streamUploads)('a stream reaches a server', async () => {
      const server = await serve([{}]);
      await record(open(server.url, { method: 'PUT', body: () => new Response('streamed').body })).next('open');
      const request = await server.request(0);
      assert.equal(request.method, 'PUT');
      assert.equal(await request.body(), 'streamed');
    });

    it('a function that throws is a network error, and asked again', async () => {
      const clock = fakeClock();
      const cause = new Error('no body');
      let count = 0;
      const body = () => {
        if (count++ === 0) throw cause;
        return 'x';
      };
      const server = await serve([{}]);
      const events = record(open(server.url, { method: 'POST', body }));
      const error = await events.next('error');
      assert.equal(error.cause, cause);
      assert.equal(error.retryIn, 3000);
      clock.pass();
      await events.next('open');
    });
  });

  describe('signal', () => {
    it('aborted before: CLOSED at once, and no request', async () => {
      const calls = replaceFetch(forever);
      const source = open(URL_OF_NOTHING, { signal: AbortSignal.abort() });
      const events = record(source);
      assert.equal(source.readyState, EventSource.CLOSED);
      await settled();
      assert.equal(calls.length, 0);
      assert.deepEqual(events.log, []);
    });

    it('aborted right after the constructor: no request', async () => {
      const calls = replaceFetch(forever);
      const counted = countedSignal();
      const source = open(URL_OF_NOTHING, { signal: counted.signal });
      counted.controller.abort();
      assert.equal(source.readyState, EventSource.CLOSED);
      await settled();
      assert.equal(calls.length, 0);
    });

    it('aborted while connecting: closes without an event', async () => {
      const clock = fakeClock();
      const server = await serve([{ before: 'stall' }]);
      const counted = countedSignal();
      const source = open(server.url, { signal: counted.signal });
      const events = record(source);
      const request = await server.request(0);
      assert.equal(counted.count, 1);
      counted.controller.abort();
      assert.equal(source.readyState, EventSource.CLOSED);
      await request.closed();
      await settled();
      assert.deepEqual(events.log, []);
      assert.deepEqual(clock.waits, []);
    });

    it('aborted while open: closes without an event', async () => {
      const server = await serve([{}]);
      const { signal, controller } = countedSignal();
      const source = open(server.url, { signal });
      const events = record(source);
      await events.next('open');
      controller.abort();
      assert.equal(source.readyState, EventSource.CLOSED);
      await (await server.request(0)).closed();
      await settled();
      assert.deepEqual(events.log, ['open']);
    });

    it('aborted while waiting: closes without an event, and no request', async () => {
      const clock = fakeClock();
      const server = await serve([{ then: 'end' }, {}]);
      const { signal, controller } = countedSignal();
      const source = open(server.url, { signal });
      const events = record(source);
      await events.until('error');
      assert.deepEqual(clock.waits, [3000]);
      controller.abort();
      assert.equal(source.readyState, EventSource.CLOSED);
      assert.deepEqual(clock.waits, []);
      await settled();
      assert.equal(await server.count(), 1);
      assert.deepEqual(events.log, ['open', 'error']);
    });

    it('aborted by a listener of a message: the next is not delivered', async () => {
      const server = await serve([{ chunks: ['data: 1\n\ndata: 2\n\n'] }]);
      const { signal, controller } = countedSignal();
      const source = open(server.url, { signal });
      const events = record(source);
      source.onmessage = () => controller.abort();
      await events.until('message');
      await (await server.request(0)).closed();
      assert.deepEqual(events.log, ['open', 'message: 1']);
    });

    it('keeps no listener after close(), in any state', async () => {
      const clock = fakeClock();
      const server = await serve([{ then: 'end' }, {}]);
      const counted = countedSignal();
      const { signal } = counted;
      open(server.url, { signal }).close();
      assert.equal(counted.count, 0);
      const waiting = open(server.url, { signal });
      assert.equal(counted.count, 1);
      await record(waiting).until('error');
      assert.equal(counted.count, 1);
      assert.equal(clock.waits.length, 1);
      waiting.close();
      assert.equal(counted.count, 0);
      const opened = open(server.url, { signal });
      await record(opened).next('open');
      opened.close();
      assert.equal(counted.count, 0);
    });

    it('has one listener over many reconnections', async () => {
      const clock = fakeClock();
      const counted = countedSignal();
      const events = record(open(URL_OF_NOTHING, { signal: counted.signal, fetch: async () => answer() }));
      for (let n = 0; n < 5; n++) {
        await events.until('error');
        assert.equal(counted.count, 1);
        clock.pass();
      }
    });

    it('keeps no listener after a failure', async () => {
      const server = await serve([{ status: 500 }]);
      const counted = countedSignal();
      await record(open(server.url, { signal: counted.signal })).next('error');
      await settled();
      assert.equal(counted.count, 0);
    });

    it('closes all the sources it was given to', async () => {
      const { signal, controller } = countedSignal();
      const sources = [1, 2, 3].map(() => open(URL_OF_NOTHING, { fetch: forever, signal }));
      await settled();
      controller.abort();
      for (const source of sources) assert.equal(source.readyState, EventSource.CLOSED);
    });
  });

  describe('lastEventId', () => {
    itUnless(limits.byteStrings)('is sent with the first request, as UTF-8', async () => {
      const calls = replaceFetch(nativeFetch);
      const server = await serve([{}]);
      const source = open(server.url, { lastEventId: 'caf\u00e9' });
      assert.equal(source.lastEventId, 'caf\u00e9');
      assert.equal((await server.request(0)).headers['last-event-id'], arriving('caf\u00c3\u00a9'));
      assert.equal(calls[0].init.headers['Last-Event-ID'], 'caf\u00c3\u00a9');
    });

    it('is that of an event without id', async () => {
      const server = await serve([{ chunks: ['data: x\n\n'] }]);
      const event = await record(open(server.url, { lastEventId: '7' })).until('message');
      assert.equal(event.lastEventId, '7');
    });

    it('is replaced by that of the stream', async () => {
      const clock = fakeClock();
      const server = await serve([{ chunks: ['id: 8\n\n'], then: 'end' }, { chunks: ['id\n\n'], then: 'end' }, {}]);
      const events = record(open(server.url, { lastEventId: '7' }));
      await events.until('error');
      clock.pass();
      assert.equal((await server.request(1)).headers['last-event-id'], '8');
      await events.until('error');
      clock.pass();
      assert.equal((await server.request(2)).headers['last-event-id'], undefined);
    });

    it('that is empty is not sent', async () => {
      const server = await serve([{}]);
      open(server.url, { lastEventId: '' });
      assert.ok(!('last-event-id' in (await server.request(0)).headers));
    });

    it('with a control character is kept, not sent, and the error says so', async () => {
      fakeClock();
      const server = await serve([{ chunks: ['data: x\n\n'], then: 'end' }]);
      const events = record(open(server.url, { lastEventId: 'a\x01b' }));
      assert.ok(!('last-event-id' in (await server.request(0)).headers));
      assert.equal((await events.until('message')).lastEventId, 'a\x01b');
      assert.match((await events.next('error')).message, /without Last-Event-ID.*control character/);
    });
  });

  describe('reconnectionTime', () => {
    for (const value of [0, 70, MAX_DELAY]) {
      it(`waits ${value} ms`, async () => {
        const clock = fakeClock();
        const source = open(URL_OF_NOTHING, { reconnectionTime: value, fetch: async () => answer() });
        assert.equal(source.reconnectionTime, value);
        const error = await record(source).until('error');
        assert.equal(error.retryIn, value);
        assert.deepEqual(clock.waits, [value]);
      });
    }

    it('is replaced by retry of the stream', async () => {
      const clock = fakeClock();
      const source = open(URL_OF_NOTHING, { reconnectionTime: 70, fetch: async () => answer('retry: 90\n') });
      await record(source).until('error');
      assert.deepEqual(clock.waits, [90]);
    });
  });

  /**
   * The waits after as many attempts as there are answers.
   * @param {(string | Error | Response)[]} answers bodies that end, or what fetch rejects with
   */
  async function waitsAfter(answers, init) {
    const clock = fakeClock();
    const left = [...answers];
    const fetch = async () => {
      const next = left.shift();
      if (next instanceof Error) throw next;
      return next instanceof Response ? next : answer(next);
    };
    const source = open(URL_OF_NOTHING, { fetch, ...init });
    const events = record(source);
    const waits = [];
    for (let n = 0; n < answers.length; n++) {
      const { retryIn } = await events.until('error');
      if (source.readyState === EventSource.CLOSED) {
        assert.equal(retryIn, null);
        assert.deepEqual(clock.waits, []);
        waits.push('failed');
        break;
      }
      assert.deepEqual(clock.waits, [retryIn]);
      waits.push(retryIn);
      if (n < answers.length - 1) clock.pass();
    }
    return waits;
  }

  const lost = () => new TypeError('lost');

  describe('backoff', () => {
    it('is off by default', async () => {
      assert.deepEqual(await waitsAfter([lost(), lost(), lost()]), [3000, 3000, 3000]);
      assert.deepEqual(await waitsAfter([lost(), lost()], { backoff: false }), [3000, 3000]);
    });

    it('true doubles, up to 30 s', async () => {
      const waits = await waitsAfter(Array.from({ length: 6 }, lost), { backoff: true });
      assert.deepEqual(waits, [3000, 6000, 12000, 24000, 30000, 30000]);
    });

    it('{} does the same', async () => {
      assert.deepEqual(await waitsAfter([lost(), lost()], { backoff: {} }), [3000, 6000]);
    });

    it('takes a factor and a limit', async () => {
      const backoff = { factor: 10, maxDelay: 500 };
      assert.deepEqual(
        await waitsAfter([lost(), lost(), lost(), lost()], { backoff, reconnectionTime: 2 }),
        [2, 20, 200, 500],
      );
    });

    it('takes a factor that is no whole number', async () => {
      const backoff = { factor: 1.5 };
      assert.deepEqual(await waitsAfter([lost(), lost(), lost()], { backoff, reconnectionTime: 100 }), [100, 150, 225]);
    });

    it('a factor of 1 does not grow', async () => {
      assert.deepEqual(await waitsAfter([lost(), lost(), lost()], { backoff: { factor: 1 } }), [3000, 3000, 3000]);
    });

    it('never waits less than the reconnection time', async () => {
      assert.deepEqual(await waitsAfter([lost(), lost()], { backoff: { maxDelay: 1000 } }), [3000, 3000]);
    });

    it('never waits longer than a timer can', async () => {
      const init = { backoff: { factor: 100, maxDelay: MAX_DELAY }, reconnectionTime: MAX_DELAY - 1 };
      assert.deepEqual(await waitsAfter([lost(), lost(), lost()], init), [MAX_DELAY - 1, MAX_DELAY, MAX_DELAY]);
    });

    it('stays right over many attempts', async () => {
      const waits = await waitsAfter(Array.from({ length: 100 }, lost), { backoff: { factor: 100 } });
      assert.equal(waits.at(-1), 30_000);
      assert.ok(waits.every((wait, n) => n === 0 || wait >= waits[n - 1]));
    });

    it('grows for a server that answers 200 and closes at once', async () => {
      assert.deepEqual(await waitsAfter(['', '', ''], { backoff: true }), [3000, 6000, 12000]);
    });

    it('grows for a server that sends all but events', async () => {
      const bodies = [':comment\n', 'id: 1\n\n', 'event: x\n\n', 'data: cut'];
      assert.deepEqual(await waitsAfter(bodies, { backoff: true }), [3000, 6000, 12000, 24000]);
    });

    it('begins anew after an event', async () => {
      const answers = [lost(), '', 'data: x\n\n', lost(), 'event: own\ndata: x\n\n', lost(), ''];
      assert.deepEqual(await waitsAfter(answers, { backoff: true }), [3000, 6000, 3000, 6000, 3000, 6000, 12000]);
    });

    it('multiplies the reconnection time of the stream', async () => {
      assert.deepEqual(await waitsAfter(['retry: 1000\n', '', ''], { backoff: true }), [1000, 2000, 4000]);
    });

    for (const [random, waits] of [
      [0, [3000, 6000]],
      [0.5, [2250, 4500]],
      [0.999999, [1500, 3000]],
    ]) {
      it(`jitter takes off a share by chance: ${random} of it`, async () => {
        const native = Math.random;
        Math.random = () => random;
        atTearDown(() => (Math.random = native));
        assert.deepEqual(await waitsAfter([lost(), lost()], { backoff: { jitter: 0.5 } }), waits);
      });
    }

    it('jitter of 1 waits anything between nothing and all', async () => {
      const waits = await waitsAfter(Array.from({ length: 50 }, lost), { backoff: { factor: 1, jitter: 1 } });
      assert.ok(waits.every((wait) => Number.isInteger(wait) && wait >= 0 && wait <= 3000));
      assert.ok(new Set(waits).size > 10);
    });
  });

  describe('maxRetries', () => {
    it('0 never reconnects', async () => {
      for (const body of [lost(), '', 'data: x\n\n']) {
        assert.deepEqual(await waitsAfter([body], { maxRetries: 0 }), ['failed']);
      }
    });

    it('1 reconnects once', async () => {
      assert.deepEqual(await waitsAfter([lost(), lost()], { maxRetries: 1 }), [3000, 'failed']);
      assert.deepEqual(await waitsAfter(['', ''], { maxRetries: 1 }), [3000, 'failed']);
    });

    it('counts anew after an event', async () => {
      const answers = [lost(), 'data: x\n\n', lost(), lost()];
      assert.deepEqual(await waitsAfter(answers, { maxRetries: 2 }), [3000, 3000, 3000, 'failed']);
      assert.deepEqual(await waitsAfter(['data: x\n\n', 'data: x\n\n', '', ''], { maxRetries: 1 }), [
        3000,
        3000,
        'failed',
      ]);
    });

    it('Infinity never fails', async () => {
      const waits = await waitsAfter(Array.from({ length: 200 }, lost), { maxRetries: Infinity });
      assert.ok(waits.every((wait) => wait === 3000));
    });

    it('used up: CLOSED, with one error that has the cause and says so', async () => {
      const clock = fakeClock();
      const cause = lost();
      const source = open(URL_OF_NOTHING, { maxRetries: 0, fetch: () => Promise.reject(cause) });
      let stateInError;
      source.onerror = () => (stateInError = source.readyState);
      const events = record(source);
      const error = await events.next('error');
      assert.equal(stateInError, EventSource.CLOSED);
      assert.equal(error.cause, cause);
      assert.equal(error.retryIn, null);
      assert.match(error.message, /lost.*no retry is left/);
      await settled();
      assert.deepEqual(events.log, ['error']);
      assert.deepEqual(clock.waits, []);
    });

    it('counts idle connections too', async () => {
      const clock = fakeClock();
      const source = open(URL_OF_NOTHING, { fetch: forever, idleTimeout: 50, maxRetries: 1 });
      const events = record(source);
      await settled();
      clock.pass();
      assert.equal((await events.next('error')).retryIn, 3000);
      clock.pass();
      await settled();
      clock.pass();
      assert.equal((await events.next('error')).retryIn, null);
      assert.equal(source.readyState, EventSource.CLOSED);
    });
  });

  describe('retryOn', () => {
    const refused = (status, headers) => answer('', { status, headers });
    const wrongType = () => new Response('', { headers: { 'content-type': 'text/html' } });

    for (const [name, make] of Object.entries({
      'status 503': () => refused(503),
      'status 429': () => refused(429),
      'status 404': () => refused(404),
      'the wrong type': wrongType,
      'a network error': lost,
    })) {
      it(`true goes on after ${name}`, async () => {
        assert.deepEqual(await waitsAfter([make(), make()], { retryOn: () => true }), [3000, 3000]);
      });

      it(`false fails after ${name}`, async () => {
        assert.deepEqual(await waitsAfter([make()], { retryOn: () => false }), ['failed']);
      });

      it(`undefined is the standard's answer to ${name}`, async () => {
        const standard = name.startsWith('a network') ? 3000 : 'failed';
        assert.deepEqual(await waitsAfter([make()], { retryOn: () => undefined }), [standard]);
      });

      it(`a throw fails after ${name}, and is the cause`, async () => {
        fakeClock();
        const cause = new Error('thrown by retryOn');
        const fetch = async () => {
          const made = make();
          if (made instanceof Error) throw made;
          return made;
        };
        const retryOn = () => {
          throw cause;
        };
        const source = open(URL_OF_NOTHING, { fetch, retryOn });
        const error = await record(source).next('error');
        assert.equal(error.cause, cause);
        assert.equal(error.retryIn, null);
        assert.equal(source.readyState, EventSource.CLOSED);
      });
    }

    for (const [result, wait] of [
      [true, 3000],
      [false, 'failed'],
      [undefined, 3000],
    ]) {
      it(`${result} after a body that broke off`, async () => {
        const clock = fakeClock();
        const stream = streamResponse();
        const asked = [];
        const retryOn = (given) => {
          asked.push(given);
          return result;
        };
        const source = open(URL_OF_NOTHING, { fetch: async () => stream.response, retryOn });
        const events = record(source);
        await events.next('open');
        const cause = lost();
        stream.fail(cause);
        const error = await events.next('error');
        assert.equal(error.retryIn, wait === 'failed' ? null : wait);
        assert.deepEqual(clock.waits, wait === 'failed' ? [] : [wait]);
        assert.equal(asked.length, 1);
        assert.equal(asked[0].error, cause);
        assert.equal(asked[0].status, 200);
      });
    }

    it('is not asked at the plain end of a body', async () => {
      let count = 0;
      assert.deepEqual(await waitsAfter(['', 'data: x\n\n'], { retryOn: () => (count++, false) }), [3000, 3000]);
      assert.equal(count, 0);
    });

    it('is told the response, the error and the attempts so far', async () => {
      const asked = [];
      const error = lost();
      const retryOn = (given) => {
        asked.push(given);
        return true;
      };
      await waitsAfter([refused(503, { 'x-own': 'yes' }), error, 'data: x\n\n', wrongType(), refused(500)], {
        retryOn,
      });
      const told = asked.map(({ status, headers, error, attempt }) => [status, headers?.get('x-own'), error, attempt]);
      assert.deepEqual(told, [
        [503, 'yes', undefined, 0],
        [undefined, undefined, error, 1],
        [200, null, undefined, 1],
        [500, null, undefined, 2],
      ]);
    });

    it('stays within maxRetries', async () => {
      const answers = [refused(503), refused(503), refused(503)];
      assert.deepEqual(await waitsAfter(answers, { retryOn: () => true, maxRetries: 2 }), [3000, 3000, 'failed']);
    });

    it('is backed off', async () => {
      const answers = [refused(503), refused(503), refused(503)];
      assert.deepEqual(await waitsAfter(answers, { retryOn: () => true, backoff: true }), [3000, 6000, 12000]);
    });

    it('reconnects with the last event ID, and opens then', async () => {
      const clock = fakeClock();
      const server = await serve([{ chunks: ['id: 9\n\n'], then: 'end' }, { status: 502 }, {}]);
      const source = open(server.url, { retryOn: ({ status }) => status >= 500 });
      const events = record(source);
      await events.until('error');
      clock.pass();
      const error = await events.next('error');
      assert.equal(error.code, 502);
      assert.equal(error.retryIn, 3000);
      assert.equal(source.readyState, EventSource.CONNECTING);
      clock.pass();
      await events.next('open');
      assert.equal((await server.request(2)).headers['last-event-id'], '9');
    });

    it('gives the refused response back', async () => {
      fakeClock();
      const stream = streamResponse({ status: 503 });
      const source = open(URL_OF_NOTHING, { fetch: async () => stream.response, retryOn: () => true });
      await record(source).next('error');
      await stream.cancelled();
    });

    it('may close the source', async () => {
      const clock = fakeClock();
      const source = open(URL_OF_NOTHING, {
        fetch: async () => refused(503),
        retryOn: () => (source.close(), true),
      });
      const events = record(source);
      await settled();
      assert.equal(source.readyState, EventSource.CLOSED);
      assert.deepEqual(events.log, []);
      assert.deepEqual(clock.waits, []);
    });

    it('keeps to Retry-After in seconds, if that is longer', async () => {
      const answers = [refused(503, { 'retry-after': '7' }), refused(429, { 'retry-after': '1' }), refused(503)];
      assert.deepEqual(await waitsAfter(answers, { retryOn: () => true }), [7000, 3000, 3000]);
    });

    it('keeps to Retry-After whatever backoff and jitter say', async () => {
      const answers = [refused(503, { 'retry-after': '60' }), refused(503)];
      const backoff = { factor: 2, maxDelay: 10, jitter: 1 };
      const [first, second] = await waitsAfter(answers, { retryOn: () => true, backoff });
      assert.equal(first, 60_000);
      assert.ok(second <= 6000);
    });

    it('keeps to Retry-After as a date', async () => {
      const at = new Date(Date.now() + 60_000).toUTCString();
      const [wait] = await waitsAfter([refused(503, { 'retry-after': at })], { retryOn: () => true });
      // A date has no milliseconds; the rest is what passed meanwhile.
      assert.ok(wait > 50_000 && wait <= 60_000, `${wait}`);
    });

    for (const value of ['Thu, 01 Jan 1970 00:00:00 GMT', 'soon', '-5', '']) {
      it(`does not wait longer for the Retry-After '${value}'`, async () => {
        const answers = [refused(503, { 'retry-after': value })];
        assert.deepEqual(await waitsAfter(answers, { retryOn: () => true }), [3000]);
      });
    }

    it('does not wait longer than a timer can (trap: an overflow that becomes a storm of requests)', async () => {
      for (const value of ['99999999999', '9'.repeat(400)]) {
        const answers = [refused(503, { 'retry-after': value })];
        assert.deepEqual(await waitsAfter(answers, { retryOn: () => true }), [MAX_DELAY]);
      }
    });
  });

  describe('idleTimeout', () => {
    it('is off by default', async () => {
      const clock = fakeClock();
      const server = await serve([{}]);
      await record(open(server.url)).next('open');
      assert.deepEqual(clock.waits, []);
    });

    it('reconnects when no response comes', async () => {
      const clock = fakeClock();
      const server = await serve([{ before: 'stall' }, {}]);
      const source = open(server.url, { idleTimeout: 500 });
      const events = record(source);
      const request = await server.request(0);
      clock.tick(499);
      await settled();
      assert.deepEqual(events.log, []);
      clock.tick(1);
      const error = await events.next('error');
      assert.equal(source.readyState, EventSource.CONNECTING);
      assert.match(error.message, /nothing for 500 ms/);
      assert.equal(error.retryIn, 3000);
      assert.equal(error.status, undefined);
      await request.closed();
      assert.deepEqual(clock.waits, [3000]);
      clock.pass();
      await events.next('open');
      assert.deepEqual(events.log, ['error', 'open']);
    });

    it('reconnects when a stream falls silent, with the last event ID', async () => {
      const clock = fakeClock();
      const server = await serve([{ chunks: ['id: 4\ndata: x\n\n'] }, {}]);
      const events = record(open(server.url, { idleTimeout: 500 }));
      await events.until('message');
      clock.tick(500);
      const error = await events.next('error');
      assert.equal(error.status, 200);
      await (await server.request(0)).closed();
      clock.pass();
      assert.equal((await server.request(1)).headers['last-event-id'], '4');
      await events.next('open');
    });

    it('begins anew with the response, and with every byte, comments too', async () => {
      const clock = fakeClock();
      const server = await serve([{ before: 'stall' }]);
      let heard = deferred();
      const source = open(server.url, { idleTimeout: 500, comment: () => heard.resolve() });
      const events = record(source);
      const request = await server.request(0);
      clock.tick(400);
      request.play({ chunks: [':\n'] });
      await events.next('open');
      await heard.promise;
      heard = deferred();
      for (let n = 0; n < 3; n++) {
        clock.tick(400);
        await request.write(':\n');
        await heard.promise;
        heard = deferred();
      }
      clock.tick(400);
      await request.write('data: x\n\n');
      await events.next('message');
      clock.tick(499);
      await settled();
      assert.deepEqual(events.log, ['open', 'message: x']);
      clock.tick(1);
      await events.next('error');
    });

    it('leaves no timer when the source is closed, or fails', async () => {
      const clock = fakeClock();
      const server = await serve([{}, { before: 'stall' }, { status: 500 }]);
      const opened = open(server.url, { idleTimeout: 500 });
      await record(opened).next('open');
      assert.deepEqual(clock.waits, [500]);
      opened.close();
      assert.deepEqual(clock.waits, []);
      const connecting = open(server.url, { idleTimeout: 500 });
      await server.request(1);
      connecting.close();
      assert.deepEqual(clock.waits, []);
      await record(open(server.url, { idleTimeout: 500 })).next('error');
      assert.deepEqual(clock.waits, []);
    });

    it('leaves no timer when an event over the limit fails the source (trap: the idle time begins anew)', async () => {
      const clock = fakeClock();
      const server = await serve([{ chunks: ['data: 1234567\n\n'] }]);
      await record(open(server.url, { idleTimeout: 500, maxEventSize: 4 })).until('error');
      assert.deepEqual(clock.waits, []);
    });

    it('does not run while the source waits', async () => {
      const clock = fakeClock();
      const server = await serve([{ then: 'end' }]);
      await record(open(server.url, { idleTimeout: 500 })).until('error');
      assert.deepEqual(clock.waits, [3000]);
    });

    it('runs while `headers` is asked: a token that never comes is asked for again', async () => {
      const clock = fakeClock();
      let count = 0;
      const events = record(open(URL_OF_NOTHING, { idleTimeout: 500, headers: () => (count++, forever()) }));
      await settled();
      clock.tick(500);
      await events.next('error');
      clock.pass();
      await settled();
      assert.equal(count, 2);
    });
  });

  describe('maxEventSize', () => {
    it('under the name of maxBufferSize counts characters, as its message says', async () => {
      const stream = streamResponse();
      const source = open(URL_OF_NOTHING, { maxBufferSize: 10, fetch: async () => stream.response });
      const events = record(source);
      stream.write(`data: ${'\u20ac'.repeat(10)}\n\ndata: ${'\u20ac'.repeat(11)}\n\n`);
      assert.equal((await events.until('message')).data.length, 10);
      const { message } = await events.next('error');
      assert.match(message, /larger than 10 characters; the maxBufferSize option/);
    });

    for (const [name, text] of Object.entries({
      data: 'data: 12345678901\n\n',
      'data of many lines': 'data: 1234\ndata: 1234\ndata: 1234\n\n',
      'a type': 'event: 12345678901\ndata: x\n\n',
      'an id': 'id: 12345678901\ndata: x\n\n',
      'a line that does not end': 'data: 12345678901',
    })) {
      it(`fails for ${name} above it`, async () => {
        const clock = fakeClock();
        const stream = streamResponse();
        const source = open(URL_OF_NOTHING, { maxEventSize: 10, fetch: async () => stream.response });
        const events = record(source);
        stream.write('data: 1234567890\n\n');
        assert.equal((await events.until('message')).data, '1234567890');
        stream.write(text);
        const error = await events.next('error');
        assert.match(error.message, /larger than 10 bytes.*maxEventSize/);
        assert.equal(error.retryIn, null);
        assert.equal(error.code, undefined);
        assert.equal(source.readyState, EventSource.CLOSED);
        await stream.cancelled();
        assert.deepEqual(clock.waits, []);
      });
    }

    it('counts bytes, not characters', async () => {
      fakeClock();
      const text = (data) => `data: ${data}\n\n`;
      const body = text('\u00e9'.repeat(5)) + text('\u00e9'.repeat(6));
      const events = record(open(URL_OF_NOTHING, { maxEventSize: 10, fetch: async () => answer(body) }));
      await events.until('message');
      await events.next('error');
    });

    it('does not count comments and other fields', async () => {
      fakeClock();
      const body = `:${'x'.repeat(99)}\nother: ${'x'.repeat(99)}\ndata: 1\n\n`;
      const events = record(open(URL_OF_NOTHING, { maxEventSize: 10, fetch: async () => answer(body) }));
      assert.equal((await events.until('message')).data, '1');
    });
  });

  describe('comment', () => {
    /** The comments of a stream of these chunks, whose last event is `end`. */
    async function commentsOf(...chunks) {
      const stream = streamResponse();
      const comments = [];
      const source = open(URL_OF_NOTHING, {
        fetch: async () => stream.response,
        comment: (text) => comments.push(text),
      });
      const events = record(source, 'end');
      for (const chunk of chunks) stream.write(chunk);
      stream.write('event: end\ndata: x\n\n');
      await events.until('end');
      return comments;
    }

    it('is called for every comment line, with the text after the colon, less one space', async () => {
      const body = ':one\n: two\n:  three\n:\n: \n:: four\r:five\r\ndata: x\n: six \ndata: y\n\n';
      const comments = ['one', 'two', ' three', '', '', ': four', 'five', 'six '];
      assert.deepEqual(await commentsOf(body), comments);
      assert.deepEqual(await commentsOf(...body), comments);
    });

    it('is called with the text decoded, however it is cut', async () => {
      const bytes = new TextEncoder().encode(': \u20ac\u{1F600}\n');
      assert.deepEqual(await commentsOf(...Array.from(bytes, (byte) => Uint8Array.of(byte))), ['\u20ac\u{1F600}']);
    });

    it('is not called for a comment that does not end', async () => {
      fakeClock();
      const comments = [];
      const source = open(URL_OF_NOTHING, {
        fetch: async () => answer(':a\n:b'),
        comment: (text) => comments.push(text),
      });
      await record(source).until('error');
      assert.deepEqual(comments, ['a']);
    });

    it('is called in the order of the stream', async () => {
      const stream = streamResponse();
      const seen = [];
      const source = open(URL_OF_NOTHING, {
        fetch: async () => stream.response,
        comment: (text) => seen.push(`:${text}`),
      });
      source.addEventListener('message', ({ data }) => seen.push(data));
      const events = record(source);
      stream.write(':a\ndata: 1\n\n:b\n:c\ndata: 2\n\ndata: 3\n\n');
      for (let n = 0; n < 3; n++) await events.until('message');
      assert.deepEqual(seen, [':a', '1', ':b', ':c', '2', '3']);
    });

    it('that throws is reported, and loses nothing', async () => {
      const reported = [];
      const native = Object.getOwnPropertyDescriptor(globalThis, 'reportError');
      Object.defineProperty(globalThis, 'reportError', {
        value: (error) => reported.push(error),
        configurable: true,
        writable: true,
      });
      atTearDown(() => {
        if (native) Object.defineProperty(globalThis, 'reportError', native);
        else delete globalThis.reportError;
      });
      const stream = streamResponse();
      const error = new Error('thrown by comment');
      let count = 0;
      const source = open(URL_OF_NOTHING, {
        fetch: async () => stream.response,
        comment: () => {
          count++;
          throw error;
        },
      });
      const events = record(source);
      stream.write(':a\ndata: 1\n\n:b\ndata: 2\n\n');
      await events.until('message');
      await events.next('message');
      stream.write('data: 3\n\n');
      await events.next('message');
      assert.equal(count, 2);
      assert.deepEqual(reported, [error, error]);
      assert.deepEqual(events.log, ['open', 'message: 1', 'message: 2', 'message: 3']);
    });

    it('may close the source: no event and no comment after it', async () => {
      const stream = streamResponse();
      const comments = [];
      const source = open(URL_OF_NOTHING, {
        fetch: async () => stream.response,
        comment: (text) => {
          comments.push(text);
          source.close();
        },
      });
      const events = record(source);
      stream.write('data: 1\n\n:a\n:b\ndata: 2\n\n');
      await stream.cancelled();
      await settled();
      assert.deepEqual(comments, ['a']);
      assert.deepEqual(events.log, ['open', 'message: 1']);
    });
  });
});
