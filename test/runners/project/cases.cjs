// What the tests of every runner do with the package. A case throws when something is not as it must be, and leaves
// nothing open behind it.
const assert = require('node:assert/strict');
const { createServer } = require('node:http');

const HEADERS = { 'Content-Type': 'text/event-stream' };

/** So long that no test would live to see its end by the real clock. */
const DAY = 86_400_000;

/** The next event of a type. */
const next = (source, type) => new Promise((resolve) => source.addEventListener(type, resolve, { once: true }));

/** A body that brings a text, and then ends or stays open. */
function bodyOf(text, { isOpen = false } = {}) {
  return new ReadableStream({
    start(controller) {
      controller.enqueue(new TextEncoder().encode(text));
      if (!isOpen) controller.close();
    },
  });
}

/** A source reads from a server, over the end of a connection. */
async function readFromServer(EventSource) {
  const ids = [];
  const server = createServer((request, response) => {
    ids.push(request.headers['last-event-id']);
    response.writeHead(200, HEADERS);
    if (ids.length === 1) response.end('retry: 1\nid: 7\ndata: grüße\n\n');
    else response.write('data: again\n\n');
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const source = new EventSource(`http://127.0.0.1:${server.address().port}/`);
  try {
    assert.equal((await next(source, 'message')).data, 'grüße');
    assert.equal((await next(source, 'message')).data, 'again');
    assert.deepEqual(ids, [undefined, '7']);
  } finally {
    source.close();
    await new Promise((resolve) => {
      server.close(resolve);
      server.closeAllConnections();
    });
  }
}

/** A source reads what a `fetch` that it was handed answers. */
async function readFromFetch(EventSource) {
  const urls = [];
  const fetch = async (url) => {
    urls.push(url);
    return new Response(bodyOf('event: price\ndata: 20.1\n\n', { isOpen: true }), { headers: HEADERS });
  };
  const source = new EventSource('https://example.test/stream', { fetch });
  try {
    const { data, origin } = await next(source, 'price');
    assert.equal(data, '20.1');
    assert.equal(origin, 'https://example.test');
    assert.deepEqual(urls, ['https://example.test/stream']);
  } finally {
    source.close();
  }
}

/** A source reads what msw answers in the place of a server: to a request, and by msw's own form of an event stream. */
async function readFromMsw(EventSource, { HttpResponse, http, setupServer, sse }) {
  const server = setupServer(
    http.get('https://example.test/stream', ({ request }) => {
      const body = bodyOf(`data: ${request.headers.get('accept')}\n\n`, { isOpen: true });
      return new HttpResponse(body, { headers: HEADERS });
    }),
    sse('https://example.test/sse', ({ client }) => client.send({ id: '7', event: 'price', data: { celsius: 20.1 } })),
  );
  server.listen({ onUnhandledRequest: 'error' });
  const stream = new EventSource('https://example.test/stream');
  const own = new EventSource('https://example.test/sse');
  try {
    const [message, price] = await Promise.all([next(stream, 'message'), next(own, 'price')]);
    assert.equal(message.data, 'text/event-stream');
    assert.deepEqual(JSON.parse(price.data), { celsius: 20.1 });
    assert.equal(price.lastEventId, '7');
  } finally {
    stream.close();
    own.close();
    server.close();
  }
}

/** A source is refused by what msw answers. */
async function beRefusedByMsw(EventSource, { HttpResponse, http, setupServer }) {
  const server = setupServer(http.get('https://example.test/gone', () => new HttpResponse(null, { status: 410 })));
  server.listen({ onUnhandledRequest: 'error' });
  const source = new EventSource('https://example.test/gone');
  try {
    assert.equal((await next(source, 'error')).code, 410);
    assert.equal(source.readyState, EventSource.CLOSED);
  } finally {
    source.close();
    server.close();
  }
}

/**
 * A source waits before it reconnects, by the runner's clock.
 * @param EventSource
 * @param {(milliseconds: number) => unknown} advance moves the clock on
 */
async function reconnect(EventSource, advance) {
  const ids = [];
  const fetch = async (_url, { headers }) => {
    ids.push(headers['Last-Event-ID']);
    return new Response(bodyOf(`id: ${ids.length}\ndata: of request ${ids.length}\n\n`), { headers: HEADERS });
  };
  const source = new EventSource('https://example.test/stream', { fetch, reconnectionTime: DAY });
  try {
    const { retryIn } = await next(source, 'error');
    assert.equal(retryIn, DAY);
    const message = next(source, 'message');
    await advance(DAY - 1);
    assert.equal(ids.length, 1);
    await advance(1);
    assert.equal((await message).data, 'of request 2');
    assert.deepEqual(ids, [undefined, '1']);
  } finally {
    source.close();
  }
}

module.exports = { beRefusedByMsw, readFromFetch, readFromMsw, readFromServer, reconnect };
