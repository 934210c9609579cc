// What the request carries, and what a runtime refuses of it.
import { assert } from '../support/assert.js';
import { itUnless, limits } from '../support/platform.js';
import {
  EventSource,
  fakeClock,
  nativeFetch,
  open,
  record,
  replaceFetch,
  serve,
  streamResponse,
  tearDown,
} from '../support/scene.js';

/** Another realm's, as jsdom's are in Node. */
class ForeignSignal extends EventTarget {
  aborted = false;
  reason = undefined;
  throwIfAborted() {
    if (this.aborted) throw this.reason;
  }
}

class ForeignController {
  signal = new ForeignSignal();
  abort(reason = new DOMException('aborted', 'AbortError')) {
    if (this.signal.aborted) return;
    this.signal.aborted = true;
    this.signal.reason = reason;
    this.signal.dispatchEvent(new Event('abort'));
  }
}

/** In a page, the server is another origin, to which URL credentials do not go by themselves. */
const init = { withCredentials: true };

const withUser = (url, user) => url.replace('//', `//${user}@`);

describe('the request', () => {
  afterEach(tearDown);

  describe('a user name and a password in the URL', () => {
    for (const [user, sent] of [
      ['user:pass', 'user:pass'],
      ['user', 'user:'],
      [':pass', ':pass'],
      ['a%40b:c%3Ad%2f', 'a@b:c:d/'],
      ['a%u0041:%', 'a%u0041:%'],
    ]) {
      it(`${user} are sent as Basic authorization`, async () => {
        const server = await serve([{}]);
        const source = open(withUser(server.url, user), init);
        await record(source).next('open');
        assert.equal((await server.request(0)).headers.authorization, `Basic ${btoa(sent)}`);
        assert.equal(source.url, new URL(withUser(server.url, user)).href);
      });
    }

    it('beyond ASCII are sent as UTF-8', async () => {
      const server = await serve([{}]);
      await record(open(withUser(server.url, 'ü:€'), init)).next('open');
      // The bytes C3 BC 3A E2 82 AC.
      assert.equal((await server.request(0)).headers.authorization, 'Basic w7w64oKs');
    });

    it('do not go over an Authorization of the caller', async () => {
      const server = await serve([{}]);
      await record(open(withUser(server.url, 'user:pass'), { ...init, headers: { Authorization: 'Bearer x' } })).next(
        'open',
      );
      assert.equal((await server.request(0)).headers.authorization, 'Bearer x');
    });

    it('come with every request, and are the origin of no event', async () => {
      const clock = fakeClock();
      const server = await serve([{ chunks: ['data: x\n\n'], then: 'end' }, {}]);
      const events = record(open(withUser(server.url, 'user:pass'), init));
      assert.equal((await events.until('message')).origin, server.origin);
      await events.until('error');
      clock.pass();
      assert.equal((await server.request(1)).headers.authorization, `Basic ${btoa('user:pass')}`);
    });

    it('reach a fetch of the caller outside of the URL', async () => {
      const stream = streamResponse();
      let given;
      const fetch = async (url, { headers }) => {
        given = { url, authorization: headers.authorization };
        return stream.response;
      };
      await record(open('http://user:pass@127.0.0.1/', { ...init, fetch })).next('open');
      assert.deepEqual(given, { url: 'http://127.0.0.1/', authorization: `Basic ${btoa('user:pass')}` });
    });

    it('stand in no message', async () => {
      fakeClock();
      replaceFetch((url) => Promise.reject(new TypeError(`no ${url}`)));
      const { message } = await record(open('http://user:secret@127.0.0.1/', init)).next('error');
      assert.match(message, /^The request/);
      assert.ok(!message.includes('secret'), message);
      const wrong = [
        'http://user:secret@[/',
        '//user:secret@[/',
        'https:user:secret@a b/',
        'http://user:se/cret@[/',
        'http://user:se?c@ret@[/',
      ];
      for (const url of wrong) {
        assert.throws(
          () => new EventSource(url),
          ({ name, message }) => name === 'SyntaxError' && !/se\W?c\W?ret/.test(message),
          url,
        );
      }
    });
  });

  for (const host of ['this is invalid', 'a%20b', 'a<b', 'a%00b']) {
    it(`a host that cannot be, '${host}', is a SyntaxError`, () => {
      assert.throws(
        () => new EventSource(`http://${host}/`),
        ({ name }) => name === 'SyntaxError',
      );
    });
  }

  it('percent signs elsewhere than in the host are no error', () => {
    replaceFetch(() => new Promise(() => {}));
    assert.equal(open('http://u%20:p@127.0.0.1/a%20b?c%20d#e%20f').url, 'http://u%20:p@127.0.0.1/a%20b?c%20d#e%20f');
  });

  describe('what a runtime refuses', () => {
    /** As workerd before 2024-11-11: its Request, and so its fetch. */
    function refuse(name) {
      const { Request } = globalThis;
      globalThis.Request = class extends Request {
        constructor(url, init = {}) {
          if (init[name] !== undefined) throw new TypeError(`The '${name}' field is not implemented.`);
          super(url, init);
        }
      };
      const calls = replaceFetch(async (url, init) => {
        new globalThis.Request(url, { ...init, body: undefined });
        return nativeFetch(url, init);
      });
      return { calls, restore: () => (globalThis.Request = Request) };
    }

    for (const name of ['cache', 'mode', 'credentials']) {
      itUnless(limits.replacedClass ?? (name === 'cache' ? undefined : limits.cache))(
        `${name} is left out`,
        async () => {
          const server = await serve([{}]);
          const { calls, restore } = refuse(name);
          try {
            await record(open(server.url)).next('open');
          } finally {
            restore();
          }
          assert.equal(calls.length, 2);
          assert.deepEqual(
            Object.keys(calls[0].init).filter((key) => !(key in calls[1].init)),
            [name],
          );
          assert.equal(await server.count(), 1);
        },
      );
    }

    itUnless(limits.replacedClass)('and cannot be left out is the end, and said', async () => {
      const { restore } = refuse('method');
      try {
        const source = open('http://127.0.0.1/');
        const { message, retryIn } = await record(source).next('error');
        assert.match(message, /^The connection failed: .*nothing can be sent.*'method' field/);
        assert.equal(retryIn, null);
        assert.equal(source.readyState, EventSource.CLOSED);
      } finally {
        restore();
      }
    });

    itUnless(limits.cache)('a network error is not taken for that', async () => {
      fakeClock();
      const calls = replaceFetch(() => Promise.reject(new TypeError('Failed to fetch')));
      const source = open('data:text/event-stream,');
      await record(source).next('error');
      assert.equal(source.readyState, EventSource.CONNECTING);
      assert.equal(calls.length, 1);
    });
  });

  describe('where AbortController is of another realm', () => {
    let own;
    beforeEach(() => {
      own = globalThis.AbortController;
      globalThis.AbortController = ForeignController;
    });
    afterEach(() => (globalThis.AbortController = own));

    it('opens, and close() ends the response', async () => {
      const server = await serve([{}]);
      const source = open(server.url);
      await record(source).next('open');
      source.close();
      await (await server.request(0)).closed();
    });

    itUnless(limits.foreignSignals)('close() ends a request without an answer', async () => {
      const server = await serve([{ before: 'stall' }]);
      const source = open(server.url);
      const request = await server.request(0);
      source.close();
      await request.closed();
    });

    itUnless(limits.replacedClass)('its signal reaches a fetch that takes it', async () => {
      const stream = streamResponse();
      let given;
      const fetch = async (url, { signal }) => {
        given = signal;
        return stream.response;
      };
      const source = open('http://127.0.0.1/', { fetch });
      await record(source).next('open');
      source.close();
      assert.ok(given instanceof ForeignSignal && given.aborted);
    });
  });

  describe('requestUrl', () => {
    it('makes the URL of each request, and leaves url', async () => {
      const clock = fakeClock();
      const server = await serve([{ then: 'end' }, {}]);
      let n = 0;
      const source = open(server.url, { requestUrl: async (url) => new URL(`${url}?token=${++n}`) });
      const events = record(source);
      await events.until('error');
      clock.pass();
      await events.next('open');
      assert.deepEqual(
        [(await server.request(0)).path, (await server.request(1)).path],
        ['/stream?token=1', '/stream?token=2'],
      );
      assert.equal(source.url, server.url);
    });

    it('has its own user name and password, and not those of url', async () => {
      const server = await serve([{}]);
      await record(open('http://user:pass@127.0.0.1/', { ...init, requestUrl: () => server.url })).next('open');
      assert.equal((await server.request(0)).headers.authorization, undefined);
    });

    it('gives events their origin where the response has no URL', async () => {
      const stream = streamResponse();
      const source = open('http://127.0.0.1/', {
        requestUrl: () => 'https://example.org/',
        fetch: async () => ({
          ...stream.response,
          status: 200,
          headers: stream.response.headers,
          body: stream.body,
          url: '',
        }),
      });
      stream.write('data: x\n\n');
      assert.equal((await record(source).until('message')).origin, 'https://example.org');
    });

    it('that throws, or returns no URL, is an error of that attempt', async () => {
      for (const [requestUrl, text] of [
        [() => Promise.reject(new Error('no token')), /no token/],
        [() => 'http://[', /not a valid URL/],
      ]) {
        const clock = fakeClock();
        const events = record(open('http://127.0.0.1/', { requestUrl }));
        const { message, retryIn } = await events.next('error');
        assert.match(message, text);
        assert.equal(retryIn, 3000);
        clock.uninstall();
      }
    });

    it('is a function', () => {
      assert.throws(
        () => new EventSource('http://127.0.0.1/', { requestUrl: 'http://127.0.0.1/' }),
        /requestUrl must be a function/,
      );
    });
  });

  describe('lastEventIdQueryParameterName', () => {
    it('puts the id into the query, in place of the header', async () => {
      const clock = fakeClock();
      const server = await serve([{ chunks: ['id: ü&=\n\n'], then: 'end' }, {}]);
      const events = record(open(`${server.url}?a=b`, { lastEventIdQueryParameterName: 'last id' }));
      await events.until('error');
      clock.pass();
      await events.next('open');
      const { path, headers } = await server.request(1);
      assert.equal((await server.request(0)).path, '/stream?a=b');
      assert.equal(path, '/stream?a=b&last+id=%C3%BC%26%3D');
      assert.equal(headers['last-event-id'], undefined);
      assert.equal((await server.preflights()).length, 0);
    });

    it('carries an id that no header can, and no message says otherwise', async () => {
      const clock = fakeClock();
      const server = await serve([{ chunks: ['id: a\x01b\n\n'], then: 'end' }, {}]);
      const events = record(open(server.url, { lastEventIdQueryParameterName: 'id' }));
      assert.match((await events.until('error')).message, /reconnecting in 3000 ms\.$/);
      clock.pass();
      assert.equal((await server.request(1)).path, '/stream?id=a%01b');
    });

    for (const name of ['', 5, null]) {
      it(`is not ${JSON.stringify(name)}`, () => {
        assert.throws(() => new EventSource('http://127.0.0.1/', { lastEventIdQueryParameterName: name }), TypeError);
      });
    }
  });

  describe('what was not meant', () => {
    for (const [what, given, text] of [
      ['a plain object as body', { method: 'POST', body: { a: 1 } }, /JSON\.stringify/],
      ['a list as body', { method: 'POST', body: [1] }, /JSON\.stringify/],
      [
        'a body without a method',
        { body: 'x' },
        /The option method must be one that may have a body \(such as POST\) where body is given, not "GET"\./,
      ],
      ['a header undefined', { headers: { 'X-Own': undefined } }, /X-Own is undefined/],
      ['a header null', { headers: { 'X-Own': null } }, /X-Own is null/],
      ['a header undefined in a list', { headers: [['X-Own', undefined]] }, /X-Own is undefined/],
      ['a header undefined in a Map', { headers: new Map([['X-Own', undefined]]) }, /X-Own is undefined/],
      [
        'a member that backoff has not',
        { backoff: { max: 5 } },
        /backoff must be of factor, maxDelay and jitter, not "max"/,
      ],
      ['retryOn as a list', { retryOn: [503] }, /retryOn must be a function, such as \(\{ status \}\) => /],
    ]) {
      it(`${what} is a TypeError`, () => {
        assert.throws(
          () => new EventSource('http://127.0.0.1/', given),
          (error) => error instanceof TypeError && text.test(error.message),
        );
      });
    }

    for (const [what, given, text] of [
      ['a header undefined, of a function', { headers: async () => ({ 'X-Own': undefined }) }, /X-Own is undefined/],
      ['a plain object as body, of a function', { method: 'POST', body: async () => ({}) }, /JSON\.stringify/],
    ]) {
      it(`${what} is an error of that attempt`, async () => {
        fakeClock();
        const calls = replaceFetch(() => new Promise(() => {}));
        const { message, retryIn } = await record(open('http://127.0.0.1/', given)).next('error');
        assert.match(message, text);
        assert.equal(retryIn, 3000);
        assert.equal(calls.length, 0);
      });
    }

    it('a class of its own that says what it is as text is a body', async () => {
      const calls = replaceFetch(() => new Promise(() => {}));
      const body = { toString: () => 'text' };
      open('data:text/event-stream,', { method: 'POST', body });
      await new Promise((resolve) => setTimeout(resolve, 0));
      assert.equal(calls[0].init.body, body);
    });
  });

  itUnless(limits.cache)('a stream as body is not sent twice, which the source says as it fails', async () => {
    const clock = fakeClock();
    const body = new ReadableStream();
    let calls = 0;
    const fetch = async () => {
      calls++;
      throw new Error('lost');
    };
    const source = open('http://127.0.0.1/', { method: 'POST', body, fetch });
    const events = record(source);
    assert.equal((await events.next('error')).retryIn, 3000);
    clock.pass();
    const { message, retryIn } = await events.next('error');
    assert.match(message, /^The connection failed: .*body is a stream, which can be sent once/);
    assert.equal(retryIn, null);
    assert.equal(calls, 1);
  });

  describe('allowMissingContentType', () => {
    it('takes a response without one', async () => {
      const server = await serve([{ type: null, chunks: ['data: x\n\n'] }]);
      const events = record(open(server.url, { allowMissingContentType: true }));
      await events.next('open');
      assert.equal((await events.next('message')).data, 'x');
    });

    it('does not take another one, nor any without being given', async () => {
      const server = await serve([{ type: 'text/plain' }, { type: null }, { type: null }]);
      for (const allowMissingContentType of [true, false, undefined]) {
        const source = open(server.url, { allowMissingContentType });
        await record(source).next('error');
        assert.equal(source.readyState, EventSource.CLOSED);
      }
    });
  });
});
