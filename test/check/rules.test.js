// For each rule a server that breaks just it: exactly its finding comes of it. A right server has none.
import { once } from 'node:events';
import { createServer } from 'node:net';
import { createGzip, gzipSync } from 'node:zlib';
import { judge, rules } from '../../js/command/check/rules.js';
import { observe } from '../../js/command/check/observe.js';
import { assert } from '../support/assert.js';
import { atTearDown, tearDown } from '../support/scene.js';
import { findIn, observeServer } from './scripted.js';

const HEADERS = { 'content-type': 'text/event-stream', 'cache-control': 'no-store' };
const HELLO = ':\n\nretry: 2000\n\n';
const ORIGIN = 'https://app.example.org';
const eventOf = (id) => `id: ${id}\ndata: {"n":${id}}\n\n`;

/** Sends these pieces, two seconds apart; then nothing happens until the watch is over. */
const pieces = (...texts) => ({
  headers: HEADERS,
  async play({ write, wait }) {
    write(HELLO);
    for (const text of texts) {
      if (text !== '') write(text);
      await wait(2000);
    }
    await wait(10_000 - 2000 * texts.length);
  },
});

/** Events 1 to 4 and a heartbeat in ten seconds. */
const watch = pieces(eventOf(1), eventOf(2), ':\n\n', eventOf(3), eventOf(4));

/** Goes on after the event that the client has; an older one than all is answered with all. */
const resume = {
  headers: HEADERS,
  play({ write, lastEventId = '0' }) {
    write(HELLO);
    for (let more = 1; more <= 4; more++) write(eventOf(Number(lastEventId) + more));
  },
};

const consent = {
  status: 204,
  headers: {
    'access-control-allow-origin': ORIGIN,
    'access-control-allow-headers': 'Last-Event-ID, X-Token',
    'access-control-allow-methods': 'PUT',
    vary: 'Origin',
  },
};

const RIGHT = { watch, resume, stale: resume, preflight: consent };

/** The right server, with other headers on the stream; undefined takes one away. */
function withHeaders(headers, more = {}) {
  const all = Object.entries({ ...HEADERS, ...headers }).filter(([, value]) => value !== undefined);
  return { ...RIGHT, watch: { ...watch, headers: Object.fromEntries(all) }, ...more };
}

/** The right server, which sends this after its first event. */
const withText = (text) => ({
  ...RIGHT,
  watch: pieces(
    Buffer.concat([eventOf(1), text].map((each) => Buffer.from(each))),
    eventOf(2),
    ':\n\n',
    eventOf(3),
    eventOf(4),
  ),
});

/** The right server, whose watched stream goes so. */
const withPlay = (play, headers = HEADERS) => ({ ...RIGHT, watch: { headers, play } });

/** The right server for pages of ORIGIN, with other headers. */
const forPage = (headers = {}, more = {}) =>
  withHeaders(
    {
      'access-control-allow-origin': ORIGIN,
      'access-control-allow-credentials': 'true',
      vary: 'Origin',
      ...headers,
    },
    more,
  );

/** The right server, whose stream is said to be gzip. */
const inGzip = (play) => ({
  ...RIGHT,
  watch: { headers: { ...HEADERS, 'content-encoding': 'gzip' }, play },
  identity: resume,
});

/** Events of which each tells when it arose, every 100 ms. */
const toldEvents = (from, to) =>
  Array.from({ length: to - from }, (_, n) => {
    const id = from + n;
    return `id: ${id}\ndata: {"at":"${new Date(1.7e12 + id * 100).toISOString()}"}\n\n`;
  }).join('');

