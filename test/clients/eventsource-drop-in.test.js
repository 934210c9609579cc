// The documented behaviour of the `eventsource` package, version 5, where it goes beyond the standard.
import { inspect } from 'node:util';
import { runInNewContext } from 'node:vm';
import * as root from '../../js/index.js';
import { assert } from '../support/assert.js';
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
import { settled } from '../support/wait.js';

const nowhere = 'http://127.0.0.1/';

/** A `fetch` that keeps its calls and never answers. */
function silentFetch() {
  const calls = [];
  return {
    calls,
    fetch(...values) {
      calls.push({ self: this, values });
      return new Promise(() => {});
    },
  };
}

/** What a `fetch` need not give beyond: status, headers, url, redirected, a body with a reader. */
function leastResponse(chunks, more = {}) {
  const left = chunks.map((text) => new TextEncoder().encode(text));
  const reader = {
    read: async () => (left.length > 0 ? { done: false, value: left.shift() } : { done: true }),
    cancel: async () => {},
  };
  return {
    status: 200,
    url: nowhere,
    redirected: false,
    headers: { get: (name) => (name.toLowerCase() === 'content-type' ? 'text/event-stream' : null) },
    body: { getReader: () => reader },
    ...more,
  };
}

describe('drop-in for eventsource', () => {
  afterEach(tearDown);

  describe('interface', () => {
    it('is a named export with the name EventSource', () => {
      assert.equal(typeof EventSource, 'function');
      assert.equal(EventSource.name, 'EventSource');
      assert.ok(EventSource.prototype instanceof EventTarget);
    });

    it('tells that it takes a fetch: a symbol that is not enumerable', () => {
      const symbol = Symbol.for('eventsource.supports-fetch-override');
      assert.ok(symbol in EventSource);
      assert.deepEqual(Object.getOwnPropertyDescriptor(EventSource, symbol), {
        value: true,
        writable: false,
        enumerable: false,
        configurable: false,
      });
    });

    it('has the states on the class and on its instances', () => {
      const source = open(nowhere, silentFetch());
      for (const [name, value] of Object.entries({ CONNECTING: 0, OPEN: 1, CLOSED: 2 })) {
        assert.equal(EventSource[name], value);
        assert.equal(source[name], value);
      }
      assert.equal(source.readyState, EventSource.CONNECTING);
    });

    it('takes a string or a URL', () => {
      assert.equal(open(`${nowhere}a b`, silentFetch()).url, `${nowhere}a%20b`);
      assert.equal(open(new URL('/x', nowhere), silentFetch()).url, `${nowhere}x`);
    });

    for (const url of ['nope', '', 'http://', 123]) {
      it(`throws a SyntaxError for the URL ${JSON.stringify(url)}`, () => {
        assert.throws(() => new EventSource(url, silentFetch()), { name: 'SyntaxError' });
      });
    }

    it('exports the class of its error events', async () => {
      const error = await record(open(nowhere, { fetch: () => Promise.reject(new Error('no')), maxRetries: 0 })).next(
        'error',
      );
      assert.equal(typeof root.ErrorEvent, 'function');
      assert.ok(error instanceof root.ErrorEvent);
    });
  });

  describe('fetch', () => {
    it('gets the URL and what the standard says of the request', async () => {
      const given = silentFetch();
      open(`${nowhere}path?query`, { fetch: given.fetch });
      await settled();
      assert.equal(given.calls.length, 1);
      const [url, init] = given.calls[0].values;
      assert.equal(given.calls[0].values.length, 2);
      assert.equal(String(url), `${nowhere}path?query`);
      assert.deepEqual({ ...init.headers }, { Accept: 'text/event-stream' });
      assert.equal(init.mode, 'cors');
      assert.equal(init.redirect, 'follow');
      assert.equal(init.cache, 'no-store');
      assert.ok(init.signal instanceof AbortSignal);
      assert.equal(init.signal.aborted, false);
    });

    it('is called as a plain function', async () => {
      const given = silentFetch();
      open(nowhere, { fetch: given.fetch });
      await settled();
      assert.equal(given.calls[0].self, undefined);
    });

    it('is the global one when none is given', async () => {
      const calls = replaceFetch(() => new Promise(() => {}));
      open(nowhere);
      open(nowhere, { fetch: undefined });
      await settled();
      assert.equal(calls.length, 2);
    });

    it('may add headers to those it gets', async () => {
      const server = await serve([{ chunks: ['data: x\n\n'] }]);
      const fetch = (url, init) =>
        nativeFetch(url, { ...init, headers: { ...init.headers, Authorization: 'Bearer t' } });
      await record(open(server.url, { fetch })).until('message');
      const { headers } = await server.request(0);
      assert.equal(headers.authorization, 'Bearer t');
      assert.equal(headers.accept, 'text/event-stream');
    });

    it('gets Last-Event-ID with the next request, as the bytes of its UTF-8', async () => {
      const clock = fakeClock();
      const calls = [];
      const streams = [streamResponse(), streamResponse()];
      const fetch = async (url, init) => {
        calls.push(init);
        return streams[calls.length - 1].response;
      };
      const events = record(open(nowhere, { fetch }));
      await events.next('open');
      streams[0].write('id: é😀\ndata: x\n\n');
      await events.next('message');
      streams[0].end();
      await events.next('error');
      clock.pass();
      await events.next('open');
      assert.deepEqual(Object.keys(calls[0].headers), ['Accept']);
      assert.equal(Buffer.from(calls[1].headers['Last-Event-ID'], 'latin1').toString(), 'é😀');
      assert.equal(calls[1].headers.Accept, 'text/event-stream');
      assert.notEqual(calls[1].signal, undefined);
    });

    it('has its signal aborted by close, without an error event', async () => {
      const calls = [];
      const fetch = (url, { signal }) => {
        calls.push(signal);
        return new Promise((resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
      };
      const source = open(nowhere, { fetch });
      const events = record(source);
      await settled();
      source.close();
      assert.equal(calls[0].aborted, true);
      await settled();
      assert.deepEqual(events.log, []);
      assert.equal(source.readyState, EventSource.CLOSED);
    });

    it('may answer with no more than the documented members of a response', async () => {
      fakeClock();
      const source = open(nowhere, { fetch: async () => leastResponse(['data: a\n\nda', 'ta: b\n\n']) });
      const events = record(source);
      const error = await events.until('error');
      assert.deepEqual(events.log, ['open', 'message: a', 'message: b', 'error']);
      assert.equal(source.readyState, EventSource.CONNECTING);
      assert.equal(error.cause, undefined, error.message);
    });

    it('may answer with bytes of another realm', async () => {
      const bytes = runInNewContext('Uint8Array.of(...codes)', { codes: [...Buffer.from('data: a\n\n')] });
      const stream = streamResponse();
      const events = record(open(nowhere, { fetch: async () => stream.response }));
      await events.next('open');
      stream.enqueue(bytes);
      assert.equal((await events.next('message')).data, 'a');

      const data = [];
      root.createParser({ onEvent: (event) => data.push(event.data) }).feed(bytes);
      assert.deepEqual(data, ['a']);
    });

    it('that answers with the response of a redirect gives events of its origin', async () => {
      const other = 'http://127.0.0.2:81';
      const more = { redirected: true, url: `${other}/there` };
      const source = open(nowhere, { fetch: async () => leastResponse(['data: a\n\n'], more) });
      assert.equal((await record(source).until('message')).origin, other);
      assert.equal(source.url, nowhere);
    });

    it('that rejects gives an error event with what it says, and is called again', async () => {
      const clock = fakeClock();
      const calls = [];
      const fetch = async () => {
        calls.push(calls.length);
        throw new TypeError('fetch failed', { cause: new Error('no route to host') });
      };
      const events = record(open(nowhere, { fetch }));
      const error = await events.next('error');
      assert.match(error.message, /fetch failed/);
      assert.match(error.message, /no route to host/);
      assert.equal(error.code, undefined);
      clock.pass();
      await events.next('error');
      assert.equal(calls.length, 2);
    });
  });

  describe('maxBufferSize', () => {
    it('fails the connection for good when more is buffered, with an error event', async () => {
      const server = await serve([{ chunks: ['data: ok\n\n', `data: ${'x'.repeat(2000)}`] }]);
      const source = open(server.url, { maxBufferSize: 1000 });
      const events = record(source);
      assert.match((await events.until('error')).message, /larger than 1000 characters.*maxBufferSize option/);
      assert.deepEqual(events.log, ['open', 'message: ok', 'error']);
      assert.equal(source.readyState, EventSource.CLOSED);
      await settled();
      assert.equal(await server.count(), 1);
    });
  });

  describe('events', () => {
    it('message listeners get events without a type and of the type message, others only their own', async () => {
      const server = await serve([
        {
          chunks: ['data: bare\n\nevent: message\ndata: named\n\nevent: notice\ndata: n\n\nevent: update\ndata: u\n\n'],
        },
      ]);
      const source = open(server.url);
      const seen = [];
      source.onmessage = ({ data }) => seen.push(`onmessage ${data}`);
      source.addEventListener('notice', ({ data }) => seen.push(`notice ${data}`));
      await record(source, 'update').until('update');
      assert.deepEqual(seen, ['onmessage bare', 'onmessage named', 'notice n']);
    });

    it('keep the last event ID when their block has none', async () => {
      const server = await serve([{ chunks: ['id: 1\ndata: a\n\ndata: b\n\nid\ndata: c\n\n'] }]);
      const events = record(open(server.url));
      for (const id of ['1', '1', '']) assert.equal((await events.until('message')).lastEventId, id);
    });

    it('do not come after close in a listener, though the same chunk holds more', async () => {
      const server = await serve([{ chunks: ['data: a\n\ndata: b\n\ndata: c\n\n'] }]);
      const source = open(server.url);
      const events = record(source);
      source.addEventListener('message', () => source.close());
      await events.until('message');
      await settled();
      assert.deepEqual(events.log, ['open', 'message: a']);
    });

    it('handlers that are set to null are not called, and are read back', async () => {
      const source = open(nowhere, { fetch: async () => leastResponse(['data: a\n\n']) });
      const handler = () => assert.fail('it was taken off');
      for (const name of ['onopen', 'onmessage', 'onerror']) {
        assert.equal(source[name], null);
        source[name] = handler;
        assert.equal(source[name], handler);
        source[name] = null;
        assert.equal(source[name], null);
      }
      fakeClock();
      await record(source).until('error');
    });
  });

  describe('error events', () => {
    for (const [name, answer, code] of [
      ['a status that is not 200', { status: 401, then: 'end' }, 401],
      ['a status of the server', { status: 503, then: 'end' }, 503],
      ['204, which ends reconnecting', { status: 204, type: null, then: 'end' }, 204],
      ['another content type', { type: 'text/plain', then: 'end' }, 200],
    ]) {
      it(`have the status as code and a message for ${name}`, async () => {
        const server = await serve([answer]);
        const source = open(server.url);
        const error = await record(source).next('error');
        assert.equal(error.type, 'error');
        assert.ok(error instanceof Event);
        assert.equal(error.code, code);
        assert.equal(typeof error.message, 'string');
        assert.notEqual(error.message, '');
        assert.equal(source.readyState, EventSource.CLOSED);
        await settled();
        assert.equal(await server.count(), 1);
      });
    }

    it('have no code when the stream has ended, and it reconnects', async () => {
      fakeClock();
      const server = await serve([{ then: 'end' }]);
      const source = open(server.url);
      const error = await record(source).until('error');
      assert.equal(error.code, undefined);
      assert.equal(source.readyState, EventSource.CONNECTING);
    });

    it('are seen by console.log with message and code', async () => {
      const server = await serve([{ status: 418, then: 'end' }]);
      const error = await record(open(server.url)).next('error');
      const shown = inspect(error);
      assert.match(shown, /message/);
      assert.match(shown, /code.*418/s);
    });
  });
});
