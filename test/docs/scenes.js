// Sections that need a server of their own, or show more than that an event comes: all their blocks in one test.
import { once } from 'node:events';
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createSecureServer } from 'node:http2';
import { connect } from 'node:net';
import { join } from 'node:path';
import { build } from 'esbuild';
import { assert } from '../support/assert.js';
import { atTearDown, open, record, serve } from '../support/scene.js';
import * as sse from '../../dist/layout.js';
import { checkScenes } from './check-scenes.js';
import { pages, root } from './pages.js';
import {
  EVENTS,
  STREAMS,
  answerStream,
  folder,
  need,
  openSite,
  runModule,
  runProgram,
  runScript,
  stream,
  succeed,
} from './run.js';
import { findPort, startNginx, startRedis } from './tools.js';

/**
 * Runs a hook of a block, with as much of React as it uses: states by their order, effects at once.
 * @param {import('./pages.js').Block} hook
 * @param {string} contents of a module that can say `shown(render)`, until it returns true, and `unmount()`
 */
async function runHook(hook, contents, server) {
  writeFileSync(
    join(folder, 'react.js'),
    `const states = [];
    let at, render, clean;
    const mount = (component) => (render = () => ((at = 0), component()))();
    export const shown = (component) => new Promise((resolve) => mount(() => component() && resolve()));
    export const useState = () => {
      const n = at++;
      return [states[n], (value) => ((states[n] = value), render())];
    };
    export const useRef = (current) => (states[at++] ??= { current });
    export const useEffect = (effect) => (clean ??= effect());
    export const unmount = () => clean();
    export const jsx = () => {}, jsxs = jsx;`,
  );
  writeFileSync(join(folder, hook.title), hook.code);
  const { outputFiles } = await build({
    stdin: { contents: `import { shown, unmount } from 'react'; ${contents}`, resolveDir: folder },
    alias: { 'react/jsx-runtime': join(folder, 'react.js'), react: join(folder, 'react.js') },
    jsx: 'automatic',
    packages: 'external',
    bundle: true,
    format: 'esm',
    write: false,
  });
  return runModule({ ...hook, code: outputFiles[0].text }, server);
}

