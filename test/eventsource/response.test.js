// Section 3: the response.
import { CASES } from '../../js/command/conformance/cases.js';
import { assert } from '../support/assert.js';
import { closeEndsBody, itUnless, limits } from '../support/platform.js';
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
import { redirect } from '../support/server.js';
import { settled } from '../support/wait.js';

describe('response', () => {
  afterEach(tearDown);

  /** The error of a first answer that must fail the connection. */
  async function failure(answer) {
    const clock = fakeClock();
    const server = await serve([answer, {}]);
    const source = open(server.url);
    const events = record(source);
    const error = await events.next('error');
    assert.equal(source.readyState, EventSource.CLOSED);
    assert.deepEqual(clock.waits, []);
    await settled();
    assert.deepEqual(events.log, ['error']);
    assert.equal(await server.count(), 1);
    return error;
  }

  const isRefusal = ({ point, tells }) => point === '3.1' && tells[0].type === 'error';
  for (const { name, answers } of CASES.filter(isRefusal)) {
    it(`3.1 ${name}: the error says so`, async () => {
      const [{ status = 200, type }] = answers;
      const error = await failure(answers[0]);
      assert.equal(error.code, status);
      assert.equal(error.cause, undefined);
      const shown = status === 200 ? (type ? `'${[type].flat().join(', ')}'` : 'no Content-Type') : `status ${status}`;
      assert.ok(error.message.replace(/,(?! )/g, ', ').includes(shown), error.message); // Firefox joins by a comma alone
      if (status === 200) assert.match(error.message, /, not text\/event-stream/);
    });
  }

  itUnless(limits.openBeforeBody ?? limits.messageEvent)(
    '3.3 announces the connection once the headers are there, before any byte',
    async () => {
      const server = await serve([{ chunks: [] }]);
      const source = open(server.url);
      const event = await record(source).next('open');
      assert.equal(source.readyState, EventSource.OPEN);
      assert.ok(event instanceof Event && !(event instanceof MessageEvent));
      assert.equal(event.bubbles, false);
      assert.equal(event.cancelable, false);
    },
  );

  it('3.3 is CONNECTING before, OPEN in open and message, CONNECTING in error', async () => {
    const server = await serve([{ chunks: ['data: x\n\n'], then: 'end' }]);
    fakeClock();
    const source = open(server.url);
    const states = [source.readyState];
    for (const type of ['open', 'message', 'error']) source[`on${type}`] = () => states.push(source.readyState);
    await record(source).until('error');
    assert.deepEqual(states, [0, 1, 1, 0]);
  });

  it('3.3 is CLOSED in the error of a failed connection', async () => {
    const server = await serve([{ status: 404 }]);
    const source = open(server.url);
    const states = [];
    source.onerror = () => states.push(source.readyState);
    await record(source).next('error');
    assert.deepEqual(states, [2]);
  });

  itUnless(limits.typeErrors)('3.4 re-establishes when the connection is refused', async () => {
    const clock = fakeClock();
    const server = await serve([]);
    await server.close();
    const source = open(server.url);
    const events = record(source);
    const error = await events.next('error');
    assert.equal(source.readyState, EventSource.CONNECTING);
    assert.match(error.message, /reconnecting in 3000 ms/);
    assert.equal(error.code, undefined);
    assert.ok(error.cause instanceof TypeError);
    assert.deepEqual(clock.waits, [3000]);
    clock.pass();
    await events.next('error');
    assert.equal(source.readyState, EventSource.CONNECTING);
    assert.deepEqual(clock.waits, [3000]);
  });

  it('3.4 re-establishes when TLS fails', async () => {
    const clock = fakeClock();
    const server = await serve([]);
    const source = open(server.url.replace('http:', 'https:'));
    await record(source).next('error');
    assert.equal(source.readyState, EventSource.CONNECTING);
    assert.deepEqual(clock.waits, [3000]);
  });

  for (const [name, answer] of Object.entries({
    'is reset in the middle of a line': { chunks: ['data: a\n\ndata: b'], then: 'reset' },
    'is closed in the middle of a line': { chunks: ['data: a\n\ndata: b'], then: 'destroy' },
    'breaks off in the middle of an HTTP chunk': { chunks: ['data: a\n\n'], then: 'cut' },
    'is shorter than its Content-Length': {
      headers: { 'content-length': '1000' },
      chunks: ['data: a\n\n'],
      then: 'destroy',
    },
  })) {
    it(`3.4 re-establishes when the body ${name}`, async () => {
      const clock = fakeClock();
      const server = await serve([{ ...answer, then: 'stall' }, { chunks: ['data: c\n\n'] }]);
      const source = open(server.url);
      const events = record(source);
      await events.next('open');
      await events.next('message'); // Chromium may drop what it has when a connection breaks.
      await (await server.request(0)).finish(answer.then);
      const error = await events.next('error');
      assert.equal(source.readyState, EventSource.CONNECTING);
      if (!closeEndsBody || answer.then !== 'destroy') {
        assert.match(error.message, /broke off/);
        assert.ok(error.cause instanceof Error);
      }
      clock.pass();
      await events.next('open');
      assert.equal((await events.next('message')).data, 'c');
    });
  }

  for (const url of [
    'ftp://127.0.0.1/',
    'about:blank',
    'mailto:a@b',
    'javascript:alert(1)',
    'ws://127.0.0.1/',
    'x:y',
  ]) {
    it(`3.4 fails on ${url}, whose scheme cannot be fetched`, async () => {
      const clock = fakeClock();
      const calls = replaceFetch(() => Promise.reject(new TypeError('unexpected')));
      const source = open(url);
      const events = record(source);
      const error = await events.next('error');
      assert.equal(source.readyState, EventSource.CLOSED);
      assert.ok(error.message.includes(new URL(url).protocol), error.message);
      await settled();
      assert.deepEqual(events.log, ['error']);
      assert.deepEqual(clock.waits, []);
      assert.equal(calls.length, 0);
    });
  }

  itUnless(limits.dataUrls)('3.4 reads a data: URL', async () => {
    fakeClock();
    const source = open('data:text/event-stream,data:%20x%0A%0A');
    const events = record(source);
    await events.next('open');
    const event = await events.next('message');
    assert.equal(event.data, 'x');
    assert.equal(event.origin, 'null');
    await events.next('error');
    assert.equal(source.readyState, EventSource.CONNECTING);
  });

  itUnless(limits.blobUrls)('3.4 reads a blob: URL', async () => {
    fakeClock();
    const url = URL.createObjectURL(new Blob(['data: x\n\n'], { type: 'text/event-stream' }));
    const events = record(open(url));
    await events.next('open');
    assert.equal((await events.next('message')).data, 'x');
    await events.next('error');
    URL.revokeObjectURL(url);
  });

  it('3.5 re-establishes when the body ends', async () => {
    const clock = fakeClock();
    const server = await serve([{ chunks: ['data: a\n\n'], then: 'end' }, { chunks: ['data: b\n\n'] }]);
    const source = open(server.url);
    const events = record(source);
    await events.next('open');
    await events.next('message');
    const error = await events.next('error');
    assert.equal(source.readyState, EventSource.CONNECTING);
    assert.match(error.message, /ended/);
    assert.equal(error.cause, undefined);
    assert.equal(error.code, undefined);
    clock.pass();
    await events.next('open');
    assert.equal((await events.next('message')).data, 'b');
  });

  it('3.5 re-establishes when the response has no body at all', async () => {
    const clock = fakeClock();
    const headers = { 'content-type': 'text/event-stream' };
    const calls = replaceFetch(async () => new Response(null, { headers }));
    const source = open('http://127.0.0.1/');
    const events = record(source);
    await events.next('open');
    assert.match((await events.next('error')).message, /ended/);
    assert.equal(source.readyState, EventSource.CONNECTING);
    clock.pass();
    await events.next('open');
    assert.equal(calls.length, 2);
  });

  for (const status of [301, 302, 303, 307, 308]) {
    it(`3.5 follows a redirect with ${status}, and reconnects to the URL it was given`, async () => {
      const clock = fakeClock();
      const server = await serve([redirect('/target', status), { chunks: ['id: 5\n\n'], then: 'end' }, {}]);
      const source = open(server.url);
      const events = record(source);
      await events.next('open');
      assert.equal((await server.request(1)).path, '/target');
      assert.equal(source.url, server.url); // 1.7
      await events.next('error');
      clock.pass();
      await events.next('open');
      const request = await server.request(2);
      assert.equal(request.path, '/stream');
      assert.equal(request.headers['last-event-id'], '5');
      assert.equal(source.url, server.url);
    });
  }

  for (const [name, answer] of Object.entries({ status: { status: 404 }, type: { type: 'text/plain' } })) {
    it(`3.6 cancels the body of a response that is refused for its ${name}, also when fetch ignores the signal`, async () => {
      const { status, type = 'text/event-stream' } = answer;
      const stream = streamResponse({ status, headers: { 'content-type': type } });
      replaceFetch(async () => stream.response);
      await record(open('http://127.0.0.1/')).next('error');
      await stream.cancelled();
      assert.equal(stream.body.locked, false);
    });
  }
});
