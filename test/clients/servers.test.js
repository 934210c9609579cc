// Servers made with what people use, read by the EventSource of this package.
import { createServer } from 'node:http';
import { createAdaptorServer } from '@hono/node-server';
import { createChannel, createResponse, createSession } from 'better-sse';
import express from 'express';
import { Hono } from 'hono';
import { streamSSE } from 'hono/streaming';
import { createParser, EventSourceParserStream } from '../../js/index.js';
import { assert } from '../support/assert.js';
import { atTearDown, EventSource, fakeClock, open, record, tearDown } from '../support/scene.js';
import { deferred, within } from '../support/wait.js';

/** @param {import('node:http').Server} server */
async function listen(server) {
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  atTearDown(async () => {
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await within(closed, 'the server to close');
  });
  return `http://127.0.0.1:${server.address().port}`;
}

const text = 'grüße\nund\r\n日本語 😀';

describe('servers', () => {
  afterEach(tearDown);

  describe('better-sse', () => {
    it('a session: values, types, ids, a retry time', async () => {
      const origin = await listen(
        createServer(async (request, response) => {
          const session = await createSession(request, response, { retry: 1234 });
          session.push({ text }, 'message', '1');
          session.push(['second'], 'notice', '2');
        }),
      );
      const source = open(origin);
      const events = record(source, 'notice');
      await events.next('open');
      const first = await events.next('message');
      assert.deepEqual(JSON.parse(first.data), { text });
      assert.equal(first.lastEventId, '1');
      const second = await events.next('notice');
      assert.deepEqual(JSON.parse(second.data), ['second']);
      assert.equal(second.lastEventId, '2');
      assert.equal(second.origin, origin);
      assert.equal(source.reconnectionTime, 1234);
    });

    it('a client that comes back says what it has seen', async () => {
      const clock = fakeClock();
      const seen = [];
      const origin = await listen(
        createServer(async (request, response) => {
          const session = await createSession(request, response);
          seen.push(session.lastId);
          await session.batch((buffer) => buffer.iterate(['a', 'b']));
          session.push('c', 'message', `${seen.length}-ü😀`);
          if (seen.length === 1) response.end();
        }),
      );
      const events = record(open(origin), 'iteration');
      await events.until('error');
      assert.deepEqual(events.log, ['open', 'iteration: "a"', 'iteration: "b"', 'message: "c"', 'error']);
      clock.pass();
      assert.equal((await events.until('message')).lastEventId, '2-ü😀');
      assert.deepEqual(
        seen.map((id) => Buffer.from(id, 'latin1').toString()),
        ['', '1-ü😀'],
      );
    });

    it('a channel: a broadcast reaches every source', async () => {
      const channel = createChannel();
      const origin = await listen(
        createServer(async (request, response) => {
          channel.register(await createSession(request, response));
          if (channel.sessionCount === 2) channel.broadcast('to all', 'news');
        }),
      );
      const both = [record(open(origin), 'news'), record(open(origin), 'news')];
      for (const events of both) assert.equal(JSON.parse((await events.until('news')).data), 'to all');
    });

    it('a closed source ends its session', async () => {
      const ended = deferred();
      const origin = await listen(
        createServer(async (request, response) => {
          const session = await createSession(request, response);
          session.once('disconnected', ended.resolve);
          session.push('x');
        }),
      );
      const source = open(origin);
      await record(source).until('message');
      source.close();
      await within(ended.promise, 'the end of the session');
    });
  });

  describe('express', () => {
    it('a route that resumes after Last-Event-ID and ends with 204', async () => {
      const clock = fakeClock();
      const lines = ['zero', 'one', 'two', 'three'];
      const app = express();
      app.get('/stream', (request, response) => {
        const from = request.get('Last-Event-ID') === undefined ? 0 : Number(request.get('Last-Event-ID')) + 1;
        if (from >= lines.length) return response.status(204).end();
        response.type('text/event-stream').set('Cache-Control', 'no-store');
        for (const id of [from, from + 1]) response.write(`id: ${id}\ndata: ${lines[id]}\n\n`);
        response.end();
      });
      const source = open(`${await listen(createServer(app))}/stream`);
      const events = record(source);
      await events.until('error');
      clock.pass();
      await events.until('error');
      clock.pass();
      const error = await events.until('error');
      assert.equal(error.code, 204);
      assert.equal(source.readyState, EventSource.CLOSED);
      assert.deepEqual(events.log, [
        'open',
        'message: zero',
        'message: one',
        'error',
        'open',
        'message: two',
        'message: three',
        'error',
        'error',
      ]);
    });

    it('a redirect, a cookie that is not sent, a header that is', async () => {
      const app = express();
      app.get('/old', (request, response) => response.redirect(307, '/new'));
      app.get('/new', (request, response) => {
        response.type('text/event-stream').send(`data: ${request.get('Authorization')} ${request.get('Accept')}\n\n`);
      });
      const origin = await listen(createServer(app));
      const source = open(`${origin}/old`, { headers: { Authorization: 'Bearer token' } });
      const events = record(source);
      const opened = await events.next('open');
      assert.equal(opened.url, `${origin}/new`);
      assert.equal((await events.next('message')).data, 'Bearer token text/event-stream');
      assert.equal(source.url, `${origin}/old`);
    });

    it('a missing route and a page fail the connection', async () => {
      const app = express();
      app.get('/page', (request, response) => response.send('<p>hello'));
      const origin = await listen(createServer(app));
      const missing = await record(open(`${origin}/missing`)).next('error');
      assert.equal(missing.code, 404);
      const page = await record(open(`${origin}/page`)).next('error');
      assert.match(page.message, /text\/html/);
    });

    it('a model API: a POST whose answer is a stream', async () => {
      const app = express();
      app.post('/chat', express.json(), (request, response) => {
        response.type('text/event-stream');
        for (const word of request.body.prompt.split(' ')) response.write(`data: ${word}\n\n`);
        response.end('data: [DONE]\n\n');
      });
      const source = open(`${await listen(createServer(app))}/chat`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ prompt: 'ein zwei 三' }),
        maxRetries: 0,
      });
      const events = record(source);
      await events.until('error');
      assert.deepEqual(events.log, [
        'open',
        'message: ein',
        'message: zwei',
        'message: 三',
        'message: [DONE]',
        'error',
      ]);
      assert.equal(source.readyState, EventSource.CLOSED);
    });
  });

  describe('hono', () => {
    it('streamSSE: data of several lines, types, ids, a retry time', async () => {
      const app = new Hono();
      app.get('/stream', (c) =>
        streamSSE(c, async (stream) => {
          await stream.writeSSE({ data: text, event: 'notice', id: '7 ü', retry: 4321 });
          await stream.writeSSE({ data: 'plain' });
          await new Promise((resolve) => stream.onAbort(resolve));
        }),
      );
      const source = open(`${await listen(createAdaptorServer({ fetch: app.fetch }))}/stream`);
      const events = record(source, 'notice');
      const opened = await events.next('open');
      assert.equal(opened.status, 200);
      const notice = await events.next('notice');
      assert.equal(notice.data, 'grüße\nund\n日本語 😀');
      assert.equal(notice.lastEventId, '7 ü');
      assert.equal((await events.next('message')).data, 'plain');
      assert.equal(source.reconnectionTime, 4321);
    });

    it('Last-Event-ID comes back as it was sent', async () => {
      const clock = fakeClock();
      const ids = [];
      const app = new Hono();
      app.get('/stream', (c) =>
        streamSSE(c, async (stream) => {
          ids.push(c.req.header('Last-Event-ID'));
          await stream.writeSSE({ data: 'x', id: 'über-7' });
        }),
      );
      const events = record(open(`${await listen(createAdaptorServer({ fetch: app.fetch }))}/stream`));
      await events.until('error');
      clock.pass();
      await events.until('error');
      assert.equal(ids[0], undefined);
      assert.equal(Buffer.from(ids[1], 'latin1').toString(), 'über-7');
    });

    it('without a socket: better-sse and hono in this process, by the fetch option and by the parser', async () => {
      const app = new Hono();
      app.get('/stream', (c) => createResponse(c.req.raw, { keepAlive: null }, (session) => session.push({ text })));
      const url = 'http://example.test/stream';
      const source = open(url, { fetch: async (given, init) => app.request(given, init) });
      assert.deepEqual(JSON.parse((await record(source).until('message')).data), { text });

      const data = [];
      const parser = createParser({ onEvent: (event) => data.push(event.data) });
      const reader = (await app.request(url)).body.getReader();
      while (data.length === 0) parser.feed((await within(reader.read(), 'a chunk')).value);
      await reader.cancel();
      assert.deepEqual(JSON.parse(data[0]), { text });

      const events = (await app.request(url)).body.pipeThrough(new EventSourceParserStream()).getReader();
      assert.deepEqual(JSON.parse((await within(events.read(), 'an event')).value.data), { text });
      await events.cancel();
    });
  });
});
