// The check against servers that nobody here wrote, all at once: each has exactly these findings.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createSession } from 'better-sse';
import express from 'express';
import { observe } from '../../js/command/check/observe.js';
import { judge } from '../../js/command/check/rules.js';
import { findPort, isInstalled, listen, startNginx } from '../docs/tools.js';
import { assert } from '../support/assert.js';
import { atTearDown, tearDown } from '../support/scene.js';

/** They are installed in a folder of their own: make test/check/servers/node_modules. */
const require = createRequire(new URL('servers/package.json', import.meta.url));
const load = (name) => import(pathToFileURL(require.resolve(name)));

const SECONDS = 8;
const TYPE = { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' };

/** Calls back every `milliseconds` until the response is closed. */
function every(milliseconds, response, callback) {
  const timer = setInterval(callback, milliseconds);
  response.on('close', () => clearInterval(timer));
}

/** A right stream: /500-50 sends 50 bytes of data every 500 ms; it resumes. */
function stream(request, response) {
  const [period, size] = request.url.match(/\d+/g).map(Number);
  let id = Number(request.headers['last-event-id'] ?? 0);
  response.writeHead(200, TYPE);
  response.write(':\n\nretry: 2000\n\n');
  const send = () => response.write(`id: ${++id}\ndata: ${'x'.repeat(size)}\n\n`);
  send();
  every(period, response, send);
}

const PLACES = `
  location /on/ { proxy_pass UPSTREAM; }
  location /off/ { proxy_buffering off; proxy_pass UPSTREAM; }
  location /gzip/ {
    gzip on;
    gzip_types text/event-stream;
    gzip_proxied any;
    gzip_min_length 0;
    proxy_buffering off;
    proxy_pass UPSTREAM;
  }
  location /both/ { gzip on; gzip_types text/event-stream; gzip_proxied any; proxy_pass UPSTREAM; }
  location = /publish {
    nchan_publisher http;
    nchan_channel_id check;
    nchan_message_timeout 1h;
  }
  location = /nchan {
    nchan_subscriber eventsource;
    nchan_channel_id check;
    nchan_subscriber_first_message oldest;
  }`;

async function startProxy() {
  const upstream = await listen(stream);
  const port = await findPort();
  const folder = mkdtempSync(join(tmpdir(), 'eventsource-wasm-'));
  atTearDown(() => rmSync(folder, { recursive: true }));
  mkdirSync(folder, { recursive: true });
  await startNginx(
    folder,
    port,
    `server { listen 127.0.0.1:${port}; ${PLACES.replaceAll('UPSTREAM', `${upstream}/`)} }`,
  );
  const origin = `http://127.0.0.1:${port}`;
  let count = 0;
  const timer = setInterval(() => fetch(`${origin}/publish`, { method: 'POST', body: `message ${++count}` }), 400);
  atTearDown(() => clearInterval(timer));
  return origin;
}

async function startExpress() {
  const { default: compression } = await load('compression');
  const app = express();
  app.use(compression());
  const send = (path, isFlushed) =>
    app.get(path, (request, response) => {
      let id = Number(request.get('Last-Event-ID') ?? 0);
      response.set(TYPE);
      response.write(':\n\nretry: 2000\n\n');
      every(200, response, () => {
        response.write(`id: ${++id}\ndata: ${'x'.repeat(40)}\n\n`);
        if (isFlushed) response.flush();
      });
    });
  send('/compressed', false);
  send('/flushed', true);
  return listen(app);
}

const startBetterSse = () =>
  listen(async (request, response) => {
    const session = await createSession(request, response);
    let id = Number(session.lastId || 0);
    every(400, response, () => session.push({ n: id }, 'message', `${++id}`));
  });

async function startAi() {
  const { simulateReadableStream, streamText } = await load('ai');
  const { MockLanguageModelV3 } = await load('ai/test');
  const usage = { inputTokens: { total: 1 }, outputTokens: { total: 1 } };
  const chunks = [
    { type: 'text-start', id: '1' },
    ...['grüße', ' 日本語', ' 😀'].map((delta) => ({ type: 'text-delta', id: '1', delta })),
    { type: 'text-end', id: '1' },
    { type: 'finish', finishReason: { unified: 'stop' }, usage },
  ];
  return listen((request, response) => {
    const doStream = async () => ({ stream: simulateReadableStream({ chunks, chunkDelayInMs: 200 }) });
    streamText({ model: new MockLanguageModelV3({ doStream }), prompt: 'hello' }).pipeUIMessageStreamToResponse(
      response,
    );
  });
}

async function startMcp() {
  const { McpServer } = await load('@modelcontextprotocol/sdk/server/mcp.js');
  const { SSEServerTransport } = await load('@modelcontextprotocol/sdk/server/sse.js');
  const { StreamableHTTPServerTransport } = await load('@modelcontextprotocol/sdk/server/streamableHttp.js');
  const make = () => new McpServer({ name: 'test', version: '1' });
  return listen(async (request, response) => {
    if (request.url === '/sse') {
      await make().connect(new SSEServerTransport('/messages', response));
      return;
    }
    const server = make();
    server.registerTool('greet', {}, async () => ({ content: [{ type: 'text', text: 'hello' }] }));
    const transport = new StreamableHTTPServerTransport({ sessionIdGenerator: undefined });
    await server.connect(transport);
    await transport.handleRequest(request, response);
  });
}

const MCP_REQUEST = {
  method: 'POST',
  headers: { Accept: 'application/json, text/event-stream', 'Content-Type': 'application/json' },
  body: new TextEncoder().encode(
    JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'greet', arguments: {} } }),
  ),
};

