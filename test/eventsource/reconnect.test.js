// Section 4: re-establish, fail, close.
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
import { itUnless, limits } from '../support/platform.js';
import { deferred, settled } from '../support/wait.js';

describe('re-establish, fail, close', () => {
  afterEach(tearDown);

  it('4.1 sets CONNECTING, fires error, waits, requests again with the last event ID', async () => {
    const clock = fakeClock();
    const server = await serve([{ chunks: ['id: 1\ndata: a\n\n'], then: 'end' }, { chunks: ['data: b\n\n'] }]);
    const source = open(server.url);
    let stateInError;
    source.onerror = () => (stateInError = source.readyState);
    const events = record(source);
    const error = await events.until('error');
    assert.equal(stateInError, EventSource.CONNECTING);
    assert.match(error.message, /reconnecting in 3000 ms/);
    clock.tick(2999);
    await settled();
    assert.equal(await server.count(), 1);
    assert.equal(source.readyState, EventSource.CONNECTING);
    clock.tick(1);
    assert.equal((await server.request(1)).headers['last-event-id'], '1');
    await events.next('open');
    await events.next('message');
    assert.deepEqual(events.log, ['open', 'message: a', 'error', 'open', 'message: b']);
  });

  it('4.1 stops when a listener of error closes the source', async () => {
    const clock = fakeClock();
    const server = await serve([{ then: 'end' }, {}]);
    const source = open(server.url);
    source.onerror = () => source.close();
    const events = record(source);
    await events.until('error');
    assert.equal(source.readyState, EventSource.CLOSED);
    assert.deepEqual(clock.waits, []);
    await settled();
    assert.equal(await server.count(), 1);
    assert.deepEqual(events.log, ['open', 'error']);
  });

  it('4.1 stops when the source is closed during the wait', async () => {
    const clock = fakeClock();
    const server = await serve([{ then: 'end' }, {}]);
    const source = open(server.url);
    const events = record(source);
    await events.until('error');
    assert.deepEqual(clock.waits, [3000]);
    source.close();
    assert.deepEqual(clock.waits, []);
    clock.tick(3000);
    await settled();
    assert.equal(await server.count(), 1);
    assert.deepEqual(events.log, ['open', 'error']);
  });

  /** The delay that is waited after a stream of these chunks. */
  async function delayAfter(...chunks) {
    const clock = fakeClock();
    const server = await serve([{ chunks, then: 'end' }, {}]);
    const events = record(open(server.url));
    const error = await events.until('error');
    assert.equal(clock.waits.length, 1);
    const [delay] = clock.waits;
    assert.ok(error.message.includes(`reconnecting in ${delay} ms`), error.message);
    clock.tick(delay);
    await server.request(1);
    return delay;
  }

  it('4.3 waits 3,000 ms at first', async () => assert.equal(await delayAfter('data: x\n\n'), 3000));
  it('4.3 takes the time from retry', async () => assert.equal(await delayAfter('retry: 120\n\n'), 120));
  it('4.3 takes a retry of 0', async () => assert.equal(await delayAfter('retry: 0\n\n'), 0));

  itUnless(limits.resets)('4.3 keeps the time over reconnections', async () => {
    const clock = fakeClock();
    const server = await serve([{ chunks: ['retry: 700\n'], then: 'end' }, { then: 'end' }, { before: 'reset' }, {}]);
    const events = record(open(server.url));
    for (let n = 0; n < 3; n++) {
      await events.until('error');
      assert.deepEqual(clock.waits, [700]);
      clock.pass();
    }
    await events.until('open');
  });

  it('4.4 close() of an open source aborts the request and fires nothing', async () => {
    const server = await serve([{ chunks: ['data: x\n\n'] }]);
    const source = open(server.url);
    const events = record(source);
    await events.until('message');
    source.close();
    assert.equal(source.readyState, EventSource.CLOSED);
    await (await server.request(0)).closed();
    await settled();
    assert.deepEqual(events.log, ['open', 'message: x']);
  });

  it('4.4 close() is idempotent, and returns nothing', async () => {
    const server = await serve([{}]);
    const source = open(server.url);
    const events = record(source);
    await events.next('open');
    for (let n = 0; n < 3; n++) {
      assert.equal(source.close(), undefined);
      assert.equal(source.readyState, EventSource.CLOSED);
    }
    await settled();
    assert.deepEqual(events.log, ['open']);
  });

  it('4.4 close() right after the constructor prevents the request', async () => {
    const calls = replaceFetch(nativeFetch);
    const server = await serve([{}]);
    const source = open(server.url);
    const events = record(source);
    source.close();
    assert.equal(source.readyState, EventSource.CLOSED);
    await settled();
    assert.deepEqual(events.log, []);
    assert.ok(calls.every(({ init }) => init.signal.aborted));
  });

  it('4.4 close() in open prevents the events that have come with the headers', async () => {
    const server = await serve([{ chunks: ['data: x\n\n'] }]);
    const source = open(server.url);
    source.onopen = () => source.close();
    const events = record(source);
    await events.next('open');
    await (await server.request(0)).closed();
    await settled();
    assert.deepEqual(events.log, ['open']);
  });

  for (const how of ['a listener of that event', 'the listener before it, in the same event']) {
    it(`4.4 close() between two events of a chunk, by ${how}, prevents the second`, async () => {
      const server = await serve([{ chunks: ['data: 1\n\ndata: 2\n\nevent: own\ndata: 3\n\n'] }]);
      const source = open(server.url);
      if (how.startsWith('the')) source.onmessage = () => source.close();
      const events = record(source, 'own');
      if (how.startsWith('a')) source.onmessage = () => source.close();
      await events.until('message');
      await (await server.request(0)).closed();
      await settled();
      assert.deepEqual(events.log, ['open', 'message: 1']);
    });
  }

  it('4.4 close() prevents events that are cut over chunks that were not read yet', async () => {
    const stream = streamResponse();
    replaceFetch(async () => stream.response);
    const source = open('http://127.0.0.1/');
    source.onmessage = () => source.close();
    const events = record(source);
    for (const chunk of ['data: 1\n\nda', 'ta: 2\n\n', 'data: 3\n\n']) stream.write(chunk);
    await events.until('message');
    await stream.cancelled();
    await settled();
    assert.deepEqual(events.log, ['open', 'message: 1']);
  });

  it('4.4 close() of a source in the listener of another lets that one go on', async () => {
    const server = await serve([{ chunks: ['data: a\n\n'] }, {}]);
    const other = open(server.url);
    await record(other).next('open');
    const source = open(server.url);
    const events = record(source);
    source.addEventListener('message', () => other.close(), { once: true });
    const request = await server.request(1);
    await events.next('open');
    await request.write('data: 1\n\ndata: 2\n\n');
    await events.next('message');
    await events.next('message');
    assert.equal(other.readyState, EventSource.CLOSED);
    assert.equal(source.readyState, EventSource.OPEN);
  });

  it('4.6 close() while connecting fires nothing, and gives the connection back', async () => {
    const clock = fakeClock();
    const server = await serve([{ before: 'stall' }]);
    const source = open(server.url);
    const events = record(source);
    const request = await server.request(0);
    source.close();
    assert.equal(source.readyState, EventSource.CLOSED);
    await request.closed();
    await settled();
    assert.deepEqual(events.log, []);
    assert.deepEqual(clock.waits, []);
  });

  for (const [name, settle] of Object.entries({
    'answers all the same': ({ resolve }, stream) => resolve(stream.response),
    'fails later': ({ reject }) => reject(new TypeError('late')),
    'resolves with junk': ({ resolve }) => resolve(undefined),
  })) {
    it(`4.6 close() while connecting fires nothing when a fetch that ignores its signal ${name}`, async () => {
      const clock = fakeClock();
      const fetched = deferred();
      const stream = streamResponse();
      stream.write('data: x\n\n');
      const calls = replaceFetch(() => fetched.promise);
      const source = open('http://127.0.0.1/');
      const events = record(source);
      await settled();
      source.close();
      settle(fetched, stream);
      if (name.startsWith('answers')) await stream.cancelled();
      await settled();
      assert.equal(source.readyState, EventSource.CLOSED);
      assert.deepEqual(events.log, []);
      assert.deepEqual(clock.waits, []);
      assert.equal(calls.length, 1);
    });
  }

  it('4.6 close() while reconnecting fires nothing', async () => {
    const clock = fakeClock();
    const server = await serve([{ then: 'end' }, { before: 'stall' }]);
    const source = open(server.url);
    const events = record(source);
    await events.until('error');
    clock.pass();
    const request = await server.request(1);
    source.close();
    await request.closed();
    await settled();
    assert.deepEqual(events.log, ['open', 'error']);
    assert.deepEqual(clock.waits, []);
  });
});