/** By rule: servers that break it alone, and what is asked of them. */
const BROKEN = {
  'redirect-loop': [[{ watch: { status: 302, headers: { location: '/again' } } }]],
  'no-answer': [[{ watch: { raw: (request, response, { advance }) => advance(10_000) } }]],
  status: [
    [{ watch: { status: 404, headers: HEADERS } }],
    [{ watch: { status: 204 } }],
    [{ watch: { status: 500, headers: { 'content-type': 'text/html' } } }],
  ],
  'content-type': [
    [withHeaders({ 'content-type': 'application/json' })],
    [withHeaders({ 'content-type': undefined })],
    [withHeaders({ 'content-type': 'text/event-streaming' })],
  ],
  charset: [
    [withHeaders({ 'content-type': 'text/event-stream; charset=iso-8859-1' })],
    [withHeaders({ 'content-type': 'text/event-stream;charset="utf-16"' })],
    [withHeaders({ 'content-type': 'text/event-stream; charset=utf8' })],
  ],
  redirected: [
    [
      {
        ...RIGHT,
        watch: {
          raw(request, response, stage) {
            if (request.url === '/stream') return response.writeHead(301, { location: '/there' }).end();
            response.writeHead(200, HEADERS).flushHeaders();
            return watch.play(stage);
          },
        },
      },
    ],
  ],
  cacheable: [
    [withHeaders({ 'cache-control': 'public, max-age=60' })],
    [withHeaders({ 'cache-control': 'no-transform' })],
  ],
  'no-cache-control': [[withHeaders({ 'cache-control': undefined })]],
  'content-length': [[withHeaders({ 'content-length': '100000' })]],
  'http-1.0': [
    [
      {
        ...RIGHT,
        watch: {
          raw(request, response, { socket, send, wait }) {
            socket.write('HTTP/1.0 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-store\r\n\r\n');
            const write = (text) => {
              socket.write(text);
              send(text.length);
            };
            return watch.play({ write, wait });
          },
        },
      },
    ],
  ],
  unframed: [
    [
      {
        ...RIGHT,
        watch: {
          raw(request, response, stage) {
            response.useChunkedEncodingByDefault = false;
            response.writeHead(200, HEADERS).flushHeaders();
            return watch.play(stage);
          },
        },
      },
    ],
  ],
  'connection-close': [[withHeaders({ connection: 'close' })]],
  'slow-headers': [
    [
      {
        ...RIGHT,
        hop: { status: 405 },
        watch: {
          raw(request, response, stage) {
            stage.advance(3500);
            response.writeHead(200, HEADERS).flushHeaders();
            return watch.play(stage);
          },
        },
      },
    ],
  ],
  'late-first-byte': [
    [
      withPlay(async (stage) => {
        await stage.wait(1500);
        return watch.play(stage);
      }),
    ],
    [withPlay(({ wait }) => wait(10_000))],
  ],

  buffered: [
    [
      // A full buffer ends within a line.
      withPlay(async ({ write, wait }) => {
        const text = HELLO + Array.from({ length: 300 }, (_, n) => eventOf(n + 1)).join('');
        for (let at = 0; at < 5000; at += 1003) {
          write(text.slice(at, at + 1003));
          await wait(2000);
        }
      }),
    ],
    [
      // A buffer of 4 KB, in a stream whose lines end there by chance.
      withPlay(async ({ write, wait }) => {
        write(HELLO + eventOf(1));
        for (let id = 2; id < 6; id++) {
          await wait(2000);
          write(eventOf(id) + `:${' '.repeat(4096 - eventOf(id).length - 3)}\n\n`);
        }
        await wait(2000);
      }),
    ],
    [
      // What the stream itself tells: ten events a second that come every two seconds.
      withPlay(async ({ write, wait }) => {
        write(HELLO);
        for (let id = 1; id < 100; id += 20) {
          write(toldEvents(id, id + 20));
          await wait(2000);
        }
      }),
    ],
    [
      // nginx answers at once, but not with the stream.
      {
        watch: { raw: (request, response, { advance }) => advance(2000) },
        hop: { status: 405, headers: { server: 'nginx/1.22.1' }, play: ({ wait }) => wait(8000) },
      },
    ],
  ],
  'compression-buffers': [
    [
      {
        ...RIGHT,
        watch: {
          headers: { ...HEADERS, 'content-encoding': 'gzip' },
          async play({ write, wait, came }) {
            write(gzipSync('').subarray(0, 10));
            await came('identity');
            return wait(10_000);
          },
        },
        identity: resume,
      },
    ],
    [
      // Without any headers, since the compressor has nothing to send yet.
      {
        watch: { raw: (request, response, { advance }) => advance(2000) },
        identity: {
          headers: HEADERS,
          async play({ write, wait, came }) {
            write(HELLO + eventOf(1));
            await came('hop');
            await wait(8000);
          },
        },
        hop: { status: 405 },
      },
    ],
  ],
  compressed: [
    [
      inGzip(({ write, wait }) => {
        const gzip = createGzip();
        gzip.on('data', write);
        const flush = () => new Promise((resolve) => gzip.flush(resolve));
        return watch.play({ write: (text) => gzip.write(text), wait: (time) => flush().then(() => wait(time)) });
      }),
    ],
  ],
  'bad-encoding': [
    [inGzip(({ write }) => write('no gzip at all'))],
    [withHeaders({ 'content-encoding': 'zstd' }, { identity: resume })],
  ],
  bursts: [
    [
      withPlay(async ({ write, wait }) => {
        write(HELLO);
        for (let id = 1; id < 50; id += 10) {
          for (let more = 0; more < 10; more++) write(eventOf(id + more));
          await wait(2000);
        }
      }),
    ],
  ],
  'all-at-once': [
    [
      {
        ...RIGHT,
        hop: { status: 405 },
        watch: {
          raw(request, response, stage) {
            stage.advance(2500);
            response.writeHead(200, HEADERS);
            response.end(`${HELLO}${eventOf(1)}${eventOf(2)}${eventOf(3)}${eventOf(4)}`);
          },
        },
      },
      { also: ['ended'] },
    ],
  ],
  'no-heartbeat': [
    [
      withPlay(async ({ write, wait }) => {
        write(HELLO + eventOf(1) + eventOf(2) + eventOf(3) + eventOf(4));
        await wait(31_000);
        write(':\n\n');
        await wait(9000);
      }),
      { seconds: 40 },
    ],
  ],
  quiet: [[{ ...RIGHT, watch: pieces(eventOf(1) + eventOf(2) + eventOf(3) + eventOf(4)) }]],
  'no-events': [[{ ...RIGHT, watch: pieces(':\n\n', ':\n\n', ':\n\n', ':\n\n') }]],
  ended: [
    [
      withPlay(({ write, end }) => {
        write(HELLO + [1, 2, 3, 4].map(eventOf).join(''));
        end();
      }),
    ],
  ],
  'broken-off': [
    [
      withPlay(async ({ write, wait, destroy }) => {
        write(HELLO + [1, 2, 3, 4].map(eventOf).join(''));
        await wait(1000);
        destroy();
      }),
    ],
  ],
  'keeps-sending': [
    [
      {
        ...RIGHT,
        watch: {
          headers: HEADERS,
          goesOn: true,
          async play({ write, wait, advance, changed, socket, response }) {
            const closed = once(socket, 'end');
            await watch.play({ write, wait });
            await closed;
            for (let n = 0; n < 2; n++) {
              advance(300);
              response.write(':\n\n');
              await changed();
            }
            advance(1000);
          },
        },
      },
    ],
  ],

  'no-empty-line': [
    [
      withPlay(async ({ write, wait }) => {
        write(':\nretry: 2000\n');
        for (let n = 0; n < 5; n++) {
          write(`data: ${n}\n`);
          await wait(2000);
        }
      }),
    ],
    [{ ...RIGHT, watch: pieces('', ':\n\n', ':\n\n', 'data: x\n') }],
  ],
  'unfinished-event': [
    [
      withPlay(({ write, end }) => {
        write(`${HELLO}${[1, 2, 3, 4].map(eventOf).join('')}data: lost\n`);
        end();
      }),
      { also: ['ended'] },
    ],
  ],
  'not-utf-8': [
    [withText(Buffer.from('data: caf\xe9\n\n', 'latin1'))],
    [withText(Buffer.from([0x3a, 0xe2, 0x82, 0x0a, 0x0a]))],
  ],
  'byte-order-mark': [
    [
      withPlay((stage) => {
        stage.write('\uFEFF');
        return watch.play(stage);
      }),
    ],
  ],
  'stray-byte-order-mark': [[withText('\uFEFFdata: x\n\n')]],
  'mixed-line-ends': [[withText('data: x\r\n\r\n')], [withText('data: x\r\r')]],
  'cr-line-ends': [
    [withPlay(({ write, wait }) => watch.play({ write: (text) => write(text.replaceAll('\n', '\r')), wait }))],
  ],
  'misspelt-field': [
    [withText('Data: x\n\n')],
    [withText(' data: x\n\n')],
    [withText('data : x\n\n')],
    [withText('dta: x\n\n')],
    [withText('evnet: x\ndata: y\n\n')],
  ],
  'bare-json': [[withText('{"n": 1}\n\n')], [withText('[{"n": 1}]\n')]],
  'split-json': [[withText('data: {\n  "n": 1\n}\n\n')], [withText('data: {"text":"one\ndata: two"}\n\n')]],
  'unknown-field': [[withText('time: 12\ndata: x\n\n')], [withText('hello\n\n')]],
  'event-without-data': [[withText('event: ping\n\n')]],
  'large-event': [[withText(`data: ${'x'.repeat(1_100_000)}\n\n`)]],
  'no-retry': [
    [withPlay(({ write, wait }) => watch.play({ write: (text) => write(text.replace('retry: 2000\n', '')), wait }))],
  ],
  'short-retry': [[withText('retry: 0\n\n')]],
  'long-retry': [[withText('retry: 86400000\n\n')]],
  'retry-not-digits': [[withText('retry: 2s\n\n')], [withText('retry: -1\n\n')], [withText('retry\n\n')]],

  'no-ids': [[{ ...RIGHT, watch: pieces('data: 1\n\n', 'data: 2\n\n', ':\n\n', 'data: 3\n\n') }]],
  'duplicate-ids': [[withText(eventOf(1))]],
  'ids-go-back': [
    [
      {
        ...RIGHT,
        watch: pieces(eventOf(1), eventOf(4), ':\n\n', eventOf(3), eventOf(2)),
        resume: { headers: HEADERS, play: ({ write }) => write(eventOf(2)) },
      },
    ],
  ],
  'id-with-null': [[withText('id: a\0b\ndata: x\n\n')]],
  'id-with-controls': [[withText('id: a\x07b\ndata: x\n\n')]],
  'id-beyond-cors': [
    [withText('id: {"n":1}\ndata: x\n\n')],
    [withText(`id: ${'x'.repeat(129)}\ndata: x\n\n`)],
    [withText('id: ü\ndata: x\n\n')],
  ],
  'resume-refused': [
    [{ ...RIGHT, resume: { status: 400 } }],
    [{ ...RIGHT, resume: { headers: { 'content-type': 'text/plain' } } }],
  ],
  'resume-repeats': [
    [{ ...RIGHT, resume: { headers: HEADERS, play: ({ write }) => write(HELLO + eventOf(1) + eventOf(2)) } }],
  ],
  'resume-loses': [
    [{ ...RIGHT, resume: { headers: HEADERS, play: ({ write }) => write(HELLO + eventOf(5)) } }],
    [{ ...RIGHT, resume: { headers: HEADERS, play: ({ write, wait }) => (write(HELLO), wait(3000)) } }],
  ],
  'stale-id': [[{ ...RIGHT, stale: { status: 410 } }], [{ ...RIGHT, stale: { status: 204 } }]],

  'cors-refused': [
    [RIGHT, { origin: ORIGIN }],
    [forPage({ 'access-control-allow-origin': 'https://other.example' }), { origin: ORIGIN }],
  ],
  'cors-no-credentials': [
    [forPage({ 'access-control-allow-credentials': undefined }), { origin: ORIGIN }],
    [
      forPage({ 'access-control-allow-origin': '*', 'access-control-allow-credentials': undefined }),
      { origin: ORIGIN },
    ],
  ],
  'cors-any-with-credentials': [[forPage({ 'access-control-allow-origin': '*' }), { origin: ORIGIN }]],
  'cors-vary': [
    [forPage({ vary: 'Accept-Encoding' }), { origin: ORIGIN }],
    [forPage({ vary: undefined }), { origin: ORIGIN }],
  ],
  'preflight-last-event-id': [
    [forPage({}, { preflight: { status: 404 } }), { origin: ORIGIN }],
    [
      forPage({}, { preflight: { ...consent, headers: { 'access-control-allow-origin': ORIGIN } } }),
      { origin: ORIGIN },
    ],
    [forPage({}, { preflight: { status: 204, headers: { 'access-control-allow-headers': '*' } } }), { origin: ORIGIN }],
  ],
  'preflight-refused': [
    [forPage(), { origin: ORIGIN, headers: { 'x-other': '1' } }],
    [forPage(), { origin: ORIGIN, method: 'PATCH' }],
    [forPage(), { origin: ORIGIN, headers: { 'content-type': 'application/json' } }],
  ],
};

