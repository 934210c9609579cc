// Section 6, and of section 5 what only a connection shows.
import { assert } from '../support/assert.js';
import { itUnless, limits } from '../support/platform.js';
import { EventSource, fakeClock, open, record, serve, tearDown } from '../support/scene.js';
import { redirect } from '../support/server.js';

describe('dispatch', () => {
  afterEach(tearDown);

  it('6.3 has the origin after redirects, which may differ with each connection', async () => {
    const clock = fakeClock();
    const other = await serve([{ chunks: ['data: a\n\n'], then: 'end' }]);
    const server = await serve([redirect(other.url), { chunks: ['data: b\n\n'] }]);
    const source = open(server.url);
    const events = record(source);
    assert.equal((await events.until('message')).origin, other.origin);
    assert.equal(source.url, server.url);
    await events.next('error');
    clock.pass();
    assert.equal((await events.until('message')).origin, server.origin);
  });

  itUnless(limits.messageEvent)(
    '6.4 fires a server-sent open or error as a MessageEvent, without changing the state',
    async () => {
      const server = await serve([{ chunks: ['event: open\ndata: 1\n\nevent: error\ndata: 2\n\ndata: 3\n\n'] }]);
      const source = open(server.url);
      const states = [];
      for (const type of ['open', 'error']) source[`on${type}`] = () => states.push(source.readyState);
      const events = record(source);
      await events.next('open');
      for (const type of ['open', 'error', 'message']) {
        const event = await events.next(type);
        assert.ok(event instanceof MessageEvent, type);
        assert.equal(source.readyState, EventSource.OPEN);
      }
      assert.deepEqual(states, [1, 1, 1]);
      assert.deepEqual(events.log, ['open', 'open: 1', 'error: 2', 'message: 3']);
    },
  );

  it('6.4 shows onmessage only the type message', async () => {
    const server = await serve([
      { chunks: ['event: own\ndata: 1\n\nevent: message\ndata: 2\n\nevent: Message\ndata: 3\n\n'] },
    ]);
    const source = open(server.url);
    const seen = [];
    source.onmessage = ({ data }) => seen.push(data);
    const events = record(source, 'own', 'Message');
    await events.until('Message');
    assert.deepEqual(seen, ['2']);
    assert.deepEqual(events.log, ['open', 'own: 1', 'message: 2', 'Message: 3']);
  });

  it('6.5 fires in the order of the stream, each event in full before the next', async () => {
    const server = await serve([{ chunks: ['data: 1\n\nevent: own\ndata: 2\n\n', 'data: 3\n\n'] }]);
    const source = open(server.url);
    const order = [];
    for (const listener of ['a', 'b']) {
      for (const type of ['message', 'own']) source.addEventListener(type, ({ data }) => order.push(listener + data));
    }
    const events = record(source);
    await events.until('message');
    await events.until('message');
    assert.deepEqual(order, ['a1', 'b1', 'a2', 'b2', 'a3', 'b3']);
  });

  it('6.5 fires all events of a chunk of a megabyte', async () => {
    const count = 100_000;
    const text = Array.from({ length: count }, (_, n) => `data: ${n}\n\n`).join('');
    const server = await serve([{ chunks: [text, 'event: done\ndata\n\n'] }]);
    const source = open(server.url);
    let expected = 0;
    source.onmessage = ({ data }) => {
      if (data === String(expected)) expected++;
    };
    await record(source, 'done').until('done');
    assert.equal(expected, count);
  }).timeout(60_000); // React Native's own EventTarget takes its time

  it('6.5 survives a listener that opens and feeds another source', async () => {
    const server = await serve([
      { chunks: ['id: 1\ndata: a\n\nid: 2\ndata: \u00E9\n\nid: 3\ndata: c\n\n'] },
      { chunks: ['id: x\ndata: other\n\n'] },
    ]);
    const source = open(server.url);
    const others = [];
    source.addEventListener('message', () => others.push(record(open(server.url))), { once: true });
    const events = record(source);
    const seen = [];
    for (let n = 0; n < 3; n++) {
      const { data, lastEventId } = await events.until('message');
      seen.push([data, lastEventId]);
    }
    assert.deepEqual(seen, [
      ['a', '1'],
      ['\u00E9', '2'],
      ['c', '3'],
    ]);
    assert.equal((await others[0].until('message')).lastEventId, 'x');
  });
});
