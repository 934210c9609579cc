// What a source and its events tell beyond the standard.
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
import { redirect } from '../support/server.js';

describe('what a source and its events tell', () => {
  afterEach(tearDown);

  it('lastEventId is the last event ID string', async () => {
    const server = await serve([{}]);
    const source = open(server.url);
    assert.equal(source.lastEventId, '');
    const events = record(source);
    const request = await server.request(0);
    await request.write('id: a\u2026\ndata: 1\n\n');
    await events.until('message');
    assert.equal(source.lastEventId, 'a\u2026');
    await request.write('data: 2\n\n');
    await events.next('message');
    assert.equal(source.lastEventId, 'a\u2026');
    await request.write('id\ndata: 3\n\n');
    await events.next('message');
    assert.equal(source.lastEventId, '');
  });

  it('lastEventId changes with a block without data too, when it ends', async () => {
    const server = await serve([{ chunks: ['id: 1\n\nid: 2\n'], then: 'end' }]);
    fakeClock();
    const source = open(server.url);
    await record(source).until('error');
    assert.equal(source.lastEventId, '1');
  });

  it('lastEventId stays after close()', async () => {
    const server = await serve([{ chunks: ['id: 1\ndata: x\n\n'] }]);
    const source = open(server.url);
    await record(source).until('message');
    source.close();
    assert.equal(source.lastEventId, '1');
  });

  it('reconnectionTime is in milliseconds', async () => {
    const server = await serve([{}]);
    const source = open(server.url);
    assert.equal(source.reconnectionTime, 3000);
    const events = record(source);
    await (await server.request(0)).write('retry: 250\ndata: x\n\n');
    await events.until('message');
    assert.equal(source.reconnectionTime, 250);
    await (await server.request(0)).write(`retry: 99999999999\ndata: x\n\n`);
    await events.next('message');
    assert.equal(source.reconnectionTime, 2 ** 31 - 1);
  });

  it('neither can be set', () => {
    const source = open('http://127.0.0.1:1/', { fetch: () => new Promise(() => {}) });
    for (const name of ['lastEventId', 'reconnectionTime']) {
      assert.throws(() => (source[name] = 1), TypeError);
    }
  });

  it('open has the status, the headers and the URL of the response', async () => {
    const server = await serve([{ headers: { 'x-own': 'yes' } }]);
    const event = await record(open(server.url)).next('open');
    assert.equal(event.status, 200);
    assert.equal(event.headers.get('x-own'), 'yes');
    assert.equal(event.url, server.url);
    assert.ok(event instanceof Event);
  });

  it('open has the URL after redirects, which the source has not', async () => {
    const server = await serve([redirect('/elsewhere'), {}]);
    const source = open(server.url);
    const event = await record(source).next('open');
    assert.equal(event.url, `${server.origin}/elsewhere`);
    assert.equal(source.url, server.url);
  });

  it('open has those of each attempt', async () => {
    const clock = fakeClock();
    const server = await serve([{ headers: { 'x-n': '1' }, then: 'end' }, { headers: { 'x-n': '2' } }]);
    const events = record(open(server.url));
    assert.equal((await events.next('open')).headers.get('x-n'), '1');
    await events.next('error');
    clock.pass();
    assert.equal((await events.next('open')).headers.get('x-n'), '2');
  });

  /** What an error event tells, but for the message. */
  const details = ({ code, status, cause, retryIn }) => ({ code, status, cause, retryIn });

  it('error of a refused status has it as code and status, and null for retryIn', async () => {
    const server = await serve([{ status: 503 }]);
    const source = open(server.url);
    const error = await record(source).next('error');
    assert.deepEqual(details(error), { code: 503, status: 503, cause: undefined, retryIn: null });
    assert.match(error.message, /503/);
    assert.equal(source.readyState, EventSource.CLOSED);
  });

  it('error of a refused type has code and status 200, and says the type', async () => {
    const server = await serve([{ type: 'text/html' }]);
    const error = await record(open(server.url)).next('error');
    assert.deepEqual(details(error), { code: 200, status: 200, cause: undefined, retryIn: null });
    assert.match(error.message, /text\/html/);
  });

  it('error of a missing type says so', async () => {
    const server = await serve([{ type: null }]);
    const error = await record(open(server.url)).next('error');
    assert.equal(error.code, 200);
    assert.match(error.message, /no Content-Type/);
  });

  it('error of a failed request has the cause, and when it goes on', async () => {
    const clock = fakeClock();
    const cause = new TypeError('no route');
    replaceFetch(async () => {
      throw cause;
    });
    const source = open('http://127.0.0.1/');
    const error = await record(source).next('error');
    assert.deepEqual(details(error), { code: undefined, status: undefined, cause, retryIn: 3000 });
    assert.match(error.message, /no route.*3000 ms/);
    assert.deepEqual(clock.waits, [3000]);
    assert.equal(source.readyState, EventSource.CONNECTING);
  });

  it('error of a body that broke off has the cause, and the status of its response', async () => {
    fakeClock();
    const stream = streamResponse();
    replaceFetch(async () => stream.response);
    const events = record(open('http://127.0.0.1/'));
    await events.next('open');
    const cause = new Error('torn');
    stream.fail(cause);
    const error = await events.next('error');
    assert.deepEqual(details(error), { code: undefined, status: 200, cause, retryIn: 3000 });
    assert.match(error.message, /torn/);
  });

  it('error of a body that ended has no cause', async () => {
    fakeClock();
    const server = await serve([{ chunks: ['retry: 20\n'], then: 'end' }]);
    const error = await record(open(server.url)).until('error');
    assert.deepEqual(details(error), { code: undefined, status: 200, cause: undefined, retryIn: 20 });
    assert.match(error.message, /ended/);
  });

  it('error tells only of its own attempt', async () => {
    const clock = fakeClock();
    // With a cause of its own, so that no browser could have meant a refusal by CORS.
    const cause = new TypeError('first', { cause: new Error('reset') });
    const stream = streamResponse();
    stream.end();
    const answers = [() => Promise.reject(cause), async () => stream.response, () => Promise.reject(cause)];
    replaceFetch(() => answers.shift()());
    const events = record(open('http://127.0.0.1/'));
    assert.equal((await events.next('error')).cause, cause);
    clock.pass();
    assert.deepEqual(details(await events.until('error')), {
      code: undefined,
      status: 200,
      cause: undefined,
      retryIn: 3000,
    });
    clock.pass();
    assert.equal((await events.next('error')).status, undefined);
  });

  it('error of a scheme that no fetch knows says which are known', async () => {
    const error = await record(open('ftp://127.0.0.1/')).next('error');
    assert.deepEqual(details(error), { code: undefined, status: undefined, cause: undefined, retryIn: null });
    assert.match(error.message, /ftp:.*https:/);
  });

  it('error.message explains the causes beneath', async () => {
    fakeClock();
    replaceFetch(async () => {
      throw new TypeError('fetch failed', { cause: new Error('connect ECONNREFUSED') });
    });
    const error = await record(open('http://127.0.0.1/')).next('error');
    assert.match(error.message, /fetch failed: connect ECONNREFUSED/);
  });

  for (const value of [undefined, null, 'text', 5, Object.create(null)]) {
    const name = typeof value === 'object' && value !== null ? 'an object without prototype' : String(value);
    it(`error copes with a fetch that rejects with ${name}`, async () => {
      fakeClock();
      replaceFetch(() => Promise.reject(value));
      const error = await record(open('http://127.0.0.1/')).next('error');
      assert.equal(error.cause, value);
      assert.equal(error.retryIn, 3000);
      assert.match(error.message, /^The request failed \(.+\)/);
    });
  }
});