const REST = ['unreachable', 'certificate', 'insecure', 'six-connections'];

describe('check', () => {
  afterEach(tearDown);

  it('finds nothing in a right server', async () => {
    assert.deepEqual(await findIn(RIGHT), []);
  });

  it('finds nothing in a right server that sends many events, each with its time', async () => {
    const answers = withPlay(async ({ write, wait }) => {
      write(HELLO);
      await wait(1000);
      for (let id = 1; id < 90; id++) {
        write(toldEvents(id, id + 1));
        await wait(100);
      }
      await wait(1000);
    });
    assert.deepEqual(await findIn(answers), []);
  });

  it('finds nothing in a right server that sends history first', async () => {
    const answers = withPlay(async ({ write, wait }) => {
      write(HELLO + toldEvents(1, 50));
      for (let id = 50; id < 53; id++) {
        await wait(2000);
        write(toldEvents(id, id + 1));
      }
      await wait(4000);
    });
    assert.deepEqual(await findIn(answers), []);
  });

  it('finds nothing in a right server for pages of another origin', async () => {
    const headers = { 'x-token': '1', 'content-type': 'text/plain', accept: 'x/y' };
    assert.deepEqual(await findIn(forPage(), { origin: ORIGIN, headers, method: 'PUT' }), []);
  });

  it('has a server for each rule', () => {
    assert.deepEqual([...Object.keys(BROKEN), ...REST].sort(), rules.map(({ name }) => name).sort());
  });

  for (const [name, servers] of Object.entries(BROKEN)) {
    describe(name, () => {
      for (const [n, [answers, { also = [], ...wish } = {}]] of servers.entries()) {
        it(`is all that server ${n + 1} has`, async () => {
          assert.deepEqual((await findIn(answers, wish)).sort(), [name, ...also].sort());
        });
      }
    });
  }

  it('unreachable is all that a closed port has', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = new URL(`http://127.0.0.1:${server.address().port}/`);
    server.close();
    await once(server, 'close');
    const names = judge(await observe({ url, seconds: 10 })).map(({ name }) => name);
    assert.deepEqual(names, ['unreachable']);
  });

  it('unreachable is all that a port has where nobody speaks TLS', async () => {
    const sockets = [];
    const server = createServer((socket) => sockets.push(socket)).listen(0, '127.0.0.1');
    await once(server, 'listening');
    atTearDown(() => {
      for (const socket of sockets) socket.destroy();
      server.close();
    });
    const url = new URL(`https://127.0.0.1:${server.address().port}/`);
    const names = judge(await observe({ url, seconds: 0.3 })).map(({ name }) => name);
    assert.deepEqual(names, ['unreachable']);
  });

  it('insecure is all that a right server has which a page over HTTPS asks over HTTP', async () => {
    const seen = await observeServer(forPage(), { origin: ORIGIN });
    const find = (url) => judge({ ...seen, url }, ['six-connections']).map(({ name }) => name);
    assert.deepEqual(find('http://example.org/stream'), ['insecure']);
    assert.deepEqual(find('http://localhost/stream'), []);
  });

  it('six-connections is all that a right server over HTTP/1.1 has', async () => {
    assert.deepEqual(await findIn(RIGHT, {}, []), ['six-connections']);
  });

  it('hands on no secrets when a redirect leads to another origin', async () => {
    const sent = [];
    const watch = {
      raw(request, response) {
        sent.push(request.headers);
        const { port } = request.socket.address();
        const isFirst = sent.length === 1;
        response.writeHead(isFirst ? 307 : 404, isFirst ? { location: `http://localhost:${port}/` } : {}).end();
      },
    };
    const headers = { authorization: 'Bearer secret', cookie: 'a=secret', 'x-other': '1' };
    assert.deepEqual(await findIn({ watch }, { headers }), ['status', 'redirected']);
    assert.deepEqual(
      sent.map(({ authorization, cookie, 'x-other': other }) => [authorization, cookie, other]),
      [
        ['Bearer secret', 'a=secret', '1'],
        [undefined, undefined, '1'],
      ],
    );
  });

  it('follows no redirect to what is not HTTP', async () => {
    const answers = { watch: { status: 302, headers: { location: 'ftp://127.0.0.1/' } } };
    assert.deepEqual(await findIn(answers), ['unreachable', 'redirected']);
  });

  it('leaves out what is to be ignored', async () => {
    const answers = { ...RIGHT, resume: { status: 400 } };
    assert.deepEqual(await findIn(answers, {}, ['six-connections', 'resume-refused']), []);
  });
});