/** The program of docs/conformance.md, with a parser that is right. */
function writeProgram({ code }) {
  writeFileSync(join(folder, 'fed.py'), code);
  cpSync(`${root}test/conformance/programs/my_parser.py`, join(folder, 'my_parser.py'));
}

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
  'docs/c.md#a-program': {
    of: 'c sh text',
    async run([program, commands, output]) {
      const prose = pages.find(({ path }) => path === 'docs/c.md').prose;
      for (const words of [sse.CONNECTION_SIZE, sse.POLICY_SIZE, sse.BATCH_SIZE]) {
        assert.match(prose, new RegExp(`\\| ${(4 * words).toLocaleString('en')} +\\|`));
      }
      symlinkSync(`${root}src`, join(folder, 'src'));
      const sanitize = '-Wall -Wextra -Werror -g -fsanitize=address,undefined -fno-sanitize-recover=all -std=c11 -O0';
      const script = commands.code.replace(/^cc -std=c11 -O2/, `${process.env.CC_GCC ?? 'gcc'} ${sanitize}`);
      for (const slice of ['SLICE = 4096', 'SLICE = 1']) {
        writeFileSync(join(folder, 'events.c'), program.code.replace('SLICE = 4096', slice));
        const { out } = succeed(await runProgram('sh', ['-euc', script], {}, 55_000)); // a compiler may take its time
        assert.equal(out, output.code, slice);
      }
    },
  },
  ...checkScenes,

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

  'docs/recipes.md#one-connection-for-all-tabs': {
    of: 'js tsx',
    async run([page, hook]) {
      let requests = 0;
      const answer = (request, response) => {
        requests++;
        answerStream(request, response);
        const timer = setInterval(() => response.write(EVENTS[0]), 20); // for a tab that comes later
        response.on('close', () => clearInterval(timer));
      };
      await openSite([page], answer, 2);
      assert.equal(requests, 1);
      const { out } = await runHook(
        hook,
        `import { useShared } from './useShared.js';
        await shown(() => useShared('https://example.org/stream', 'user 42') !== undefined);
        unmount();
        console.log('unmounted'); // prints unmounted`,
        await serve(STREAMS),
      );
      assert.equal(out, 'unmounted\n');
    },
  },

  'docs/recipes.md#a-react-hook': {
    of: 'tsx tsx',
    async run([hook]) {
      const { out } = await runHook(
        hook,
        `import { useEvents } from './useEvents.js';
        await shown(() => useEvents('https://example.org/stream').data !== undefined);
        unmount();
        console.log('unmounted'); // prints unmounted`,
        await serve(STREAMS),
      );
      assert.equal(out, 'unmounted\n');
    },
  },

  'docs/recipes.md#a-chat-in-react-with-a-button-to-stop': {
    of: 'tsx',
    async run([hook]) {
      const server = await serve([{ chunks: ['data: Good\n\n', 'data:  morning\n\n'] }]);
      const run = runHook(
        hook,
        `import { useAnswer } from './Chat.js';
        let stop;
        await shown(() => {
          const { answer, ...others } = useAnswer('How are you?');
          ({ stop } = others);
          return answer === 'Good morning';
        });
        stop();
        console.log('stopped'); // prints stopped`,
        server,
      );
      const request = await server.request(0);
      await request.closed();
      assert.equal(await request.body(), 'How are you?');
      assert.equal((await run).out, 'stopped\n');
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

  'docs/conformance.md#eventsource-wasm-conformance': {
    of: 'sh',
    async run([{ code }]) {
      const { out } = succeed(await runScript('npx eventsource-wasm conformance --help'));
      const usages = [...out.matchAll(/^(?:Usage:| {6}) (eventsource-wasm .*)$/gm)];
      assert.equal(code, usages.map(([, usage]) => `npx ${usage}\n`).join(''));
    },
  },

  'docs/conformance.md#a-program-in-any-language': {
    of: 'py sh ',
    async run([program, { code }, printed]) {
      need('python3');
      writeFileSync(join(folder, 'parser.py'), program.code);
      const { status, out } = await runScript(code);
      assert.equal(status, 1);
      assert.equal(out, printed.code);
    },
  },

  'docs/conformance.md#many-streams-for-one-process': {
    of: ' py sh',
    async run([first, program, { code }]) {
      need('python3');
      writeProgram(program);
      const { out } = succeed(await runProgram('python3', ['fed.py']));
      assert.deepEqual(JSON.parse(out), JSON.parse(first.code));
      succeed(await runScript(code));
    },
  },

  'docs/conformance.md#a-javascript-module': {
    of: 'js sh',
    async run([module, { code }]) {
      writeFileSync(join(folder, 'subject.js'), module.code);
      const { status, out } = await runScript(code);
      assert.equal(status, 1, out);
      assert.match(out, /\n✗ 5\.1 +\d+\/\d+ .*\n✓ 5\.2 /);
    },
  },

  'docs/conformance.md#a-client': {
    of: 'js sh',
    async run([client, { code }]) {
      writeFileSync(join(folder, 'client.js'), client.code);
      const { out } = succeed(await runScript(code));
      assert.match(out, /^✓ 2\.2 .*\n\n6 passed, 0 failed\n$/);
    },
  },

  'docs/conformance.md#for-machines': {
    of: 'sh',
    async run([{ code }]) {
      need('python3', 'jq');
      const [section] = pages
        .find(({ path }) => path === 'docs/conformance.md')
        .blocks.filter(({ code }) => code.startsWith('# fed.py'));
      writeProgram(section);
      const { passed, failed } = JSON.parse(succeed(await runScript(code)).out);
      assert.equal(failed, 0);
      assert.ok(passed > 30);
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
