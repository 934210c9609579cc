// Section 6, and of section 5 what only a connection shows.
import { assert } from '../support/assert.js';
import { arriving, itUnless, limits } from '../support/platform.js';
import { EventSource, fakeClock, open, record, serve, tearDown } from '../support/scene.js';
import { redirect } from '../support/server.js';

describe('dispatch', () => {
  afterEach(tearDown);

  it('5.1 drops the byte order mark of every connection, and no second one (trap: a second BOM is stripped)', async () => {
    const clock = fakeClock();
    const server = await serve([
      { chunks: ['\uFEFFdata: a\n\ndata: \uFEFFb\n\n\uFEFFdata: ignored\n\n'], then: 'end' },
      { chunks: [[0xef], [0xbb], [0xbf], '\uFEFFdata: ignored\n\ndata: c\n\n'] },
    ]);
    const events = record(open(server.url));
    await events.until('error');
    clock.pass();
    await events.until('message');
    assert.deepEqual(events.log, ['open', 'message: a', 'message: \uFEFFb', 'error', 'open', 'message: c']);
  });

  for (const [name, end] of Object.entries({ CR: '\r\r', LF: '\n\n', CRLF: '\r\n\r\n' })) {
    it(`5.2 delivers an event that ends with ${name} without waiting for more`, async () => {
      const server = await serve([{ chunks: [`data: x${end}`] }]);
      const events = record(open(server.url));
      await events.next('open');
      assert.equal((await events.next('message')).data, 'x');
    });
  }

  it('5.5 discards what follows the last empty line, so that the next connection begins anew', async () => {
    const clock = fakeClock();
    const server = await serve([
      { chunks: ['event: own\nid: 1\ndata: lost\n'], then: 'end' },
      { chunks: ['data: kept\n\n'] },
    ]);
    const events = record(open(server.url), 'own');
    await events.until('error');
    clock.pass();
    const event = await events.until('message');
    assert.equal(event.lastEventId, '');
    assert.deepEqual(events.log, ['open', 'error', 'open', 'message: kept']);
  });

  it('5.5 discards a line that the end of the body, a CR before it, or a cut character left open', async () => {
    const clock = fakeClock();
    const server = await serve([
      { chunks: ['data: lost'], then: 'end' },
      { chunks: ['data: lost\r'], then: 'end' },
      { chunks: ['data: ', [0xe2, 0x80]], then: 'end' },
      { chunks: ['\ndata: kept\n\n'] },
    ]);
    const events = record(open(server.url));
    for (let n = 0; n < 3; n++) {
      await events.until('error');
      clock.pass();
    }
    await events.until('message');
    assert.deepEqual(events.log, ['open', 'error', 'open', 'error', 'open', 'error', 'open', 'message: kept']);
  });

  it('6.1 resumes from an id that came without data (trap: an id-only block is forgotten)', async () => {
    const clock = fakeClock();
    const server = await serve([{ chunks: ['id: 7\n\n'], then: 'end' }, {}]);
    const events = record(open(server.url));
    await events.until('error');
    clock.pass();
    assert.equal((await server.request(1)).headers['last-event-id'], '7');
  });

  it('6.1 resumes from no id whose block did not end', async () => {
    const clock = fakeClock();
    const server = await serve([{ chunks: ['id: 7\n\nid: 8\ndata: x\n'], then: 'end' }, {}]);
    const events = record(open(server.url));
    await events.until('error');
    clock.pass();
    assert.equal((await server.request(1)).headers['last-event-id'], '7');
  });

  it('6.2 keeps the last event ID over reconnections, for events and for the next request', async () => {
    const clock = fakeClock();
    const server = await serve([
      { chunks: ['id: \u00E9\u2026\ndata: a\n\n'], then: 'end' },
      { chunks: ['data: b\n\n'] },
      { before: 'reset' },
      { chunks: ['data: c\n\nid: 2\ndata: d\n\n'] },
    ]);
    const events = record(open(server.url));
    const ids = [];
    for (let n = 0; n < 3; n++) {
      if (n < 2) ids.push((await events.until('message')).lastEventId);
      if (n === 1) await (await server.request(1)).finish('reset');
      await events.until('error');
      clock.pass();
      const { headers } = await server.request(n + 1);
      assert.equal(headers['last-event-id'], arriving('\xC3\xA9\xE2\x80\xA6'), `request ${n + 1}`);
    }
    for (let n = 0; n < 2; n++) ids.push((await events.until('message')).lastEventId);
    assert.deepEqual(ids, ['\u00E9\u2026', '\u00E9\u2026', '\u00E9\u2026', '2']);
  });

  it('6.3 reports the last id for an event without one (trap: it reports "")', async () => {
    const server = await serve([{ chunks: ['id: 1\ndata: a\n\n', 'data: b\n\n', 'id\ndata: c\n\n'] }]);
    const events = record(open(server.url));
    const ids = [];
    for (let n = 0; n < 3; n++) ids.push((await events.until('message')).lastEventId);
    assert.deepEqual(ids, ['1', '1', '']);
  });

  it('6.3 reports the id of its own event, also when a later event of the chunk has another', async () => {
    const server = await serve([{ chunks: ['id: 1\ndata: a\n\nid: 2\n\nid: 3\ndata: b\n\n'] }]);
    const events = record(open(server.url));
    const first = await events.until('message');
    const second = await events.until('message');
    assert.deepEqual([first.lastEventId, second.lastEventId], ['1', '3']);
  });

  it("6.3 has the server's origin", async () => {
    const server = await serve([{ chunks: ['data: x\n\n'] }]);
    assert.equal((await record(open(server.url)).until('message')).origin, server.origin);
  });

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

  it('6.4 goes back to message with an empty event field (trap: event: does not reset the type)', async () => {
    const server = await serve([{ chunks: ['event: own\nevent:\ndata: 1\n\nevent: own\nevent\ndata: 2\n\n'] }]);
    const events = record(open(server.url), 'own');
    await events.until('message');
    await events.until('message');
    assert.deepEqual(events.log, ['open', 'message: 1', 'message: 2']);
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
