// Section 2: the request.
import { assert } from '../support/assert.js';
import { arriving, itUnless, limits } from '../support/platform.js';
import {
  fakeClock,
  nativeFetch,
  open,
  record,
  replaceFetch,
  serve,
  streamResponse,
  tearDown,
} from '../support/scene.js';

describe('request', () => {
  afterEach(tearDown);

  /** Has a first stream of these chunks end, and returns the second request and the error event between the two. */
  async function reconnectAfter(...chunks) {
    const clock = fakeClock();
    const server = await serve([{ chunks, then: 'end' }, {}]);
    const events = record(open(server.url));
    const error = await events.until('error');
    clock.pass();
    const request = await server.request(1);
    await events.next('open');
    return { request, error };
  }

  it('2.1 is a GET that asks for text/event-stream', async () => {
    const server = await serve([{}]);
    await record(open(`${server.url}?a=b#c`)).next('open');
    const request = await server.request(0);
    assert.equal(request.method, 'GET');
    assert.equal(request.path, '/stream?a=b');
    assert.equal(request.headers.accept, 'text/event-stream');
    assert.equal(request.headers['last-event-id'], undefined);
  });

  for (const [withCredentials, credentials] of [
    [false, 'same-origin'],
    [true, 'include'],
  ]) {
    it(`2.1 has the standard's mode, cache and redirect, and credentials '${credentials}'`, async () => {
      const server = await serve([{}]);
      const calls = replaceFetch(nativeFetch);
      await record(open(server.url, { withCredentials })).next('open');
      const [{ url, init }] = calls;
      assert.equal(String(url), server.url);
      const { method = 'GET', mode, cache, redirect = 'follow' } = init;
      assert.deepEqual(
        { method, mode, credentials: init.credentials, cache, redirect },
        { method: 'GET', mode: 'cors', credentials, cache: 'no-store', redirect: 'follow' },
      );
      assert.deepEqual([...new Headers(init.headers).keys()], ['accept']);
    });
  }

  it('2.2 sends the last event ID when it reconnects', async () => {
    const { request } = await reconnectAfter('id: 7\ndata: x\n\n');
    assert.equal(request.headers['last-event-id'], '7');
    assert.equal(request.headers.accept, 'text/event-stream');
  });

  it('2.2 sends no Last-Event-ID when no id came', async () => {
    const { request, error } = await reconnectAfter('data: x\n\n');
    assert.equal('last-event-id' in request.headers, false);
    assert.doesNotMatch(error.message, /Last-Event-ID/);
  });

  it('2.2 sends no Last-Event-ID after an empty id', async () => {
    const { request, error } = await reconnectAfter('id: 7\n\nid\ndata: x\n\n');
    assert.equal('last-event-id' in request.headers, false);
    assert.doesNotMatch(error.message, /Last-Event-ID/);
  });

  it('2.2 sends the id as UTF-8 (trap: an id with U+2026 ends reconnection)', async () => {
    const { request } = await reconnectAfter('id: a\u2026\u{1F600}z\ndata: x\n\n');
    assert.equal(request.headers['last-event-id'], arriving('a\xE2\x80\xA6\xF0\x9F\x98\x80z'));
  });

  it('2.2 sends an id that is cut between chunks', async () => {
    const { request } = await reconnectAfter('id: ab', 'cd\ndata: x\n\n');
    assert.equal(request.headers['last-event-id'], 'abcd');
  });

  itUnless(limits.malformedText)('2.2 sends U+FFFD for bytes that were not UTF-8', async () => {
    const { request } = await reconnectAfter([0x69, 0x64, 0x3a, 0xff, 0x0a, 0x0a]);
    assert.equal(request.headers['last-event-id'], arriving('\xEF\xBF\xBD'));
  });

  itUnless(limits.byteStrings)('2.2 hands over an id of a million characters', async () => {
    const clock = fakeClock();
    const streams = [streamResponse(), streamResponse()];
    const calls = replaceFetch(() => streams[calls.length - 1].response);
    const events = record(open('http://127.0.0.1/'));
    const id = '\u00E9'.repeat(1_000_000);
    streams[0].write(`id: ${id}\n\n`);
    streams[0].end();
    await events.next('open');
    await events.next('error');
    clock.pass();
    await events.next('open');
    assert.ok(calls[1].init.headers['Last-Event-ID'] === '\xC3\xA9'.repeat(1_000_000), 'the header is not the id');
  });

  for (const [name, id] of Object.entries({ 'U+0001': '\x01', 'U+001F': 'a\x1Fb', 'U+007F': '\x7F' })) {
    it(`2.3 reconnects without an id that holds ${name}, and says so`, async () => {
      const { request, error } = await reconnectAfter(`id: ${id}\ndata: x\n\n`);
      assert.equal('last-event-id' in request.headers, false);
      assert.match(error.message, /without Last-Event-ID/);
      assert.match(error.message, /reconnecting/);
    });
  }

  it('2.3 sends an id that holds a tab', async () => {
    const { request, error } = await reconnectAfter('id: a\tb\ndata: x\n\n');
    assert.equal(request.headers['last-event-id'], 'a\tb');
    assert.doesNotMatch(error.message, /Last-Event-ID/);
  });

  it('2.3 sends the id that comes after one that could not be sent', async () => {
    const { request, error } = await reconnectAfter('id: \x01\n\nid: 8\ndata: x\n\n');
    assert.equal(request.headers['last-event-id'], '8');
    assert.doesNotMatch(error.message, /Last-Event-ID/);
  });

  it('2.4 looks fetch up when it is needed', async () => {
    const clock = fakeClock();
    const server = await serve([{ then: 'end' }, {}]);
    const first = replaceFetch(nativeFetch);
    const events = record(open(server.url));
    await events.next('open');
    await events.next('error');
    const second = replaceFetch(nativeFetch);
    clock.pass();
    await events.next('open');
    assert.equal(first.length, 1);
    assert.equal(second.length, 1);
  });
});
