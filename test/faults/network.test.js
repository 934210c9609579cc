// What networks do to a connection, by a server whose every byte the test says. Cuts are in cuts.test.js.
import { createServer } from 'node:http';
import { createServer as createRawServer } from 'node:net';
import { assert } from '../support/assert.js';
import { EventSource, fakeClock, open, record, tearDown } from '../support/scene.js';
import { deferred, settled, within } from '../support/wait.js';
import { chunk, drip, eventsAfter, expectEvents, EXPECTED, listen, readHeader, respond, serveBytes } from './wire.js';

const CHUNKED = { 'Transfer-Encoding': 'chunked' };
const feed = (id = 0) => eventsAfter(id).join('');

/** Answers the first request with these bytes and what `then` does, the next with the events that are missing. */
async function serveOnce(bytes, then = () => {}) {
  const heads = [];
  const url = await serveBytes((socket, head) => {
    heads.push(head);
    const id = Number(readHeader(head, 'Last-Event-ID') ?? 0);
    if (heads.length > 1) socket.write(respond(feed(id)));
    else socket.write(bytes, () => then(socket));
  });
  return { url, heads };
}

describe('network', () => {
  afterEach(tearDown);

  it('refused, and refused again, until the server is back on its port: goes on after the last event', async () => {
    const clock = fakeClock();
    const answer = (first) => (request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      if (first) response.end(feed().slice(0, feed().indexOf('id: 3')));
      else response.write(feed(Number(request.headers['last-event-id'])));
    };
    const server = createServer(answer(true));
    const port = await listen(server);
    const events = record(open(`http://127.0.0.1:${port}/`));
    await expectEvents(events, 0, 2);
    await events.next('error');
    const closed = deferred();
    server.close(closed.resolve);
    server.closeAllConnections();
    await within(closed.promise, 'the server to close');
    for (let n = 0; n < 3; n++) {
      clock.pass();
      assert.match((await events.next('error')).message, /ECONNREFUSED/);
    }
    await listen(createServer(answer(false)), port);
    clock.pass();
    await events.next('open');
    await expectEvents(events, 2);
  });

  it('half-open, the peer neither sends nor closes: idleTimeout gives the socket up and goes on after the last event', async () => {
    const clock = fakeClock();
    const givenUp = deferred();
    const heads = [];
    const answer = (socket, head) => {
      heads.push(head);
      const id = Number(readHeader(head, 'Last-Event-ID') ?? 0);
      if (heads.length === 1) {
        socket.once('end', givenUp.resolve).once('close', givenUp.resolve);
        socket.write(respond(feed().slice(0, feed().indexOf('id: 3') + 4)));
      } else {
        socket.write(respond(feed(id)));
      }
    };
    const url = await serveBytes(answer, { allowHalfOpen: true }); // answers no FIN with one
    const events = record(open(url, { idleTimeout: 1000 }));
    await events.next('open');
    await events.next('message');
    await events.next('message');
    clock.tick(999);
    await settled();
    assert.equal(heads.length, 1);
    clock.tick(1);
    assert.match((await events.next('error')).message, /nothing for 1000 ms/);
    await within(givenUp.promise, 'the socket to be given up');
    clock.pass();
    await events.next('open');
    await expectEvents(events, 2);
    assert.equal(readHeader(heads[1], 'Last-Event-ID'), '2');
  });

  it('half-open in the handshake, the peer accepts and never reads: idleTimeout makes the request anew', async () => {
    const clock = fakeClock();
    let connections = 0;
    const arrival = deferred();
    const again = deferred();
    const server = createRawServer({ pauseOnConnect: true }, () => (++connections === 1 ? arrival : again).resolve());
    const url = `http://127.0.0.1:${await listen(server)}/`;
    const events = record(open(url, { idleTimeout: 1000 }));
    await within(arrival.promise, 'a connection');
    clock.tick(1000);
    assert.match((await events.next('error')).message, /nothing for 1000 ms/);
    clock.pass();
    await within(again.promise, 'another connection');
  });

  it('slow drip, a byte at a time, the head too: every event comes as it is', async () => {
    const dripped = deferred();
    const url = await serveBytes(async (socket) => {
      await drip(socket, respond(Buffer.concat(eventsAfter(0).map(chunk)), CHUNKED), 1);
      dripped.resolve();
    });
    const events = record(open(url));
    await expectEvents(events);
    await within(dripped.promise, 'the last byte');
    assert.deepEqual(events.log[0], 'open');
    assert.equal(events.log.length, 1 + EXPECTED.length);
  });

  it('slow drip, and idleTimeout longer than the pause between two bytes: it never strikes', async () => {
    const clock = fakeClock();
    let drip;
    const url = await serveBytes((socket) => {
      socket.write(respond(''));
      drip = (byte) => new Promise((resolve) => socket.write(byte, resolve));
    });
    let arrival;
    const onChunk = new TransformStream({
      transform(bytes, controller) {
        controller.enqueue(bytes);
        arrival.resolve();
      },
    });
    const watched = async (given, init) => {
      const response = await fetch(given, init);
      const { status, headers } = response;
      return { status, headers, url: response.url, body: response.body.pipeThrough(onChunk) };
    };
    const events = record(open(url, { idleTimeout: 1000, fetch: watched }));
    await events.next('open');
    for (const byte of 'data: slow\n\n') {
      arrival = deferred();
      await drip(byte);
      await within(arrival.promise, 'a byte');
      await settled();
      clock.tick(900);
    }
    await events.next('message');
    assert.deepEqual(events.log, ['open', 'message: slow']);
  });

  describe('a body that is not what its head says', () => {
    const partial = feed().slice(0, feed().indexOf('日'));
    const noLastChunk = [...eventsAfter(0).slice(0, 3), 'id: 3\ndata: never'].map(chunk);
    const close = (socket) => socket.end();
    const broken = {
      'an HTTP chunk size that is no number': [Buffer.concat([...noLastChunk, Buffer.from('zz\r\n')])],
      'an HTTP chunk size beyond all numbers': [Buffer.concat([...noLastChunk, Buffer.from(`${'f'.repeat(40)}\r\n`)])],
      'an HTTP chunk longer than its size': [Buffer.concat([...noLastChunk, Buffer.from('2\r\nlonger\r\n')])],
      'a close without the last HTTP chunk': [Buffer.concat(noLastChunk), close],
      'a close within the trailers': [Buffer.concat([...noLastChunk, Buffer.from('0\r\nX-Trailer: a')]), close],
    };
    for (const [name, [body, then]] of Object.entries(broken)) {
      it(`${name}: the events before are delivered, "broke off", and it goes on after them`, async () => {
        const clock = fakeClock();
        const { url, heads } = await serveOnce(respond(body, CHUNKED), then);
        const events = record(open(url));
        const error = await events.until('error');
        assert.match(error.message, /^The connection broke off/);
        assert.deepEqual(events.log, ['open', 'message: a', 'message: é\nß', 'error']);
        clock.pass();
        await events.next('open');
        assert.equal((await events.next('message')).data, '日本');
        assert.equal(readHeader(heads[1], 'Last-Event-ID'), '2');
      });
    }

    it('a Content-Length too long, then a close: "broke off", the cut event is dropped, and it comes whole on reconnection', async () => {
      const clock = fakeClock();
      const { url } = await serveOnce(respond(partial, { 'Content-Length': 10_000 }), close);
      const events = record(open(url));
      assert.match((await events.until('error')).message, /^The connection broke off/);
      clock.pass();
      await events.next('open');
      assert.equal((await events.next('message')).data, '日本');
    });

    it('a Content-Length too short: the body ends there, what is beyond is no event, and it comes whole on reconnection', async () => {
      const clock = fakeClock();
      const length = Buffer.byteLength(partial);
      const { url, heads } = await serveOnce(respond(feed(), { 'Content-Length': length }));
      const source = open(url);
      const events = record(source);
      await events.until('error');
      assert.deepEqual(events.log, ['open', 'message: a', 'message: é\nß', 'error']);
      clock.pass();
      await events.next('open');
      await expectEvents(events, 2);
      assert.equal(readHeader(heads[1], 'Last-Event-ID'), '2');
    });

    const refused = {
      'two Content-Lengths that differ': respond(feed(), { 'Content-Length': `${feed().length}\r\nContent-Length: 5` }),
      'a Content-Length below zero': respond(feed(), { 'Content-Length': -1 }),
      'a Content-Length beside HTTP chunks': respond(feed(), { ...CHUNKED, 'Content-Length': 5 }),
      'a head that is no HTTP': Buffer.from('SSH-2.0-OpenSSH_9.2\r\n'),
      'a head that never ends': Buffer.from(`HTTP/1.1 200 OK\r\n${'X-Fill: x\r\n'.repeat(20_000)}`),
      'a status line of NULs': Buffer.alloc(100),
    };
    for (const [name, bytes] of Object.entries(refused)) {
      it(`${name}: no response; "the request failed", and it is made anew`, async () => {
        const clock = fakeClock();
        const { url } = await serveOnce(bytes);
        const events = record(open(url));
        assert.match((await events.next('error')).message, /^The request failed/);
        clock.pass();
        await expectEvents(events);
        assert.equal(events.log[1], 'open');
      });
    }
  });

  it('a name that does not resolve: "the request failed", with ENOTFOUND, and it is tried again', async () => {
    const clock = fakeClock();
    const source = open(`http://${'a'.repeat(64)}.invalid/`); // longer than a label may be: no resolver is asked
    const events = record(source);
    for (let n = 0; n < 2; n++) {
      const error = await events.next('error');
      assert.match(error.message, /^The request failed \(.*ENOTFOUND.*\); reconnecting in 3000 ms\.$/);
      assert.equal(source.readyState, EventSource.CONNECTING);
      clock.pass();
    }
  });
});
