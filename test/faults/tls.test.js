// TLS with certificates that are not to be trusted, and HTTP/2, through undici as docs/recipes.md has it. The keys are made
// by openssl, which tools/setup-tests.sh installs.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createSecureServer } from 'node:http2';
import { createServer } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assert } from '../support/assert.js';
import { atTearDown, EventSource, fakeClock, open, record, tearDown } from '../support/scene.js';
import { eventsAfter, expectEvents, listen } from './wire.js';

/** By kind: what openssl is told of a certificate that signs itself. */
const certificates = {
  good: ['-addext', 'subjectAltName=IP:127.0.0.1'],
  misnamed: ['-addext', 'subjectAltName=DNS:example.org'],
};

const STREAM = { 'content-type': 'text/event-stream' };

describe('TLS and HTTP/2', () => {
  let pairs, undici;

  before(async () => {
    // Whichever undici is loaded first is what the global fetch of the process uses: that must be Node's own.
    await fetch('data:,');
    undici = await import('undici');
    const folder = mkdtempSync(join(tmpdir(), 'eventsource-wasm-'));
    const make = ([kind, settings]) => {
      const [keyFile, file] = ['key', 'certificate'].map((name) => join(folder, `${kind}-${name}.pem`));
      const type = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-subj', '/CN=test'];
      const command = ['req', '-x509', ...type, ...settings, '-keyout', keyFile, '-out', file];
      execFileSync('openssl', command, { stdio: ['ignore', 'ignore', 'pipe'] });
      return [kind, { key: readFileSync(keyFile), cert: readFileSync(file) }];
    };
    pairs = Object.fromEntries(Object.entries(certificates).map(make));
    rmSync(folder, { recursive: true });
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
