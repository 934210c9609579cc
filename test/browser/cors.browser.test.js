// Streams of another origin: what the server sees of the request, and what it must allow.
import { assert } from '../support/assert.js';
import { EventSource, fakeClock, nativeFetch, open, record, replaceFetch, serve, tearDown } from '../support/scene.js';
import { redirect } from '../support/server.js';

const { origin } = globalThis.location;

describe('another origin', () => {
  afterEach(tearDown);

  it('is asked without a preflight, and told the own origin', async () => {
    const server = await serve([{}]);
    await record(open(server.url)).next('open');
    assert.equal((await server.request(0)).headers.origin, origin);
    assert.deepEqual(await server.preflights(), []);
  });

  it('gets cookies only withCredentials', async () => {
    const cookie = `own${Math.random()}=1`;
    const server = await serve([{ headers: { 'set-cookie': cookie } }, {}, {}]);
    const cookies = [];
    for (const [n, withCredentials] of [true, false, true].entries()) {
      const source = open(server.url, { withCredentials });
      await record(source).next('open');
      source.close();
      cookies.push(String((await server.request(n)).headers.cookie).includes(cookie));
    }
    assert.deepEqual(cookies, [false, false, true]);
  });

  it('sets no cookie without credentials', async () => {
    const cookie = `own${Math.random()}=1`;
    const server = await serve([{ headers: { 'set-cookie': cookie } }, {}]);
    for (const withCredentials of [false, true]) await record(open(server.url, { withCredentials })).next('open');
    assert.ok(!String((await server.request(1)).headers.cookie).includes(cookie));
  });

  it('that allows all may be read without credentials, and not with them', async () => {
    fakeClock();
    const allowAll = { cors: false, headers: { 'access-control-allow-origin': '*' } };
    const server = await serve([allowAll, allowAll, { then: 'end' }, allowAll]);
    await record(open(server.url)).next('open');
    await record(open(server.url, { withCredentials: true })).next('error');
  });

  it('that refuses is the end, and the first error says that it is CORS', async () => {
    const server = await serve([{ cors: false }, { cors: false, then: 'end' }, { cors: false }]);
    const source = open(server.url);
    const error = await record(source).next('error');
    assert.equal(source.readyState, EventSource.CLOSED);
    assert.match(error.message, /^The connection failed: .*CORS.*Access-Control-Allow-Origin/);
    assert.ok(error.message.includes(origin), error.message);
    assert.equal(error.status, undefined);
    assert.equal(error.retryIn, null);
    assert.ok(error.cause instanceof TypeError);
    const requests = [await server.request(0), await server.request(1), await server.request(2)];
    assert.deepEqual(
      requests.map(({ method }) => method),
      ['GET', 'HEAD', 'GET'],
    );
    assert.equal(requests[1].headers.cookie, undefined);
  });

  it('that allows the request made at once after one that was lost opens, without an error', async () => {
    const server = await serve([{ before: 'reset' }, { then: 'end' }, { chunks: ['data: x\n\n'] }]);
    const events = record(open(server.url));
    await events.next('open');
    await events.next('message');
  });

  it('that never ends its answer to HEAD is not waited for', async () => {
    const clock = fakeClock();
    const server = await serve([{ cors: false }, { before: 'stall' }]);
    const source = open(server.url);
    const events = record(source);
    const asked = await server.request(1);
    assert.equal(asked.method, 'HEAD');
    clock.pass();
    assert.equal((await events.next('error')).retryIn, 3000);
    await asked.closed();
  });

  it('that cannot be reached is tried again, and asked about once', async () => {
    const clock = fakeClock();
    const server = await serve([{ before: 'reset' }, { before: 'reset' }, { before: 'reset' }, { before: 'reset' }]);
    const calls = replaceFetch(nativeFetch);
    const source = open(server.url);
    const events = record(source);
    const { message } = await events.next('error');
    assert.match(message, /^The request to another origin failed \(.+\), since .*CORS.*; reconnecting in 3000 ms\.$/);
    assert.equal(source.readyState, EventSource.CONNECTING);
    clock.pass();
    await events.next('error');
    assert.deepEqual(
      calls.map(({ init }) => init.method),
      ['GET', 'HEAD', 'GET'],
    );
  });

  it("is not asked about what a caller's own fetch throws", async () => {
    fakeClock();
    const calls = replaceFetch(nativeFetch);
    const fetch = () => Promise.reject(new Error('offline'));
    const { message } = await record(open('http://127.0.0.1:1/', { fetch })).next('error');
    assert.match(message, /^The request failed \(offline\); reconnecting/);
    assert.equal(calls.length, 0);
  });

  it('that refuses what it once allowed is tried again', async () => {
    const clock = fakeClock();
    const server = await serve([{ then: 'end' }, { cors: false }, {}]);
    const source = open(server.url);
    const events = record(source);
    await events.until('error');
    clock.pass();
    assert.equal((await events.next('error')).retryIn, 3000);
    clock.pass();
    await events.next('open');
    assert.equal((await server.request(2)).method, 'GET');
  });

  it('behind a redirect: events have the origin that they came from', async () => {
    const other = await serve([{ chunks: ['data: x\n\n'] }]);
    const server = await serve([redirect(other.url)]);
    const source = open(server.url);
    assert.equal((await record(source).until('message')).origin, other.origin);
    assert.equal(source.url, server.url);
    // The second server is not told whose page asks: the first might have made it do so.
    assert.equal((await other.request(0)).headers.origin, 'null');
  });

  it('behind a redirect may refuse', async () => {
    const other = await serve([{ cors: false }, { cors: false, then: 'end' }, { cors: false }]);
    const server = await serve([redirect(other.url), redirect(other.url), redirect(other.url)]);
    const source = open(server.url);
    assert.match((await record(source).next('error')).message, /CORS/);
    assert.equal(source.readyState, EventSource.CLOSED);
  });

  it('is asked by a preflight before Last-Event-ID is sent', async () => {
    const clock = fakeClock();
    const server = await serve([{ chunks: ['id: 7\n\n'], then: 'end' }, {}]);
    const events = record(open(server.url));
    await events.until('error');
    assert.deepEqual(await server.preflights(), []);
    clock.pass();
    await events.next('open');
    assert.deepEqual(await server.preflights(), [{ method: 'GET', names: 'last-event-id', path: '/stream' }]);
    assert.equal((await server.request(1)).headers['last-event-id'], '7');
  });

  it('is asked by a preflight before a header of the option `headers` is sent', async () => {
    const server = await serve([{}]);
    await record(open(server.url, { headers: { 'X-Own': 'yes' } })).next('open');
    assert.deepEqual(await server.preflights(), [{ method: 'GET', names: 'x-own', path: '/stream' }]);
    assert.equal((await server.request(0)).headers['x-own'], 'yes');
  });

  it('that refuses the preflight for Last-Event-ID gets no header from then on, and the error says so', async () => {
    const clock = fakeClock();
    const stream = { chunks: ['id: 7\n\n'], then: 'end' };
    const refusing = { chunks: ['data: x\n\n'], then: 'end', preflight: false };
    const server = await serve([stream, refusing, refusing, refusing]);
    const source = open(server.url);
    const events = record(source);
    await events.until('error');
    clock.pass();
    const { message, cause } = await events.next('error');
    assert.match(message, /not the header Last-Event-ID.*Access-Control-Allow-Headers: Last-Event-ID/);
    assert.match(message, /lastEventIdQueryParameterName.*; reconnecting in 3000 ms, without Last-Event-ID, which/);
    assert.ok(cause instanceof TypeError);
    clock.pass();
    await events.next('open');
    assert.equal((await events.next('message')).lastEventId, '7');
    assert.match((await events.next('error')).message, /The stream ended; .* without Last-Event-ID, which/);
    clock.pass();
    await events.next('open');
    assert.equal((await server.preflights()).length, 2);
    for (const n of [1, 2, 3]) assert.equal((await server.request(n)).headers['last-event-id'], undefined);
  });

  it('that answers nothing more is asked less and less often', async () => {
    const clock = fakeClock();
    const refused = { before: 'reset', cors: false };
    const server = await serve([{ chunks: ['retry: 100\nid: 7\ndata\n\n'], then: 'end' }, ...Array(9).fill(refused)]);
    const events = record(open(server.url));
    const waits = [(await events.until('error')).retryIn];
    for (let n = 0; n < 3; n++) {
      clock.pass();
      waits.push((await events.next('error')).retryIn);
    }
    assert.deepEqual(waits, [100, 200, 400, 800]);
  });

  it('that was out of reach for one request gets the header again', async () => {
    const clock = fakeClock();
    const server = await serve([{ chunks: ['id: 7\n\n'], then: 'end' }, { before: 'reset' }, {}, {}]);
    const events = record(open(server.url));
    await events.until('error');
    clock.pass();
    await events.next('open');
    // The second request was lost, the third had no header, and the fourth has it, since that is allowed.
    assert.equal((await server.request(3)).headers['last-event-id'], '7');
    await (await server.request(2)).closed();
  });
});
