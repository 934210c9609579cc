// Streams of another origin: what the server sees of the request, and what it must allow.
import { assert } from '../support/assert.js';
import { EventSource, fakeClock, open, record, serve, tearDown } from '../support/scene.js';
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
    const server = await serve([allowAll, allowAll]);
    await record(open(server.url)).next('open');
    await record(open(server.url, { withCredentials: true })).next('error');
  });

  it('that refuses is as good as out of reach: the source tries again', async () => {
    const clock = fakeClock();
    const server = await serve([{ cors: false }, { chunks: ['data: x\n\n'] }]);
    const source = open(server.url);
    const events = record(source);
    const error = await events.next('error');
    assert.equal(source.readyState, EventSource.CONNECTING);
    assert.equal(error.status, undefined);
    assert.ok(error.cause instanceof TypeError);
    assert.deepEqual(clock.waits, [3000]);
    clock.pass();
    await events.next('open');
    await events.next('message');
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
    fakeClock();
    const other = await serve([{ cors: false }]);
    const server = await serve([redirect(other.url)]);
    const source = open(server.url);
    await record(source).next('error');
    assert.equal(source.readyState, EventSource.CONNECTING);
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

  it('that refuses the preflight never sees the request', async () => {
    const clock = fakeClock();
    const server = await serve([{ chunks: ['id: 7\n\n'], then: 'end' }, { cors: false }]);
    const source = open(server.url);
    const events = record(source);
    await events.until('error');
    clock.pass();
    await events.next('error');
    assert.equal(source.readyState, EventSource.CONNECTING);
    assert.equal((await server.preflights()).length, 1);
    assert.equal(await server.count(), 1);
  });
});
