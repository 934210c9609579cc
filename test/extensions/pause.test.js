// The option pauseWhenHidden: no request while the page is hidden. Where there is no document, a stand-in plays it.
import { assert } from '../support/assert.js';
import { itUnless, limits } from '../support/platform.js';
import { EventSource, atTearDown, fakeClock, open, record, serve, tearDown } from '../support/scene.js';
import { settled } from '../support/wait.js';

/** The page's document, or one that is put in its place. */
function documentOfTest() {
  if (globalThis.document) return globalThis.document;
  globalThis.document = new EventTarget();
  atTearDown(() => delete globalThis.document);
  return globalThis.document;
}

/** Takes hold of the document: a test can hide and show it, and its listeners are counted. */
function placeDocument(visibilityState = 'visible') {
  const document = documentOfTest();
  const { addEventListener, removeEventListener } = document;
  const held = {
    listeners: 0,
    become(state) {
      visibilityState = state;
      document.dispatchEvent(new Event('visibilitychange'));
    },
  };
  const own = {
    visibilityState: { get: () => visibilityState },
    addEventListener: {
      value(...values) {
        held.listeners++;
        addEventListener.apply(document, values);
      },
    },
    removeEventListener: {
      value(...values) {
        held.listeners--;
        removeEventListener.apply(document, values);
      },
    },
  };
  for (const [name, property] of Object.entries(own)) {
    Object.defineProperty(document, name, { ...property, configurable: true });
    atTearDown(() => delete document[name]);
  }
  return held;
}