const STARTS = { nginx: startProxy, express: startExpress, 'better-sse': startBetterSse, ai: startAi, mcp: startMcp };

/** What is checked, and what is found. */
const CASES = [
  ['nginx that buffers, with many events', 'nginx', '/on/20-100', ['buffered', 'six-connections']],
  ['nginx that buffers, with few events', 'nginx', '/on/400-50', ['buffered']],
  ['nginx with proxy_buffering off', 'nginx', '/off/400-50', ['six-connections']],
  ['nginx with gzip', 'nginx', '/gzip/400-50', ['six-connections', 'compressed']],
  ['nginx with gzip that buffers', 'nginx', '/both/10-100', ['buffered']],
  // It sends no Cache-Control and no chunks, and ids such as 1795869636:0; retry is not its to know.
  ['nchan', 'nginx', '/nchan', ['no-cache-control', 'unframed', 'six-connections', 'no-retry', 'id-beyond-cors']],
  ['express with compression', 'express', '/compressed', ['compression-buffers']],
  ['express with compression that is flushed', 'express', '/flushed', ['six-connections', 'compressed']],
  ['better-sse', 'better-sse', '/', ['six-connections']],
  ['the AI SDK', 'ai', '/', ['six-connections', 'ended', 'no-retry', 'no-ids']],
  ['the MCP SDK, SSE', 'mcp', '/sse', ['six-connections', 'quiet', 'no-retry', 'no-ids']],
  ['the MCP SDK, streamable HTTP', 'mcp', '/mcp', ['six-connections', 'ended', 'no-retry', 'no-ids'], MCP_REQUEST],
];

/** The line that mends it, as it must stand in the report. */
const MENDS = {
  'nginx that buffers, with many events': 'In nginx: `proxy_buffering off;`',
  'nginx that buffers, with few events': 'In nginx: `proxy_buffering off;`',
  'express with compression': 'In Express: `filter:',
};

/** Those that keep events: after the last but one came the last. */
const RESUMING = ['nginx with proxy_buffering off', 'nchan', 'better-sse'];

describe('check of servers that others wrote', function () {
  /** @type {import('../../js/command/check/observation.d.ts').Observation[]} */
  let observations;

  before(async function () {
    this.timeout(30_000);
    assert.ok(isInstalled('nchan'), 'nginx or nchan is missing: sh tools/setup-tests.sh');
    const names = Object.keys(STARTS);
    const origins = await Promise.all(names.map((name) => STARTS[name]()));
    observations = await Promise.all(
      CASES.map(async ([, server, path, , wish = {}]) => {
        const url = new URL(origins[names.indexOf(server)] + path);
        return observe({ url, seconds: SECONDS, ...wish });
      }),
    );
  });
  after(tearDown);

  for (const [n, [name, , , expected]] of CASES.entries()) {
    it(name, () => {
      const findings = judge(observations[n]);
      const found = findings.map((finding) => finding.name);
      assert.deepEqual(found, expected, JSON.stringify(findings, null, 2));
      if (MENDS[name]) assert.ok(findings[0].mend.startsWith(MENDS[name]), findings[0].mend);
    });
  }

  for (const name of RESUMING) {
    it(`${name}: sees it resume`, () => {
      const { resume } = observations[CASES.findIndex(([other]) => other === name)];
      assert.notEqual(resume.expected, undefined);
      assert.equal(resume.exchange.body.events[0].id, resume.expected);
    });
  }
});
