// Sections that need a server of their own, or show more than that an event comes: all their blocks in one test.
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createSecureServer } from 'node:http2';
import { connect } from 'node:net';
import { join } from 'node:path';
import { build } from 'esbuild';
import { assert } from '../support/assert.js';
import { atTearDown, open, record, serve } from '../support/scene.js';
import { root } from './pages.js';
import {
  EVENTS,
  STREAMS,
  answerStream,
  folder,
  need,
  openSite,
  runModule,
  runProgram,
  stream,
  succeed,
} from './run.js';
import { findPort, startNginx, startRedis } from './tools.js';

/** In React's place: states by their order, effects at once. */
const REACT = `
  const states = [];
  let at, render, clean;
  export const mount = (component) => (render = () => ((at = 0), component()))();
  export const useState = () => {
    const n = at++;
    return [states[n], (value) => ((states[n] = value), render())];
  };
  export const useEffect = (effect) => (clean ??= effect());
  export const unmount = () => clean();`;

/** By section; `of` are the languages of its blocks. */
export const scenes = {
  'docs/guide.md#at-the-edge': {
    of: 'js',
    async run([handler]) {
      const { out } = await runModule(handler, await serve(STREAMS));
      assert.equal(out, `${'data: {"value":20.1}\n\n'.repeat(3)}\n`);
    },
  },

  'docs/guide.md#model-apis': {
    of: 'js js',
    async run([answer, refusal]) {
      const pieces = ['Good ', 'morning ', 'to you!'].map((delta) => `data: ${JSON.stringify({ delta })}\n\n`);
      await runModule(answer, await serve([stream(...pieces, 'data: [DONE]\n\n')]));
      await runModule(refusal, await serve([{ status: 429, type: 'text/plain', chunks: ['slow down'], then: 'end' }]));
    },
  },

  'docs/recipes.md#a-token-that-is-refreshed': {
    of: 'js',
    async run([block]) {
      const token = (name) => ({ type: 'application/json', chunks: [JSON.stringify({ token: name })], then: 'end' });
      const refused = { status: 401, type: null, then: 'end' };
      const server = await serve([token('stale'), refused, token('fresh'), ...STREAMS]);
      await runModule(block, server);
      const sent = [];
      for (let n = 0; n < 4; n++) sent.push((await server.request(n)).headers.authorization);
      assert.deepEqual(sent, [undefined, 'Bearer stale', undefined, 'Bearer fresh']);
    },
  },

  'docs/recipes.md#a-request-with-post': {
    of: 'js',
    async run([block]) {
      const server = await serve(STREAMS);
      await runModule(block, server);
      const request = await server.request(0);
      assert.equal(request.method, 'POST');
      assert.deepEqual(JSON.parse(await request.body()), { topics: ['news', 'weather'], after: '' });
    },
  },

  'docs/recipes.md#through-a-proxy': {
    of: 'js',
    async run([block]) {
      const server = await serve(STREAMS);
      const tunnels = [];
      const proxy = createServer().on('connect', ({ url }, socket) => {
        tunnels.push(url);
        const [host, port] = url.split(':');
        const target = connect(port, host, () => socket.write('HTTP/1.1 200 OK\r\n\r\n'));
        for (const end of [socket, target]) end.on('error', () => {});
        socket.pipe(target).pipe(socket);
      });
      await once(proxy.listen(0, '127.0.0.1'), 'listening');
      atTearDown(() => proxy.close());
      await runModule(block, server, { 'http://proxy.example:8080': `http://127.0.0.1:${proxy.address().port}` });
      assert.deepEqual(tunnels, [new URL(server.origin).host]);
    },
  },

  'docs/recipes.md#http2-and-certificates': {
    of: 'js',
    async run([block]) {
      need('openssl');
      const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1'];
      const files = ['-keyout', 'key.pem', '-out', 'ca.pem'];
      succeed(await runProgram('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', ...names, ...files]));
      const [key, cert] = ['key.pem', 'ca.pem'].map((name) => readFileSync(join(folder, name)));
      const versions = [];
      const server = createSecureServer({ key, cert, allowHTTP1: true }, (request, response) => {
        versions.push(request.httpVersion);
        answerStream(request, response);
      });
      await once(server.listen(0, '127.0.0.1'), 'listening');
      atTearDown(() => server.close());
      await runModule(block, { origin: `https://127.0.0.1:${server.address().port}` });
      assert.deepEqual(versions, ['2.0']);
    },
  },

  'docs/recipes.md#going-on-after-a-restart': {
    of: 'js html',
    async run([program, page]) {
      const server = await serve(STREAMS);
      await runModule(program, server);
      await runModule(program, server);
      assert.equal((await server.request(0)).headers['last-event-id'], undefined);
      assert.equal((await server.request(1)).headers['last-event-id'], '1');
      await openSite([page], answerStream);
    },
  },

  'docs/recipes.md#six-connections-and-a-sharedworker': {
    of: 'js js',
    async run(blocks) {
      let requests = 0;
      const answer = (request, response) => {
        requests++;
        answerStream(request, response);
        const timer = setInterval(() => response.write(EVENTS[0]), 20); // for a tab that comes later
        response.on('close', () => clearInterval(timer));
      };
      await openSite(blocks, answer, 2);
      assert.equal(requests, 1);
    },
  },

  'docs/recipes.md#a-react-hook': {
    of: 'tsx tsx',
    async run([hook]) {
      writeFileSync(join(folder, 'react.js'), REACT);
      writeFileSync(join(folder, hook.title), hook.code);
      const contents = `
      import { mount, unmount } from 'react';
      import { useEvents } from './useEvents.js';
      await new Promise((resolve) => {
        mount(() => useEvents('https://example.org/stream').data !== undefined && resolve());
      });
      unmount();
      console.log('unmounted'); // prints unmounted`;
      const { outputFiles } = await build({
        stdin: { contents, resolveDir: folder },
        alias: { react: join(folder, 'react.js') },
        packages: 'external',
        bundle: true,
        format: 'esm',
        write: false,
      });
      const { out } = await runModule({ ...hook, code: outputFiles[0].text }, await serve(STREAMS));
      assert.equal(out, 'unmounted\n');
    },
  },

  'docs/react-native.md#a-component': {
    of: 'tsx tsx',
    async run([hook]) {
      writeFileSync(join(folder, 'react.js'), REACT);
      writeFileSync(
        join(folder, 'react-native.js'),
        `const listeners = new Set();
        export const AppState = {
          currentState: 'active',
          addEventListener: (_, listener) => (listeners.add(listener), { remove: () => listeners.delete(listener) }),
        };
        export const change = (state) => listeners.forEach((listener) => listener(state));
        export const count = () => listeners.size;`,
      );
      writeFileSync(join(folder, hook.title), hook.code);
      const contents = `
      import { mount, unmount } from 'react';
      import { change, count } from 'react-native';
      import { useStream } from './useStream.js';
      let told;
      const until = (wanted) => new Promise((resolve) => (told = (data) => data === wanted && resolve()));
      const first = until('first');
      mount(() => told(useStream('https://example.org/stream').data));
      await first;
      change('inactive');
      change('background');
      const second = until('second');
      change('active');
      change('active');
      await second;
      unmount();
      console.log(count()); // prints 0`;
      const { outputFiles } = await build({
        stdin: { contents, resolveDir: folder },
        alias: { react: join(folder, 'react.js'), 'react-native': join(folder, 'react-native.js') },
        packages: 'external',
        bundle: true,
        format: 'esm',
        write: false,
      });
      const server = await serve([{ chunks: ['id: 1\ndata: first\n\n'] }, { chunks: ['data: second\n\n'] }]);
      const { out } = await runModule({ ...hook, code: outputFiles[0].text }, server);
      assert.equal(out, '0\n');
      assert.equal((await server.request(1)).headers['last-event-id'], '1');
      assert.equal(await server.count(), 2);
    },
  },

  'docs/react-native.md#install': {
    of: 'sh',
    async run([{ code }]) {
      assert.match(code, /^npm install path\/to\/eventsource-wasm #/); // which test/react-native/ does
    },
  },

  'docs/react-native.md#one-response': {
    of: 'js',
    async run([block]) {
      // XMLHttpRequest is none of Node's; test/react-native/ runs the entry.
      const code = block.code.replace("import { fetch } from 'eventsource-wasm/xhr';\n", '');
      const server = await serve([stream('data: a\n\n')]);
      const { out } = await runModule({ ...block, code }, server);
      assert.equal(out, 'a\n');
      const request = await server.request(0);
      assert.equal(await request.body(), '{"prompt":"Good morning","stream":true}');
    },
  },

  'docs/recipes.md#behind-nginx': {
    of: 'nginx',
    async run([{ code }]) {
      need('nginx');
      const server = await serve([{ chunks: EVENTS, then: 'stall' }]);
      const port = await findPort();
      const location = code.replace('http://127.0.0.1:3000', server.origin);
      await startNginx(folder, port, `server { listen 127.0.0.1:${port}; ${location} }`);
      const { until } = record(open(`http://127.0.0.1:${port}/stream`), 'done');
      await until('done');
      // The body does not end: what nginx collects would not come.
      await (await server.request(0)).write('data: later\n\n');
      assert.equal((await until('message')).data, 'later');
    },
  },

  'docs/recipes.md#more-than-one-server': {
    of: 'nginx sh js',
    async run([settings, publish, subscribe]) {
      need('nchan', 'redis-server', 'curl');
      const redis = await startRedis(folder);
      const origins = [];
      for (const name of ['one', 'two']) {
        const port = await findPort();
        mkdirSync(join(folder, name));
        const local = settings.code
          .replace('127.0.0.1:6379', `127.0.0.1:${redis}`)
          .replace('listen 8080', `listen 127.0.0.1:${port}`);
        await startNginx(join(folder, name), port, local);
        origins.push(`http://127.0.0.1:${port}`);
      }
      const send = async (data) => {
        const local = publish.code.replace('http://127.0.0.1:8080', `-sSf ${origins[0]}`);
        succeed(await runProgram('sh', ['-c', data ? local.replace('{"celsius":20.1}', data) : local]));
      };
      await send();
      const { out } = await runModule(subscribe, { origin: origins[1] });
      const [, lastEventId] = out.match(/^(\S+) \{"celsius":20\.1\}\n$/);
      await send('{"celsius":21.5}');
      const goingOn = record(open(`${origins[0]}/stream`, { lastEventId }));
      assert.equal((await goingOn.until('message')).data, '{"celsius":21.5}');
    },
  },

  'docs/faq.md#what-does-another-origin-have-to-allow': {
    of: 'http',
    async run([{ code }]) {
      const [statusLine, ...lines] = code.trim().split('\n');
      const headers = Object.fromEntries(lines.map((line) => line.split(': ')));
      const requests = [];
      const server = createServer((request, response) => {
        const { method, headers: sent } = request;
        requests.push(`${method} ${sent['last-event-id']}`);
        const allowed = { 'access-control-allow-origin': sent.origin };
        if (method === 'OPTIONS') {
          assert.notEqual(sent.origin, undefined);
          response.writeHead(Number(statusLine.split(' ')[1]), {
            ...headers,
            'Access-Control-Allow-Origin': sent.origin,
          });
          response.end();
          return;
        }
        response.writeHead(200, { 'content-type': 'text/event-stream', ...allowed });
        if (requests.length === 1) response.end('retry: 1\nid: 1\ndata: first\n\n');
        else for (const chunk of EVENTS) response.write(chunk);
      });
      await once(server.listen(0, '127.0.0.1'), 'listening');
      atTearDown(() => server.close());
      const main = `
      import { EventSource } from 'eventsource-wasm';
      const source = new EventSource('http://127.0.0.1:${server.address().port}/');
      source.onmessage = ({ data }) => document.body.append(data);`;
      await openSite([{ title: 'main.js', code: main }]);
      assert.deepEqual(requests, ['GET undefined', 'OPTIONS undefined', 'GET 1']);
    },
  },

  'docs/cli.md#synopsis': {
    of: 'sh',
    async run([{ code }]) {
      const { out } = succeed(await runProgram(process.execPath, [`${root}js/command/main.js`, '--help']));
      const usage = `npx ${out.match(/^Usage: (.*)$/m)[1]}`.replaceAll(' |', '\nnpx eventsource-wasm [options]');
      assert.equal(code, `${usage}\n`);
    },
  },
};
