// What servers and proxies answer that is no plain event stream. Compressed streams that are cut are in cuts.test.js.
import { createServer, request as makeRequest } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { createBrotliCompress, createDeflate, createGzip, constants } from 'node:zlib';
import { assert } from '../support/assert.js';
import { EventSource, fakeClock, open, record, serve, tearDown } from '../support/scene.js';
import { redirect } from '../support/server.js';
import { deferred, settled, within } from '../support/wait.js';
import { eventsAfter, expectEvents, EXPECTED, listen } from './wire.js';

/** @param {import('node:http').RequestListener} answer */
const serveHttp = async (answer) => `http://127.0.0.1:${await listen(createServer(answer))}/`;

const STREAM = { 'content-type': 'text/event-stream' };

describe('HTTP', () => {
  afterEach(tearDown);

  describe('a compressed stream', () => {
    const codings = {
      gzip: [createGzip, constants.Z_SYNC_FLUSH],
      deflate: [createDeflate, constants.Z_SYNC_FLUSH],
      br: [createBrotliCompress, constants.BROTLI_OPERATION_FLUSH],
    };
    for (const [coding, [create, flush]] of Object.entries(codings)) {
      it(`${coding}: each event is delivered when the server flushes it, not when the stream ends`, async () => {
        const opened = deferred();
        const url = await serveHttp((request, response) => {
          response.writeHead(200, { ...STREAM, 'content-encoding': coding });
          const compressor = create();
          compressor.pipe(response);
          opened.resolve(
            (text) => new Promise((resolve) => compressor.write(text, () => compressor.flush(flush, resolve))),
          );
        });
        const events = record(open(url));
        const write = await within(opened.promise, 'a request');
        for (const text of eventsAfter(0).slice(0, 2)) await write(text);
        await events.next('open');
        assert.equal((await events.next('message')).data, 'a');
        for (const text of eventsAfter(0).slice(2)) await write(text);
        for (let n = 1; n < EXPECTED.length; n++) await events.next('message');
      });
    }

    it('that is not what its Content-Encoding says: "broke off", and it is requested anew', async () => {
      const clock = fakeClock();
      let count = 0;
      const url = await serveHttp((request, response) => {
        response.writeHead(200, { ...STREAM, ...(++count === 1 ? { 'content-encoding': 'gzip' } : {}) });
        for (const text of eventsAfter(0)) response.write(text);
      });
      const events = record(open(url));
      assert.match((await events.until('error')).message, /^The connection broke off/);
      clock.pass();
      await expectEvents(events);
    });

    it('that unpacks to a thousand times its size: maxEventSize counts what comes out, and fails the connection', async () => {
      const url = await serveHttp((request, response) => {
        response.writeHead(200, { ...STREAM, 'content-encoding': 'gzip' });
        const compressor = createGzip();
        compressor.pipe(response);
        compressor.write('data: ');
        compressor.write(Buffer.alloc(2 ** 22, 'a'));
        compressor.flush();
      });
      const source = open(url, { maxEventSize: 2 ** 20 });
      const events = record(source);
      assert.match((await events.until('error')).message, /larger than 1048576 bytes/);
      assert.equal(source.readyState, EventSource.CLOSED);
    });
  });

  describe('redirects', () => {
    it('in a loop: "the request failed" after twenty, and the first URL is requested anew', async () => {
      const clock = fakeClock();
      const paths = [];
      const url = await serveHttp((request, response) => {
        paths.push(request.url);
        response.writeHead(302, { location: request.url === '/b' ? '/' : '/b' }).end();
      });
      const source = open(url);
      const events = record(source);
      assert.match((await events.next('error')).message, /^The request failed \(.*redirect count exceeded.*\)/);
      assert.equal(source.readyState, EventSource.CONNECTING);
      assert.equal(paths.length, 21);
      clock.pass();
      await events.next('error');
      assert.equal(paths.length, 42);
      assert.equal(paths[21], '/');
      assert.equal(source.url, url);
    });

    for (const location of [
      'file:///etc/passwd',
      'ftp://127.0.0.1/',
      'javascript:0',
      'http://[',
      'data:text/event-stream,data:x',
    ]) {
      it(`to ${location}: "the request failed", nothing of it is read, and the first URL is requested anew`, async () => {
        const clock = fakeClock();
        const server = await serve([redirect(location), {}]);
        const events = record(open(server.url));
        assert.match((await events.next('error')).message, /^The request failed/);
        clock.pass();
        await events.next('open');
        assert.equal((await server.request(1)).path, '/stream');
      });
    }

    for (const status of [301, 302, 303, 307, 308]) {
      it(`to another origin, by ${status}: the custom Authorization and Cookie are not carried over, other headers are, and events have the new origin`, async () => {
        const other = await serve([{ chunks: ['data: x\n\n'] }]);
        const server = await serve([redirect(other.url, status)]);
        const headers = { Authorization: 'Bearer secret', Cookie: 'session=secret', 'X-Tenant': 'seven' };
        const events = record(open(server.url, { headers, lastEventId: '41' }));
        assert.equal((await events.until('message')).origin, other.origin);
        const first = (await server.request(0)).headers;
        const second = (await other.request(0)).headers;
        assert.equal(first.authorization, 'Bearer secret');
        assert.equal('authorization' in second, false);
        assert.equal('cookie' in second, false);
        assert.equal(second['x-tenant'], 'seven');
        assert.equal(second['last-event-id'], '41');
        assert.equal(second.accept, 'text/event-stream');
      });
    }

    it('to another origin and back: the custom Authorization does not come back', async () => {
      const script = [];
      const server = await serve(script);
      const other = await serve([redirect(`${server.origin}/back`)]);
      script.push(redirect(other.url), { chunks: ['data: x\n\n'] });
      await record(open(server.url, { headers: { Authorization: 'Bearer secret' } })).until('message');
      assert.equal('authorization' in (await other.request(0)).headers, false);
      assert.equal('authorization' in (await server.request(1)).headers, false);
    });

    it('to another origin, then a reconnection: it goes to the first URL, with the custom Authorization again', async () => {
      const clock = fakeClock();
      const other = await serve([{ chunks: ['id: 9\ndata: x\n\n'], then: 'end' }]);
      const server = await serve([redirect(other.url), {}]);
      const events = record(open(server.url, { headers: { Authorization: 'Bearer secret' } }));
      await events.until('error');
      clock.pass();
      await events.next('open');
      const { headers } = await server.request(1);
      assert.equal(headers.authorization, 'Bearer secret');
      assert.equal(headers['last-event-id'], '9');
    });

    it('by POST with 307 to another origin: the body goes along, the custom Authorization does not', async () => {
      const other = await serve([{ chunks: ['data: x\n\n'] }]);
      const server = await serve([redirect(other.url, 307)]);
      const init = { method: 'POST', body: 'question', headers: { Authorization: 'Bearer secret' } };
      await record(open(server.url, init)).until('message');
      const request = await other.request(0);
      assert.equal(request.method, 'POST');
      assert.equal(await request.body(), 'question');
      assert.equal('authorization' in request.headers, false);
    });
  });

  describe('refusals', () => {
    const tryAgain = { retryOn: ({ status }) => (status === 429 || status === 503 ? true : undefined) };

    it('503, then 429, each with Retry-After, and retryOn: each wait is what the server asks for; 204 ends it', async () => {
      const clock = fakeClock();
      const end = { chunks: [], then: 'end' };
      const server = await serve([
        { chunks: ['id: 3\nretry: 50\ndata: x\n\n'], then: 'end' },
        { status: 503, headers: { 'retry-after': '7' }, ...end },
        { status: 429, headers: { 'retry-after': '120' }, ...end },
        { status: 204, headers: { 'retry-after': '5' }, ...end },
      ]);
      const source = open(server.url, tryAgain);
      const events = record(source);
      await events.until('error');
      const waits = [];
      for (let n = 0; n < 3; n++) {
        waits.push(clock.waits[0]);
        clock.pass();
        await events.next('error');
      }
      assert.deepEqual(waits, [50, 7000, 120_000]);
      assert.equal(source.readyState, EventSource.CLOSED);
      assert.deepEqual(clock.waits, []);
      assert.equal((await server.request(3)).headers['last-event-id'], '3');
      assert.equal(await server.count(), 4);
    });

    for (const status of [429, 503]) {
      it(`${status} with Retry-After, without retryOn: fails, as the standard says, and is not tried again`, async () => {
        const clock = fakeClock();
        const server = await serve([{ status, headers: { 'retry-after': '1' }, chunks: [], then: 'end' }]);
        const source = open(server.url);
        assert.equal((await record(source).next('error')).code, status);
        assert.equal(source.readyState, EventSource.CLOSED);
        assert.deepEqual(clock.waits, []);
      });
    }

    const oddDates = {
      'in the past, as by a server whose clock is slow': ['Thu, 01 Jan 1970 00:00:00 GMT', 3000],
      'in the year 9999, as by a server whose clock is mad': ['Fri, 31 Dec 9999 23:59:59 GMT', 2 ** 31 - 1],
      'that is no date': ['Thu, 99 Foo 2026', 3000],
      'of more seconds than numbers hold': ['9'.repeat(400), 2 ** 31 - 1],
      'of negative seconds': ['-1', 3000],
    };
    for (const [name, [value, wait]] of Object.entries(oddDates)) {
      it(`a Retry-After ${name}: waits ${wait} ms`, async () => {
        const clock = fakeClock();
        const headers = { 'retry-after': value, date: 'Thu, 01 Jan 1970 00:00:00 GMT' };
        const server = await serve([{ status: 503, headers, chunks: [], then: 'end' }]);
        await record(open(server.url, tryAgain)).next('error');
        assert.deepEqual(clock.waits, [wait]);
      });
    }

    for (const status of [102, 103]) {
      it(`informational ${status} before the response: passed over`, async () => {
        const url = await serveHttp((request, response) => {
          response.socket.write(`HTTP/1.1 ${status} Early\r\nLink: </a>\r\n\r\n`);
          response.writeHead(200, STREAM).write('data: x\n\n');
        });
        const events = record(open(url));
        await events.next('open');
        await events.next('message');
      });
    }
  });

  describe('ids', () => {
    const chunks = ['id: 9\ndata\n\nid: 5\ndata\n\nid: 5\ndata\n\nid: B\ndata\n\nid: b\ndata\n\n'];

    it('that go back, repeat and differ in case only: taken as they are, none is dropped, and the last is sent', async () => {
      const clock = fakeClock();
      const server = await serve([{ chunks, then: 'end' }, { chunks, then: 'end' }, {}]);
      const events = record(open(server.url));
      for (const n of [1, 2]) {
        const ids = [];
        for (let count = 0; count < 5; count++) ids.push((await events.until('message')).lastEventId);
        assert.deepEqual(ids, ['9', '5', '5', 'B', 'b']);
        await events.next('error');
        clock.pass();
        assert.equal((await server.request(n)).headers['last-event-id'], 'b');
      }
    });

    it('longer than the server takes a header for: its 431 fails the connection, as any other status', async () => {
      const clock = fakeClock();
      const server = await serve([{ chunks: [`id: ${'a'.repeat(20_000)}\n\n`], then: 'end' }, {}]);
      const source = open(server.url);
      const events = record(source);
      await events.until('error');
      clock.pass();
      assert.equal((await events.next('error')).code, 431);
      assert.equal(source.readyState, EventSource.CLOSED);
    });
  });

  describe('a proxy that buffers', () => {
    /** Hands the body on only in portions of this many bytes, and the rest at its end. */
    async function serveProxy(target, size) {
      return serveHttp((request, response) => {
        const asked = makeRequest(target, { headers: request.headers }, async (answer) => {
          response.writeHead(answer.statusCode, answer.headers);
          response.flushHeaders();
          let held = Buffer.alloc(0);
          await pipeline(
            answer,
            async function* (chunks) {
              for await (const chunk of chunks) {
                held = Buffer.concat([held, chunk]);
                while (held.length >= size) {
                  yield held.subarray(0, size);
                  held = held.subarray(size);
                }
              }
              yield held;
            },
            response,
          ).catch(() => {});
        });
        asked.on('error', () => response.destroy()).end();
      });
    }

    it('in portions: events come late, when their last byte does, but all, in order', async () => {
      const text = eventsAfter(0);
      const server = await serve([{ chunks: [] }]);
      const events = record(open(await serveProxy(server.url, 64)));
      await events.next('open');
      const request = await server.request(0);
      const first = text[0] + text[1];
      await request.write(`${first}:${'.'.repeat(61 - Buffer.byteLength(first) - 2)}\n`);
      await settled();
      assert.deepEqual(events.log, ['open']); // three bytes short of a portion
      await request.write(text[2]);
      assert.equal((await events.next('message')).data, 'a');
      await settled();
      assert.deepEqual(events.log, ['open', 'message: a']);
      for (const more of text.slice(3)) await request.write(more);
      await request.write(`:${'.'.repeat(64)}\n`);
      await events.next('message');
      await events.next('message');
      assert.equal((await events.next('message')).data, '🙂');
    });

    it('all of it: nothing comes before the response ends, then everything', async () => {
      const server = await serve([{ chunks: [] }]);
      fakeClock();
      const events = record(open(await serveProxy(server.url, 2 ** 20)));
      await events.next('open');
      const request = await server.request(0);
      for (const text of eventsAfter(0)) await request.write(text);
      await settled();
      assert.deepEqual(events.log, ['open']);
      await request.finish('end');
      await expectEvents(events);
      await events.next('error');
    });

    it('whose own connection breaks, with events held back: they come on reconnection, once', async () => {
      const clock = fakeClock();
      const text = eventsAfter(0);
      const server = await serve([{ chunks: [text.slice(0, 3).join('')] }, { chunks: text.slice(3) }]);
      const held = Buffer.byteLength(text.slice(0, 3).join(''));
      const events = record(open(await serveProxy(server.url, held)));
      await events.next('open');
      await expectEvents(events, 0, 2);
      const request = await server.request(0);
      await request.write(text[3]); // held back
      await request.finish('reset');
      await events.next('error');
      clock.pass();
      await events.next('open');
      assert.equal((await server.request(1)).headers['last-event-id'], '2');
      await (await server.request(1)).write(`:${'.'.repeat(held)}\n`);
      await expectEvents(events, 2);
    });

    it('that falls silent for longer than idleTimeout, with events held back: they come on reconnection, once', async () => {
      const clock = fakeClock();
      const text = eventsAfter(0);
      const whole = text.join('');
      const server = await serve([{ chunks: [whole] }, { chunks: [whole], then: 'end' }]);
      const events = record(open(await serveProxy(server.url, 2 ** 20), { idleTimeout: 1000 }));
      await events.next('open');
      clock.tick(1000);
      await events.next('error');
      clock.pass();
      await events.next('open');
      await expectEvents(events);
      assert.equal(events.log.filter((event) => event.startsWith('message')).length, EXPECTED.length);
    });
  });
});
