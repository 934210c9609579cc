// `eventsource-wasm/xhr`: fetch over XMLHttpRequest, in pages, workers and React Native.
import { createFetch, fetch } from '../../js/xhr.js';
import { events } from '../../js/index.js';
import { assert } from '../support/assert.js';
import { itUnless, limits } from '../support/platform.js';
import { fakeClock, open, record, serve, tearDown } from '../support/scene.js';
import { redirect } from '../support/server.js';

const itOverXhr = itUnless(limits.xhr);

/** The text of a body, read to its end. */
async function textOf(body) {
  const decoder = new TextDecoder();
  const reader = body.getReader();
  let text = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    text += decoder.decode(value, { stream: true });
  }
}

describe('fetch over XMLHttpRequest', () => {
  afterEach(tearDown);

  itOverXhr('opens a source, which reads the stream as it comes', async () => {
    const server = await serve([{ chunks: ['id: 1\ndata: gr\u00FC\u00DFe \u{1F600}\n\n'] }]);
    const seen = record(open(server.url, { fetch }));
    assert.equal((await seen.next('open')).status, 200);
    const { data, lastEventId, origin } = await seen.next('message');
    assert.deepEqual([data, lastEventId, origin], ['gr\u00FC\u00DFe \u{1F600}', '1', server.origin]);
    await (await server.request(0)).write('data: more\n\n');
    assert.equal((await seen.next('message')).data, 'more');
  });

  itOverXhr('reads characters that chunks cut', async () => {
    const bytes = [...new TextEncoder().encode('data: \u65E5\u672C \u{1F600}\n\n')];
    const server = await serve([{ chunks: bytes.map((byte) => [byte]), then: 'end' }]);
    assert.equal(await textOf((await fetch(server.url)).body), 'data: \u65E5\u672C \u{1F600}\n\n');
  });

  itOverXhr('has a response with status, headers and the URL after redirects', async () => {
    const server = await serve([redirect('/elsewhere'), { status: 201, headers: { 'x-own': 'yes' }, then: 'end' }]);
    const { status, ok, url, headers } = await fetch(server.url);
    assert.deepEqual([status, ok, url], [201, true, `${server.origin}/elsewhere`]);
    assert.equal(headers.get('content-type'), 'text/event-stream');
    assert.equal(headers.get('X-Own'), 'yes');
  });

  itOverXhr('sends a method, headers and a body with its type', async () => {
    const server = await serve([{}, {}]); // not over before the body has come, which WebKit would keep back then
    await fetch(server.url, { method: 'POST', headers: { 'X-Own': 'yes' }, body: 'text' });
    await fetch(server.url, { method: 'POST', body: new URLSearchParams({ a: '1' }) });
    const [first, second] = [await server.request(0), await server.request(1)];
    assert.deepEqual([first.method, await first.body(), first.headers['x-own']], ['POST', 'text', 'yes']);
    assert.match(first.headers['content-type'], /^text\/plain; ?charset=utf-8$/i);
    assert.equal(await second.body(), 'a=1');
    assert.match(second.headers['content-type'], /^application\/x-www-form-urlencoded; ?charset=utf-8$/i);
  });

  itOverXhr('refuses a stream as body', async () => {
    const body = new Response('x').body;
    await assert.rejects(fetch('http://127.0.0.1/', { method: 'POST', body }), /cannot send a stream/);
  });

  itOverXhr('rejects with a TypeError when there is no server', async () => {
    const server = await serve([{ before: 'reset' }]);
    await assert.rejects(fetch(server.url), { name: 'TypeError' });
  });

  itOverXhr('fails a body that breaks off, after what has come of it', async () => {
    const server = await serve([{ chunks: ['data: x\n\n'] }]);
    const reader = (await fetch(server.url)).body.getReader();
    const decoder = new TextDecoder();
    let text = '';
    while (text !== 'data: x\n\n') text += decoder.decode((await reader.read()).value);
    await (await server.request(0)).finish('cut');
    await assert.rejects(
      async () => {
        while (!(await reader.read()).done);
      },
      { name: 'TypeError' },
    );
  });

  itOverXhr('an aborted signal rejects, ends the body, and lets go of the connection', async () => {
    const server = await serve([{ before: 'stall' }, { chunks: ['data: x\n\n'] }]);
    const before = new AbortController();
    const waiting = fetch(server.url, { signal: before.signal });
    await server.request(0);
    before.abort();
    await assert.rejects(waiting, { name: 'AbortError' });
    await assert.rejects(fetch(server.url, { signal: before.signal }), { name: 'AbortError' });
    const controller = new AbortController();
    const { body } = await fetch(server.url, { signal: controller.signal });
    const reader = body.getReader();
    await reader.read();
    const next = reader.read();
    controller.abort();
    await assert.rejects(next, { name: 'AbortError' });
    await (await server.request(1)).closed();
  });

  itOverXhr('a cancelled body lets go of the connection', async () => {
    const server = await serve([{ chunks: ['data: x\n\n'] }]);
    const { body } = await fetch(server.url);
    await body.cancel();
    await (await server.request(0)).closed();
  });

  itOverXhr('ends a response that grows beyond a size: the source goes on with the id', async () => {
    const clock = fakeClock();
    const server = await serve([
      { chunks: ['id: 1\ndata: x\n\n', `:${'-'.repeat(1000)}\n`] },
      { chunks: ['data: y\n\n'] },
    ]);
    const seen = record(open(server.url, { fetch: createFetch({ maxLength: 1000 }) }));
    assert.equal((await seen.until('message')).data, 'x');
    assert.match(
      (await seen.next('error')).message,
      /^The connection broke off \(The response is longer than 1000 char/,
    );
    await (await server.request(0)).closed();
    clock.pass();
    assert.equal((await seen.until('message')).data, 'y');
    assert.equal((await server.request(1)).headers['last-event-id'], '1');
  });

  itOverXhr('feeds events()', async () => {
    const server = await serve([{ chunks: ['data: a\n\nevent: b\ndata: c\n\n'], then: 'end' }]);
    const seen = [];
    for await (const { type, data } of events(await fetch(server.url))) seen.push([type, data]);
    assert.deepEqual(seen, [
      ['message', 'a'],
      ['b', 'c'],
    ]);
  });
});
