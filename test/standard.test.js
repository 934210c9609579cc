// The class of `eventsource-wasm/standard`: what test/eventsource does not try, since the root's class differs.
import { EventSource as Extended } from '../js/index.js';
import { EventSource } from '../js/standard.js';
import { assert } from './support/assert.js';
import { atTearDown, record, replaceFetch, serve, tearDown } from './support/scene.js';

function open(url, init) {
  const source = new EventSource(url, init);
  atTearDown(() => source.close());
  return source;
}

describe('the class of the standard', () => {
  afterEach(tearDown);

  it('is not that of the root', () => {
    assert.notEqual(EventSource, Extended);
    assert.equal(EventSource.name, 'EventSource');
  });

  it('has the members of the interface and no others', () => {
    const members = ['url', 'withCredentials', 'readyState', 'onopen', 'onmessage', 'onerror', 'close'];
    const constants = ['CONNECTING', 'OPEN', 'CLOSED'];
    const own = [...members, ...constants, 'constructor', Symbol.toStringTag];
    assert.deepEqual(new Set(Reflect.ownKeys(EventSource.prototype)), new Set(own));
    assert.deepEqual(new Set(Reflect.ownKeys(EventSource)), new Set(['length', 'name', 'prototype', ...constants]));
    assert.ok(Object.hasOwn(Extended.prototype, 'lastEventId'));
  });

  it('reads no member of init but withCredentials, as browsers do', async () => {
    const server = await serve([{}]);
    const read = [];
    const init = new Proxy({}, { get: (_, name) => void read.push(name), has: (_, name) => void read.push(name) });
    await record(open(server.url, init)).next('open');
    assert.deepEqual([...new Set(read)], ['withCredentials']);
  });

  it('ignores the options of the root', async () => {
    const aborted = new AbortController();
    aborted.abort();
    const server = await serve([{ chunks: [': x\n\ndata: larger than one byte\n\n'] }]);
    const calls = [];
    const source = open(server.url, {
      ...{ headers: { 'X-A': '1' }, method: 'POST', body: 'x', signal: aborted.signal, lastEventId: '7' },
      ...{ fetch: () => calls.push('fetch'), comment: () => calls.push('comment'), maxEventSize: 1, backoff: 'wrong' },
    });
    const events = record(source);
    await events.next('open');
    assert.equal((await events.next('message')).data, 'larger than one byte');
    const { method, headers } = await server.request(0);
    assert.equal(method, 'GET');
    assert.equal(headers['x-a'], undefined);
    assert.equal(headers['last-event-id'], undefined);
    assert.deepEqual(calls, []);
  });

  it('has an open event with nothing of its own', async () => {
    const server = await serve([{}]);
    const event = await record(open(server.url)).next('open');
    assert.equal(Object.getPrototypeOf(event), Event.prototype);
  });

  it('says in error events what the root says', async () => {
    for (const answer of [
      { status: 503 },
      { headers: { 'content-type': 'text/html' } },
      { chunks: ['data: x\n\n'], then: 'end' },
    ]) {
      const server = await serve([answer, answer]);
      const [ours, theirs] = [open(server.url), new Extended(server.url)];
      atTearDown(() => theirs.close());
      const [event, other] = await Promise.all([record(ours).until('error'), record(theirs).until('error')]);
      assert.ok(event.message.length > 10);
      for (const name of ['message', 'code', 'status', 'retryIn']) assert.equal(event[name], other[name], name);
    }
  });

  it('makes no request in the constructor', () => {
    const calls = replaceFetch(() => new Promise(() => {}));
    const source = open('http://127.0.0.1/');
    assert.equal(source.readyState, EventSource.CONNECTING);
    assert.deepEqual(calls, []);
  });
});
