// What an `error` event has of a response that was refused.
import { assert } from '../support/assert.js';
import { EventSource, open, record, serve, streamResponse, tearDown } from '../support/scene.js';
import { settled } from '../support/wait.js';

/** The error event of a source, and what a listener makes of it while it is dispatched. */
function failure(source, listen) {
  return new Promise((resolve) => {
    source.addEventListener('error', (event) => resolve({ event, result: listen?.(event) }), { once: true });
  });
}

describe('a refused response', () => {
  afterEach(tearDown);

  it('has its headers on the error event', async () => {
    const server = await serve([{ status: 401, headers: { 'www-authenticate': 'Basic realm="x"' }, then: 'end' }]);
    const { event } = await failure(open(server.url));
    assert.equal(event.headers.get('www-authenticate'), 'Basic realm="x"');
    assert.equal(event.status, 401);
  });

  it('of a stream that was open, too; without a response there are none', async () => {
    const server = await serve([{ headers: { 'x-own': 'yes' }, then: 'end' }, { before: 'reset' }]);
    const { event } = await failure(open(server.url));
    assert.equal(event.headers.get('x-own'), 'yes');
    assert.equal(await event.text(), '');
  });

  it('gives a listener its text', async () => {
    const server = await serve([
      { status: 429, type: 'application/json', chunks: ['{"error":', '"später"}'], then: 'end' },
    ]);
    const source = open(server.url);
    const { event, result } = await failure(source, (event) => event.text());
    assert.equal(await result, '{"error":"später"}');
    assert.equal(await event.text(), '{"error":"später"}');
    assert.equal(source.readyState, EventSource.CLOSED);
  });

  it('gives every listener the same text', async () => {
    const server = await serve([{ status: 429, chunks: ['once'], then: 'end' }]);
    const source = open(server.url);
    const texts = [];
    source.addEventListener('error', (event) => texts.push(event.text()));
    source.onerror = (event) => texts.push(event.text());
    await failure(source);
    assert.deepEqual(await Promise.all(texts), ['once', 'once']);
  });

  it('of another type, or that retryOn has tried again, has a text', async () => {
    const server = await serve([
      { type: 'text/html', chunks: ['<p>'], then: 'end' },
      { status: 503, chunks: ['soon'], then: 'end' },
    ]);
    const other = await failure(open(server.url), (event) => event.text());
    assert.equal(await other.result, '<p>');
    const again = await failure(open(server.url, { retryOn: () => true }), (event) => event.text());
    assert.equal(await again.result, 'soon');
    assert.equal(again.event.retryIn, 3000);
  });

  it('is cancelled as soon as the event was dispatched, if nobody asked', async () => {
    const stream = streamResponse({ status: 500 });
    const { event } = await failure(open('http://127.0.0.1/', { fetch: async () => stream.response }));
    await stream.cancelled();
    await assert.rejects(event.text(), /while the event is dispatched/);
  });

  it('is cancelled when nobody hears of it, since retryOn closes the source', async () => {
    const stream = streamResponse({ status: 500 });
    const source = open('http://127.0.0.1/', {
      fetch: async () => stream.response,
      retryOn: () => void source.close(),
    });
    await stream.cancelled();
  });

  it('is read no further than 64 KiB, then cancelled', async () => {
    const stream = streamResponse({ status: 500 });
    const { result } = await failure(open('http://127.0.0.1/', { fetch: async () => stream.response }), (event) =>
      event.text(),
    );
    for (let n = 0; n < 7; n++) stream.write('x'.repeat(10_000));
    assert.equal((await result).length, 65_536);
    await stream.cancelled();
  });

  it('that breaks off gives what came', async () => {
    const stream = streamResponse({ status: 500 });
    const { result } = await failure(open('http://127.0.0.1/', { fetch: async () => stream.response }), (event) =>
      event.text(),
    );
    stream.write('so far');
    await settled();
    stream.fail(new Error('lost'));
    assert.equal(await result, 'so far');
  });

  it('without a body has an empty text', async () => {
    const fetch = async () => new Response(null, { status: 500 });
    const { result } = await failure(open('http://127.0.0.1/', { fetch }), (event) => event.text());
    assert.equal(await result, '');
  });

  it('is aborted at once by close()', async () => {
    const server = await serve([{ status: 503, then: 'end' }, {}]);
    const source = open(server.url, { retryOn: () => true, reconnectionTime: 0 });
    await record(source).until('open');
    source.close();
    await (await server.request(1)).closed();
  });
});
