// What console.log shows of sources and events, where it knows no accessors: in Node, Bun and Deno.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { inspect } from 'node:util';
import { EventSource } from '../../dist/node/index.js'; // what Node gets
import { assert } from '../support/assert.js';
import { atTearDown, tearDown } from '../support/scene.js';
import { within } from '../support/wait.js';

const path = (file) => fileURLToPath(new URL(`../../${file}`, import.meta.url));
const headers = { 'content-type': 'text/event-stream' };
const TEXT = 'event: price\nid: 7\ndata: a piece of text\n\n';

/** What is to be found in what the console shows. */
const words = {
  source: ['EventSource', 'http://127.0.0.1/stream?x=1', 'readyState: 2', 'withCredentials: false', '7'],
  open: ['EventSourceOpenEvent', 'open', 'status: 200', 'headers'],
  price: ['MessageEvent', 'price', 'a piece of text', '7', 'http://127.0.0.1'],
  error: ['EventSourceErrorEvent', 'The stream ended', 'status: 200', 'retryIn: null'],
};

function assertShown(name, text) {
  for (const word of words[name]) assert.ok(text.includes(word), `${word} in ${text}`);
}

describe('console.log', () => {
  afterEach(tearDown);

  function open(url, init) {
    const source = new EventSource(url, init);
    atTearDown(() => source.close());
    return source;
  }

  /** A source, and its events by their types. */
  async function run() {
    const source = open('http://127.0.0.1/stream?x=1', {
      maxRetries: 0,
      fetch: async () => new Response(TEXT, { headers }),
    });
    const seen = { source };
    for (const type of ['open', 'price']) source.addEventListener(type, (event) => (seen[type] = event));
    seen.error = await within(new Promise((resolve) => (source.onerror = resolve)), 'the error event');
    return seen;
  }

  for (const name of Object.keys(words)) {
    it(`shows of ${name} what a person looks for`, async () => {
      const { [name]: value } = await run();
      assertShown(name, inspect(value));
      assertShown(name, inspect([value]));
    });
  }

  it('shows no password', async () => {
    const source = open('http://user:secret@127.0.0.1/@x', { fetch: async () => new Response(null, { headers }) });
    assert.ok(!/user|secret/.test(inspect(source)), inspect(source));
    assert.ok(inspect(source).includes('http://127.0.0.1/@x'));
    assert.equal(source.url, 'http://user:secret@127.0.0.1/@x');
  });

  it('takes what only has the prototype', () => {
    assert.equal(typeof inspect(Object.create(EventSource.prototype)), 'string');
    assert.equal(typeof inspect(EventSource.prototype), 'string');
  });

  for (const [name, file, ...values] of [
    ['Bun', 'test/runtimes/node_modules/@oven/bun-linux-x64/bin/bun', '-e'],
    ['Deno', 'test/runtimes/node_modules/@deno/linux-x64-glibc/deno', 'eval'],
  ]) {
    it(`shows the same in ${name}`, function () {
      if (!existsSync(path(file))) this.skip(); // of another platform, or not installed
      const script = `
        const { EventSource } = await import(${JSON.stringify(path('dist/node/index.js'))});
        const answer = () => new Response(${JSON.stringify(TEXT)}, ${JSON.stringify({ headers })});
        const source = new EventSource('http://127.0.0.1/stream?x=1', { maxRetries: 0, fetch: async () => answer() });
        for (const type of ['open', 'price', 'error']) source.addEventListener(type, (event) => console.log(event, ';'));
        source.addEventListener('error', () => console.log(source));`;
      const { stdout, stderr } = spawnSync(path(file), [...values, script], { encoding: 'utf8', timeout: 20_000 });
      const [opened, price, error, source] = stdout.split(' ;\n');
      assert.ok(source !== undefined, `${stdout}${stderr}`);
      for (const [of, text] of Object.entries({ open: opened, price, error, source })) assertShown(of, text);
    });
  }
});
