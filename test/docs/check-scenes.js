// The sections of docs/check.md, and of others that check a server: against servers that end the stream, so that the
// watch is over at once, and against nginx.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { assert } from '../support/assert.js';
import { folder, need, runScriptAt, succeed } from './run.js';
import { findPort, listen, startNginx } from './tools.js';

/** A right stream of four events that resumes, and that pages of all origins may read. */
function answer(request, response) {
  const allowed = { 'Access-Control-Allow-Origin': '*', 'Access-Control-Allow-Headers': 'Last-Event-ID' };
  if (request.method === 'OPTIONS') return response.writeHead(204, allowed).end();
  response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store', ...allowed });
  response.write(':\n\nretry: 2000\n\n');
  for (let id = Number(request.headers['last-event-id'] ?? 0); id < 4;) response.write(`id: ${++id}\ndata: 20.1\n\n`);
  return response.end();
}

/** Events every 10 ms for some seconds, which nginx may collect. */
function answerForLong(request, response) {
  response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
  response.write(':\n\nretry: 2000\n\n');
  let id = Number(request.headers['last-event-id'] ?? 0);
  const timer = setInterval(() => {
    response.write(`id: ${++id}\ndata: {"at":${Date.now()},"text":"${'x'.repeat(50)}"}\n\n`);
    if (id === 400) response.end();
  }, 10);
  response.on('close', () => clearInterval(timer));
}

const checkByShell = {
  of: 'sh',
  async run([{ code }]) {
    const { out } = succeed(await runScriptAt(code, await listen(answer)));
    assert.match(out, /^0 errors, 0 warnings, 2 notes\.$/m);
  },
};

/** The names of what is found in a stream behind nginx, with these settings of its location. */
async function findBehindNginx(settings) {
  need('nginx');
  const port = await findPort();
  const location = settings.replace('http://127.0.0.1:3000', await listen(answerForLong));
  await startNginx(folder, port, `server { listen 127.0.0.1:${port}; ${location} }`);
  return runScriptAt('npx eventsource-wasm check https://example.org/stream', `http://127.0.0.1:${port}`);
}

const errorsIn = (text) => [...text.matchAll(/^error (\S+)$/gm)].map(([, name]) => name);

export const checkScenes = {
  'docs/check.md#checking-a-server': checkByShell,
  'docs/faq.md#why-do-events-arrive-late-or-all-at-once': checkByShell,

  'docs/check.md#what-it-prints': {
    of: 'text',
    async run([{ code }]) {
      const { status, out } = await findBehindNginx('location /stream { proxy_pass http://127.0.0.1:3000; }');
      assert.equal(status, 1, out);
      assert.deepEqual(errorsIn(code), ['buffered']);
      assert.deepEqual(errorsIn(out), errorsIn(code), out);
      const mend = 'To mend it: In nginx: `proxy_buffering off;`';
      for (const text of [code, out]) assert.ok(text.includes(mend), text);
    },
  },

  'docs/check.md#behind-nginx-that-buffers': {
    of: 'nginx',
    async run([{ code }]) {
      const { status, out } = await findBehindNginx(code);
      assert.equal(status, 0, out);
    },
  },

  'docs/check.md#in-scripts': {
    of: 'sh sh',
    async run([json, html]) {
      const { out } = succeed(await runScriptAt(`${json.code}${html.code}`, await listen(answer)));
      assert.match(out, /^note: six-connections\nnote: ended\n/);
      assert.match(out, /^0 errors, 0 warnings, 1 note\.$/m);
      assert.match(readFileSync(join(folder, 'report.html'), 'utf8'), /"name":"cors-no-credentials"/);
    },
  },
};