describe('pauseWhenHidden', () => {
  afterEach(tearDown);

  it('is off by default: nothing listens, nothing changes', async () => {
    const document = placeDocument();
    const server = await serve([{}]);
    const source = open(server.url);
    const events = record(source);
    await events.next('open');
    document.become('hidden');
    assert.equal(document.listeners, 0);
    assert.equal(source.readyState, EventSource.OPEN);
    await (await server.request(0)).write('data: x\n\n');
    await events.next('message');
  });

  it('aborts the request of an open source, without an event, and goes on with the last event ID', async () => {
    const document = placeDocument();
    const clock = fakeClock();
    const server = await serve([{ chunks: ['id: 3\ndata: x\n\n'] }, {}]);
    const source = open(server.url, { pauseWhenHidden: true });
    const events = record(source);
    await events.until('message');
    document.become('hidden');
    assert.equal(source.readyState, EventSource.CONNECTING);
    await (await server.request(0)).closed();
    await settled();
    assert.deepEqual(clock.waits, []);
    assert.equal(await server.count(), 1);
    assert.deepEqual(events.log, ['open', 'message: x']);
    document.become('visible');
    assert.equal((await server.request(1)).headers['last-event-id'], '3');
    await events.next('open');
    assert.equal(source.readyState, EventSource.OPEN);
    assert.deepEqual(events.log, ['open', 'message: x', 'open']);
  });

  it('aborts a request that has no response yet', async () => {
    const document = placeDocument();
    const server = await serve([{ before: 'stall' }, {}]);
    const source = open(server.url, { pauseWhenHidden: true });
    const events = record(source);
    const request = await server.request(0);
    document.become('hidden');
    await request.closed();
    await settled();
    assert.equal(source.readyState, EventSource.CONNECTING);
    assert.deepEqual(events.log, []);
    document.become('visible');
    await events.next('open');
  });

  it('ends the wait for a reconnection, and requests at once when visible', async () => {
    const document = placeDocument();
    const clock = fakeClock();
    const server = await serve([{ then: 'end' }, {}]);
    const events = record(open(server.url, { pauseWhenHidden: true }));
    await events.until('error');
    assert.deepEqual(clock.waits, [3000]);
    document.become('hidden');
    assert.deepEqual(clock.waits, []);
    await settled();
    assert.equal(await server.count(), 1);
    document.become('visible');
    await events.next('open');
  });

  it('ends the idle time too', async () => {
    const document = placeDocument();
    const clock = fakeClock();
    const server = await serve([{}]);
    const events = record(open(server.url, { pauseWhenHidden: true, idleTimeout: 500 }));
    await events.next('open');
    assert.deepEqual(clock.waits, [500]);
    document.become('hidden');
    assert.deepEqual(clock.waits, []);
  });

  it('does not request while the page is hidden from the begin', async () => {
    const document = placeDocument('hidden');
    const server = await serve([{}]);
    const source = open(server.url, { pauseWhenHidden: true });
    const events = record(source);
    await settled();
    assert.equal(await server.count(), 0);
    assert.equal(source.readyState, EventSource.CONNECTING);
    document.become('visible');
    await events.next('open');
    assert.deepEqual(events.log, ['open']);
  });

  it('takes it that only hidden is hidden, and that it may be told twice', async () => {
    const document = placeDocument();
    const server = await serve([{}, {}]);
    const source = open(server.url, { pauseWhenHidden: true });
    const events = record(source);
    await events.next('open');
    document.become('prerender');
    document.become('visible');
    assert.equal(source.readyState, EventSource.OPEN);
    document.become('hidden');
    document.become('hidden');
    document.become('visible');
    document.become('visible');
    await events.next('open');
    await settled();
    assert.equal(await server.count(), 2);
  });

  it('pauses in a listener of a message: the rest is not delivered', async () => {
    const document = placeDocument();
    const server = await serve([{ chunks: ['id: 1\ndata: 1\n\nid: 2\ndata: 2\n\n'] }, { chunks: ['data: again\n\n'] }]);
    const source = open(server.url, { pauseWhenHidden: true });
    source.addEventListener('message', () => document.become('hidden'), { once: true });
    const events = record(source);
    await events.until('message');
    await (await server.request(0)).closed();
    await settled();
    const { log, lastEventId } = { log: events.log, lastEventId: source.lastEventId };
    document.become('visible');
    // Whatever was delivered, nothing is lost: the next request asks for what comes after it.
    assert.equal((await server.request(1)).headers['last-event-id'], lastEventId);
    assert.equal(lastEventId, `${log.filter((entry) => entry.startsWith('message')).length}`);
  });

  it('pauses in a listener of error: no reconnection until visible', async () => {
    const document = placeDocument();
    const clock = fakeClock();
    const server = await serve([{ then: 'end' }, {}]);
    const source = open(server.url, { pauseWhenHidden: true });
    source.onerror = () => document.become('hidden');
    const events = record(source);
    await events.until('error');
    await settled();
    assert.deepEqual(clock.waits, []);
    assert.equal(await server.count(), 1);
    document.become('visible');
    await events.next('open');
  });

  it('close() while paused: CLOSED for good, and no listener is left', async () => {
    const document = placeDocument();
    const server = await serve([{}]);
    const source = open(server.url, { pauseWhenHidden: true });
    const events = record(source);
    await events.next('open');
    assert.equal(document.listeners, 1);
    document.become('hidden');
    source.close();
    assert.equal(source.readyState, EventSource.CLOSED);
    assert.equal(document.listeners, 0);
    document.become('visible');
    await settled();
    assert.equal(await server.count(), 1);
    assert.deepEqual(events.log, ['open']);
  });

  it('leaves no listener after a failure, or a signal that aborts', async () => {
    const document = placeDocument();
    const server = await serve([{ status: 500 }, {}]);
    await record(open(server.url, { pauseWhenHidden: true })).next('error');
    await settled();
    assert.equal(document.listeners, 0);
    const controller = new AbortController();
    await record(open(server.url, { pauseWhenHidden: true, signal: controller.signal })).next('open');
    assert.equal(document.listeners, 1);
    controller.abort();
    assert.equal(document.listeners, 0);
  });

  it('a closed source stays closed', async () => {
    const document = placeDocument();
    const source = open('http://127.0.0.1/', { pauseWhenHidden: true, fetch: () => new Promise(() => {}) });
    source.close();
    await settled();
    assert.equal(document.listeners, 0);
    document.become('hidden');
    assert.equal(source.readyState, EventSource.CLOSED);
  });

  itUnless(limits.noDocument)('changes nothing where there is no document', async () => {
    assert.equal(globalThis.document, undefined);
    const server = await serve([{}]);
    await record(open(server.url, { pauseWhenHidden: true })).next('open');
  });
});
