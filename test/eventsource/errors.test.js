// What an error event says, and a fetch that misbehaves.
import { assert } from '../support/assert.js';
import { itUnless, limits } from '../support/platform.js';
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

const nowhere = 'http://127.0.0.1/';

describe('errors', () => {
  afterEach(tearDown);

  describe('error event', () => {
    itUnless(limits.messageEvent)('is a plain Event with a message, not a MessageEvent', async () => {
      const server = await serve([{ status: 404 }]);
      const error = await record(open(server.url)).next('error');
      assert.ok(error instanceof Event);
      assert.equal(error instanceof MessageEvent, false);
      assert.equal(error.bubbles, false);
      assert.equal(error.cancelable, false);
      assert.equal(typeof error.message, 'string');
    });

    it('has what the failed request threw as its cause, and names it', async () => {
      fakeClock();
      const cause = new TypeError('fetch failed', { cause: new Error('socket hang-up') });
      replaceFetch(() => Promise.reject(cause));
      const error = await record(open(nowhere)).next('error');
      assert.equal(error.cause, cause);
      assert.match(error.message, /request failed/);
      assert.match(error.message, /fetch failed: socket hang-up/);
    });

    it('has what the body threw as its cause, and names it', async () => {
      fakeClock();
      const stream = streamResponse();
      replaceFetch(async () => stream.response);
      const events = record(open(nowhere));
      await events.next('open');
      const cause = new Error('wire cut');
      stream.fail(cause);
      const error = await events.next('error');
      assert.equal(error.cause, cause);
      assert.match(error.message, /broke off/);
      assert.match(error.message, /wire cut/);
    });

    it('keeps no code or cause of an earlier error', async () => {
      const clock = fakeClock();
      const streams = [streamResponse(), streamResponse({ status: 503 })];
      const calls = replaceFetch(async () => {
        if (calls.length === 1) throw new Error('first');
        return streams[calls.length - 2].response;
      });
      const events = record(open(nowhere));
      assert.equal((await events.next('error')).cause.message, 'first');
      clock.pass();
      await events.next('open');
      streams[0].end();
      const ended = await events.next('error');
      assert.equal(ended.cause, undefined);
      assert.doesNotMatch(ended.message, /first/);
      clock.pass();
      const refused = await events.next('error');
      assert.equal(refused.cause, undefined);
      assert.equal(refused.code, 503);
    });
  });

  describe('a fetch that misbehaves', () => {
    /** The first error, after which the source must try again. Mocha fails the test on an unhandled rejection. */
    async function errorAndReconnection(answer, { opens = false } = {}) {
      const clock = fakeClock();
      const good = streamResponse();
      const calls = replaceFetch((url, init) =>
        calls.length === 1 ? answer(url, init) : Promise.resolve(good.response),
      );
      const source = open(nowhere);
      const events = record(source);
      if (opens) await events.next('open');
      const error = await events.next('error');
      assert.equal(source.readyState, EventSource.CONNECTING);
      assert.match(error.message, /reconnecting/);
      clock.pass();
      await events.next('open');
      good.write('data: good\n\n');
      await events.next('message');
      await settled();
      assert.equal(events.log.at(-1), 'message: good');
      return error;
    }

    it('throws', () =>
      errorAndReconnection(() => {
        throw new Error('at once');
      }));

    for (const [name, value] of Object.entries({ undefined, null: null, 'a string': 'x', 'a number': 200, '{}': {} })) {
      it(`resolves with ${name}`, () => errorAndReconnection(async () => value));
    }

    it('resolves with a response without headers', () =>
      errorAndReconnection(async () => ({ status: 200, body: null })));

    for (const [name, value] of Object.entries({
      undefined,
      null: null,
      'a string': 'down',
      'a symbol': Symbol('down'),
      'an object without a prototype': Object.create(null),
      'an error that is its own cause': Object.assign(new Error('loop'), { cause: null }),
    })) {
      it(`rejects with ${name}`, async () => {
        if (value instanceof Error) value.cause = value;
        const error = await errorAndReconnection(() => Promise.reject(value));
        assert.equal(error.cause, value);
        assert.match(error.message, /request failed/);
      });
    }

    for (const [name, value] of Object.entries({
      strings: 'data: x\n\n',
      undefined,
      numbers: 7,
      objects: {},
      ArrayBuffers: new ArrayBuffer(8),
      DataViews: new DataView(new TextEncoder().encode('data: x\n\n').buffer),
      'arrays of wider numbers': new Uint16Array([0x61, 0x62]),
    })) {
      it(`has a body that yields ${name}, which is cancelled`, async () => {
        const stream = streamResponse();
        const { response } = stream;
        stream.enqueue(value);
        const error = await errorAndReconnection(async () => response, { opens: true });
        assert.match(error.message, /Uint8Array/);
        assert.ok(error.cause instanceof TypeError);
        await stream.cancelled();
        assert.equal(stream.body.locked, false);
      });
    }

    for (const [name, body] of Object.entries({
      undefined,
      'an object': { pipe() {} },
      'a string': 'data: x\n\n',
    })) {
      it(`has a body that is ${name}: it fails, since another attempt would bring the same`, async () => {
        const clock = fakeClock();
        const headers = new Headers({ 'content-type': 'text/event-stream' });
        replaceFetch(async () => ({ status: 200, url: '', headers, body }));
        const source = open(nowhere);
        const error = await record(source).next('error');
        assert.match(error.message, /^The connection failed: the body of the response is not a ReadableStream/);
        assert.equal(error.code, 200);
        assert.equal(source.readyState, EventSource.CLOSED);
        assert.deepEqual(clock.waits, []);
      });
    }

    it('has a body that is locked already', () =>
      errorAndReconnection(
        async () => {
          const { response } = streamResponse();
          response.body.getReader();
          return response;
        },
        { opens: true },
      ));

    it('has a body without cancel, as those of other fetches: a refusal still fires error', async () => {
      const response = { status: 404, url: '', headers: new Headers(), body: { pipe() {} } };
      replaceFetch(async () => response);
      const source = open(nowhere);
      assert.equal((await record(source).next('error')).code, 404);
      assert.equal(source.readyState, EventSource.CLOSED);
    });

    it('has a body without cancel: close() in open does not throw', async () => {
      const headers = new Headers({ 'content-type': 'text/event-stream' });
      replaceFetch(async () => ({ status: 200, url: '', headers, body: { getReader() {} } }));
      const source = open(nowhere);
      const thrown = deferred();
      source.onopen = () => {
        try {
          source.close();
          thrown.resolve();
        } catch (error) {
          thrown.resolve(error);
        }
      };
      await record(source).next('open');
      assert.equal(await thrown.promise, undefined);
    });

    it('has a body whose cancel fails: close() causes no unhandled rejection', async () => {
      const body = new ReadableStream({
        cancel() {
          throw new Error('cannot cancel');
        },
      });
      replaceFetch(async () => new Response(body, { headers: { 'content-type': 'text/event-stream' } }));
      const source = open(nowhere);
      await record(source).next('open');
      source.close();
      await settled();
      assert.equal(body.locked, false);
    });

    itUnless(limits.needsFetch)('is missing', async () => {
      const clock = fakeClock();
      replaceFetch(() => {});
      globalThis.fetch = undefined;
      const source = open(nowhere);
      assert.match((await record(source).next('error')).message, /fetch/);
      assert.deepEqual(clock.waits, [3000]);
    });
  });
});
