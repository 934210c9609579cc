// What SECURITY.md promises, as far as it is not the subject of another suite.
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import * as sse from '../dist/layout.js';
import { EventSource, createParser } from '../js/index.js';
import { assert } from './support/assert.js';
import { runNode } from './support/child.js';
import { open, record, streamResponse, tearDown } from './support/scene.js';

const root = fileURLToPath(new URL('../', import.meta.url));
const read = (path) => readFileSync(`${root}${path}`, 'utf8');

/** What makes code of text. */
const EVALUATES =
  /\beval\b|(?<![.\w])(Async|Generator|AsyncGenerator)?Function\s*\(|\.\s*constructor\s*\(|\bset(Timeout|Interval)\s*\(\s*['"`]|\bimportScripts\b|\bdocument\s*\.\s*write/;

const NAMES = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'valueOf', 'then'];

/** A source whose stream is `text`. */
function openOn(text, init = {}) {
  const { response, write } = streamResponse();
  write(text);
  return open('http://stream.test/', { fetch: async () => response, ...init });
}

describe('security', () => {
  afterEach(tearDown);

  describe('no code is made of text', () => {
    for (const code of [
      'eval(text)',
      '(0, eval)(text)',
      'new Function(text)',
      'Function (text)',
      'new AsyncFunction(text)',
      '(() => {}).constructor(text)',
      "setTimeout('text', 0)",
    ]) {
      it(`${code} would be found`, () => assert.match(code, EVALUATES));
    }

    it('in no file of the package', () => {
      const packed = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts', '--silent'], {
        cwd: root,
      });
      const paths = JSON.parse(packed)[0].files.map(({ path }) => path);
      const scripts = paths.filter((path) => path.endsWith('.js'));
      assert.ok(
        scripts.includes('js/core/memory.js') && scripts.includes('dist/eventsource-wasm.global.js'),
        `${scripts}`,
      );
      for (const path of scripts) assert.doesNotMatch(read(path), EVALUATES, path);
    });

    for (const entry of ['eventsource-wasm', 'eventsource-wasm/js']) {
      it(`${entry} works where it is forbidden`, () => {
        const code = `
          try {
            new Function('');
          } catch (error) {
            console.log(error.name);
          }
          const { EventSource } = await import('${entry}');
          const headers = { 'content-type': 'text/event-stream' };
          const source = new EventSource('http://stream.test/', {
            fetch: async () => new Response('data: works\\n\\n', { headers }),
          });
          source.onmessage = ({ data }) => {
            console.log(data);
            source.close();
          };`;
        const flags = ['--disallow-code-generation-from-strings', '--input-type=module', '-e', code];
        const { stdout, stderr } = spawnSync(process.execPath, flags, { cwd: root, encoding: 'utf8', timeout: 10_000 });
        assert.equal(stdout, 'EvalError\nworks\n', stderr);
      });
    }
  });

  describe('the core', () => {
    const module = new WebAssembly.Module(readFileSync(`${root}dist/core.wasm`));

    it('imports nothing: it can call nothing, and see nothing but its own memory', () => {
      assert.deepEqual(WebAssembly.Module.imports(module), []);
    });

    it('exports functions and its memory, whose size stays when it is used', () => {
      const kinds = WebAssembly.Module.exports(module).map(({ kind }) => kind);
      assert.deepEqual([...new Set(kinds)].sort(), ['function', 'memory']);
      const { memory, parse, address } = new WebAssembly.Instance(module).exports;
      const size = memory.buffer.byteLength;
      new Uint8Array(memory.buffer, address() + sse.AT_WINDOW + sse.HEADROOM, sse.SLICE_SIZE).fill(0x61);
      for (let n = 0; n < 100; n++) parse(sse.SLICE_SIZE);
      assert.equal(memory.buffer.byteLength, size);
    });
  });

  describe('names from the wire are text', () => {
    const shape = () =>
      [Object, Array, Function, Event, EventTarget].map(({ prototype }) => Reflect.ownKeys(prototype));

    for (const name of NAMES) {
      it(`${name} as type, id, field and data`, async () => {
        const text = `${name}: x\nevent: ${name}\nid: ${name}\ndata: ${name}\n\n`;
        const before = shape();
        const source = openOn(text);
        const event = await record(source, name).until(name);
        assert.deepEqual([event.type, event.data, event.lastEventId], [name, name, name]);
        const parsed = [];
        createParser({ onEvent: (given) => parsed.push(given) }).feed(text);
        assert.deepEqual(parsed, [{ id: name, event: name, data: name }]);
        assert.deepEqual(shape(), before);
      });
    }

    it('a source without options has none from what somebody put on Object.prototype', async () => {
      const child = runNode(`
        const { EventSource } = await import('eventsource-wasm');
        Object.assign(Object.prototype, { lastEventId: '7', headers: { 'x-other': '1' }, maxRetries: 0 });
        globalThis.fetch = async (url, { headers }) => {
          console.log(Object.keys(headers).join());
          throw new Error('no server');
        };
        const source = new EventSource('http://stream.test/');
        source.onerror = ({ message }) => {
          console.log(source.readyState, source.lastEventId);
          source.close();
        };`);
      assert.deepEqual(await child.exit(), { exitCode: 0, out: 'Accept\n0 \n', err: '' });
    });
  });

  describe('what a script can reach', () => {
    it('no state is in a property of a source or an event', async () => {
      const source = openOn('data: x\n\n');
      assert.deepEqual(
        Reflect.ownKeys(source).filter((key) => key in EventSource.prototype),
        [],
      );
      const events = record(source);
      const opened = await events.next('open');
      const message = await events.next('message');
      for (const event of [opened, message]) assert.deepEqual(Object.keys(event), Object.keys(new Event('x')));
      for (const name of ['data', 'lastEventId', 'origin']) assert.throws(() => (message[name] = 'other'), TypeError);
    });

    it('what events share is frozen', async () => {
      const { ports } = await record(openOn('data: x\n\n')).until('message');
      assert.ok(Object.isFrozen(ports));
    });

    it('no file but the entries can be imported', async () => {
      for (const path of ['js/core/memory.js', 'js/source/eventsource.js', 'dist/layout.js', 'dist/core.full.js']) {
        await assert.rejects(import(`eventsource-wasm/${path}`), { code: 'ERR_PACKAGE_PATH_NOT_EXPORTED' });
      }
    });
  });

  it('SECURITY.md names the limits that hold', () => {
    const text = read('SECURITY.md');
    for (const limit of [sse.DEFAULT_LIMIT, sse.MAX_DELAY]) {
      assert.ok(text.includes(limit.toLocaleString('en')), limit.toLocaleString('en'));
    }
  });
});
