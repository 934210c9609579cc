// Debian's nginx between sources and a server that replays by Last-Event-ID, while nginx is reloaded, stopped and quit
// under load. tools/setup-tests.sh installs nginx; without it these tests fail.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assert } from '../support/assert.js';
import { atTearDown, EventSource, open, record, serve, tearDown } from '../support/scene.js';
import { deferred, within } from '../support/wait.js';
import { findPort, isInstalled, startNginx } from '../docs/tools.js';
import { listen } from './wire.js';

const SOURCES = 10;
const EVENTS = 2500;
const EVENTS_PER_RESPONSE = 150;

/** A number of events after the one the client has, as fast as they are taken. */
async function answer(request, response) {
  const last = Number(request.headers['last-event-id'] ?? 0);
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  for (let id = last + 1; id <= last + EVENTS_PER_RESPONSE && !response.destroyed; id++) {
    const taken = new Promise((resolve) => response.write(`id: ${id}\ndata: ${id} grün\n\n`, () => resolve()));
    if (id % 10 === 0) await taken;
  }
  response.end();
}

/** nginx with these settings before that server. */
async function startProxy(origin, settings) {
  assert.ok(isInstalled('nginx'), 'nginx is missing');
  const folder = mkdtempSync(join(tmpdir(), 'eventsource-wasm-'));
  atTearDown(() => rmSync(folder, { recursive: true }));
  const port = await findPort();
  const site = `server { listen 127.0.0.1:${port}; ${settings} location / { proxy_pass ${origin}; proxy_http_version 1.1; } }`;
  const start = () => startNginx(folder, port, site);
  const signal = (name) => {
    const pid = Number(readFileSync(join(folder, 'nginx.pid'), 'utf8'));
    process.kill(pid, name);
    return pid;
  };
  await start();
  return {
    url: `http://127.0.0.1:${port}/`,
    reload: () => signal('SIGHUP'),
    /** Ends it by SIGTERM, which cuts what is open, or by SIGQUIT, which does not; and starts it anew. */
    async restart(how) {
      const pid = signal(how);
      const gone = async () => {
        for (;;) {
          try {
            process.kill(pid, 0);
          } catch {
            return;
          }
          await new Promise(setImmediate);
        }
      };
      await within(gone(), 'nginx to end');
      await start();
    },
  };
}

/** Checks every event of a source as it comes, and tells when it has a number of them. */
function follow(url) {
  let count = 0;
  let cuts = 0;
  const waiting = [];
  const done = deferred();
  const source = open(url, { reconnectionTime: 1 });
  source.onmessage = ({ data, lastEventId }) => {
    count++;
    if (data !== `${count} grün` || lastEventId !== `${count}`) {
      source.close();
      done.reject(new Error(`event ${count} was '${data}' of id ${lastEventId}`));
    }
    while (waiting.length > 0 && waiting[0].at <= count) waiting.shift().resolve();
    if (count === EVENTS) {
      source.close();
      done.resolve();
    }
  };
  source.onerror = ({ message }) => {
    if (!/^The stream ended/.test(message)) cuts++;
    if (source.readyState === EventSource.CLOSED) done.reject(new Error(message));
  };
  return {
    done: done.promise,
    get cuts() {
      return cuts;
    },
    /** @param {number} at */
    has: (at) =>
      within(
        Promise.race([new Promise((resolve) => waiting.push({ at, resolve })), done.promise]),
        () => `event ${at} (${count} came)`,
      ),
  };
}

describe('nginx', () => {
  afterEach(tearDown);

  for (const buffering of ['on', 'off']) {
    for (const gzip of ['on', 'off']) {
      it(`proxy_buffering ${buffering}, gzip ${gzip}, reloaded, stopped and started, quit and started under load: every source has every event once, in order`, async function () {
        this.timeout(60_000);
        const origin = `http://127.0.0.1:${await listen(createServer(answer))}`;
        const compression = `gzip ${gzip}; gzip_types text/event-stream; gzip_proxied any; gzip_min_length 1;`;
        const proxy = await startProxy(origin, `proxy_buffering ${buffering}; ${compression}`);
        const head = await fetch(proxy.url);
        await head.body.cancel();
        assert.equal(head.headers.get('content-encoding'), gzip === 'on' ? 'gzip' : null);
        const sources = Array.from({ length: SOURCES }, () => follow(proxy.url));
        const all = (at) => Promise.all(sources.map((source) => source.has(at)));
        await all(EVENTS / 5);
        proxy.reload();
        await all((2 * EVENTS) / 5);
        await proxy.restart('SIGTERM');
        await all((3 * EVENTS) / 5);
        await proxy.restart('SIGQUIT');
        await all((4 * EVENTS) / 5);
        proxy.reload();
        await within(Promise.all(sources.map(({ done }) => done)), 'all events');
        const cuts = sources.reduce((sum, source) => sum + source.cuts, 0);
        assert.ok(cuts > 0, 'no connection was cut');
        this.test.title += ` (${SOURCES * EVENTS} events, ${cuts} faults)`;
      });
    }
  }

  it('proxy_buffering on, and a server that sends X-Accel-Buffering: no: each event comes at once', async () => {
    const headers = { 'x-accel-buffering': 'no' };
    const server = await serve([{ headers, chunks: ['data: 1\n\n'] }]);
    const proxy = await startProxy(server.origin, 'proxy_buffering on;');
    const events = record(open(proxy.url));
    await events.next('open');
    await events.next('message');
    await (await server.request(0)).write('data: 2\n\n');
    assert.equal((await events.next('message')).data, '2');
  });

  it('a server that is down: 502, which fails the connection; with retryOn it is tried again, and opens when the server is back', async () => {
    const server = createServer(answer);
    const port = await findPort();
    const proxy = await startProxy(`http://127.0.0.1:${port}`, '');
    const plain = open(proxy.url);
    assert.equal((await record(plain).next('error')).code, 502);
    assert.equal(plain.readyState, EventSource.CLOSED);
    const events = record(
      open(proxy.url, { retryOn: ({ status }) => status === 502 || undefined, reconnectionTime: 1 }),
    );
    assert.equal((await events.next('error')).code, 502);
    await listen(server, port);
    await events.until('open');
    assert.equal((await events.next('message')).lastEventId, '1');
  });
});
