// TLS with certificates that are not to be trusted, and HTTP/2, through undici as docs/recipes.md has it.
import { createSecureServer } from 'node:http2';
import { createServer } from 'node:https';
import { generate } from 'selfsigned';
import { assert } from '../support/assert.js';
import { atTearDown, EventSource, fakeClock, open, record, tearDown } from '../support/scene.js';
import { eventsAfter, expectEvents, listen } from './wire.js';

const DAY = 86_400_000;

const day = (n) => new Date(Date.now() + n * DAY);

/** By kind: the alternative name of a certificate that signs itself, and the days from now on which its time begins and ends. */
const certificates = {
  good: [{ type: 7, ip: '127.0.0.1' }, -1, 1],
  misnamed: [{ type: 2, value: 'example.org' }, -1, 1],
  expired: [{ type: 7, ip: '127.0.0.1' }, -2, -1],
  early: [{ type: 7, ip: '127.0.0.1' }, 1, 2],
};

async function makePair([altName, begin, end]) {
  const { private: key, cert } = await generate([{ name: 'commonName', value: 'test' }], {
    keyType: 'ec',
    notBeforeDate: day(begin),
    notAfterDate: day(end),
    extensions: [{ name: 'subjectAltName', altNames: [altName] }],
  });
  return { key, cert };
}

const STREAM = { 'content-type': 'text/event-stream' };

describe('TLS and HTTP/2', () => {
  let pairs, undici;

  before(async () => {
    // Whichever undici is loaded first is what the global fetch of the process uses: that must be Node's own.
    await fetch('data:,');
    undici = await import('undici');
    pairs = {};
    for (const [kind, settings] of Object.entries(certificates)) pairs[kind] = await makePair(settings);
  });

  afterEach(tearDown);

  /** The `fetch` option of one who trusts this certificate. */
  function trusting(kind, limits = {}) {
    const dispatcher = new undici.Agent({ allowH2: true, ...limits, connect: { ca: pairs[kind].cert } });
    atTearDown(() => dispatcher.destroy());
    return { fetch: (url, init) => undici.fetch(url, { ...init, dispatcher }) };
  }

  describe('a certificate', () => {
    const refused = {
      'that signs itself': ['good', () => undefined, /self-signed certificate/],
      'whose time is over, though trusted': ['expired', trusting, /certificate has expired/],
      'whose time has not come, though trusted': ['early', trusting, /certificate is not yet valid/],
      'of another name, though trusted': ['misnamed', trusting, /IP: 127\.0\.0\.1 is not in the cert's list/],
    };
    for (const [name, [kind, init, reason]] of Object.entries(refused)) {
      it(`${name}: "the request failed", and why; nothing is sent, and it is tried again`, async () => {
        const clock = fakeClock();
        let requests = 0;
        const server = createServer(pairs[kind], () => requests++);
        const source = open(`https://127.0.0.1:${await listen(server)}/`, init(kind));
        const events = record(source);
        for (let n = 0; n < 2; n++) {
          const error = await events.next('error');
          assert.match(error.message, /^The request failed/);
          assert.match(error.message, reason);
          assert.equal(source.readyState, EventSource.CONNECTING);
          clock.tick(error.retryIn); // undici may have timers of its own
        }
        assert.equal(requests, 0);
      });
    }

    it('that is trusted: events come; the socket is cut without TLS\'s own goodbye: "broke off", and it goes on after the last', async () => {
      const clock = fakeClock();
      const server = createServer(pairs.good, (request, response) => {
        response.writeHead(200, STREAM);
        const id = Number(request.headers['last-event-id'] ?? 0);
        for (const text of eventsAfter(id).slice(0, 3)) response.write(text);
      });
      const sockets = [];
      server.on('connection', (socket) => sockets.push(socket));
      const events = record(open(`https://127.0.0.1:${await listen(server)}/`, trusting('good')));
      await events.next('open');
      await expectEvents(events, 0, 2);
      sockets[0].destroy();
      assert.match((await events.next('error')).message, /^The connection broke off/);
      clock.pass();
      await events.next('open');
      await expectEvents(events, 2);
    });
  });

  describe('HTTP/2', () => {
    /** A server that does `finish` after two events of the first stream, and then replays what is missing. */
    async function serveHttp2(finish) {
      const requests = [];
      const server = createSecureServer(pairs.good);
      server.on('connection', (socket) => (requests.socket ??= socket));
      server.on('stream', (stream, headers) => {
        requests.push({ stream, headers });
        stream.on('error', () => {}).respond({ ':status': 200, ...STREAM });
        const isFirst = requests.length === 1;
        const text = eventsAfter(Number(headers['last-event-id'] ?? 0));
        for (const event of isFirst ? text.slice(0, 3) : text) stream.write(event);
      });
      const events = record(open(`https://127.0.0.1:${await listen(server)}/`, trusting('good')));
      const clock = fakeClock();
      await events.next('open');
      await expectEvents(events, 0, 2);
      finish(requests[0].stream, requests.socket);
      const error = await events.next('error');
      clock.pass();
      await events.next('open');
      await expectEvents(events, 2);
      assert.equal(requests[1].headers['last-event-id'], '2');
      assert.equal(requests[1].headers.accept, 'text/event-stream');
      return error;
    }

    it('the stream ends: it goes on after the last event', async () => {
      assert.match((await serveHttp2((stream) => stream.end())).message, /^The stream ended/);
    });

    const faults = {
      RST_STREAM: (stream) => stream.destroy(new Error('INTERNAL_ERROR is sent')),
      'GOAWAY, and the connection is closed': (stream) => (stream.session.goaway(2), stream.session.destroy()),
      'the connection is reset': (_, socket) => socket.resetAndDestroy(),
    };
    for (const [name, finish] of Object.entries(faults)) {
      it(`${name}: "broke off", and it goes on after the last event`, async () => {
        assert.match((await serveHttp2(finish)).message, /^The connection broke off/);
      });
    }

    it('several sources over one connection: one stream reset, the others untouched', async () => {
      const streams = [];
      let sessions = 0;
      const server = createSecureServer(pairs.good).on('session', () => sessions++);
      server.on('stream', (stream) => {
        streams.push(stream);
        stream.on('error', () => {}).respond({ ':status': 200, ...STREAM });
      });
      const init = trusting('good', { connections: 1, pipelining: 10 });
      const url = `https://127.0.0.1:${await listen(server)}/`;
      fakeClock();
      const sources = [];
      for (let n = 0; n < 3; n++) {
        sources.push(record(open(url, init)));
        await sources[n].next('open');
      }
      assert.equal(sessions, 1);
      streams[1].destroy(new Error('INTERNAL_ERROR is sent'));
      assert.match((await sources[1].next('error')).message, /^The connection broke off/);
      for (const n of [0, 2]) {
        for (const text of eventsAfter(0)) streams[n].write(text);
        await expectEvents(sources[n]);
      }
    });
  });
});
