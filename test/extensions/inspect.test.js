// What console.log shows of sources and events, and what JSON.stringify makes of errors.
import { assert } from '../support/assert.js';
import { itUnless } from '../support/platform.js';
import { EventSource, open, tearDown } from '../support/scene.js';
import { within } from '../support/wait.js';

const { Bun, Deno, navigator, process } = globalThis;
const showsAll = navigator?.userAgent === 'Cloudflare-Workers'; // whatever an object says of itself
const inspect = showsAll ? undefined : (Bun ?? Deno ?? process?.getBuiltinModule?.('node:util'))?.inspect;
const itWithConsole = itUnless(inspect === undefined ? 'the console shows objects by itself' : undefined);

const headers = { 'content-type': 'text/event-stream' };

/** The events of a source, by their types, whose stream has one event and then ends. */
async function run(status = 200) {
  const answer = () => new Response('event: price\nid: 7\ndata: a piece of text\n\n', { status, headers });
  const source = open('http://127.0.0.1/stream?x=1', { maxRetries: 0, fetch: async () => answer() });
  const seen = { source };
  for (const type of ['open', 'price']) source.addEventListener(type, (event) => (seen[type] = event));
  await within(new Promise((resolve) => (source.onerror = resolve)), 'the error event').then((event) => {
    seen.error = event;
  });
  return seen;
}

describe('console.log', () => {
  afterEach(tearDown);

  /** Each is to be found in what the console shows. */
  const shown = {
    source: ['EventSource', 'http://127.0.0.1/stream?x=1', 'readyState: 2', 'withCredentials: false', '7'],
    open: ['open', 'status: 200', 'headers'],
    price: ['MessageEvent', 'price', 'a piece of text', '7', 'http://127.0.0.1'],
    error: ['EventSourceErrorEvent', 'The stream ended', 'status: 200', 'retryIn: null'],
  };
  for (const [name, words] of Object.entries(shown)) {
    itWithConsole(`shows of ${name} what a person looks for`, async () => {
      const { [name]: value } = await run();
      for (const text of [inspect(value), inspect([value])]) {
        for (const word of words) assert.ok(text.includes(word), `${word} in ${text}`);
      }
    });
  }

  itWithConsole('shows no password', async () => {
    const source = open('http://user:secret@127.0.0.1/@x', { fetch: async () => new Response(null, { headers }) });
    assert.ok(!/user|secret/.test(inspect(source)), inspect(source));
    assert.ok(inspect(source).includes('http://127.0.0.1/@x'));
    assert.equal(source.url, 'http://user:secret@127.0.0.1/@x');
  });

  itWithConsole('takes what only has the prototype', () => {
    assert.equal(typeof inspect(Object.create(EventSource.prototype)), 'string');
    assert.equal(typeof inspect(EventSource.prototype), 'string');
  });
});

describe('JSON.stringify', () => {
  afterEach(tearDown);

  it('has of an error what it says', async () => {
    const { error } = await run(404);
    assert.deepEqual(JSON.parse(JSON.stringify({ error })), {
      error: {
        type: 'error',
        message: 'The connection failed: the server answered with status 404, not 200.',
        code: 404,
        status: 404,
        retryIn: null,
      },
    });
  });
});
