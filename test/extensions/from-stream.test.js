// EventSource.fromReadableStream: a source that reads a stream of bytes.
import { assert } from '../support/assert.js';
import { EventSource, atTearDown, fakeClock, record, streamResponse, tearDown } from '../support/scene.js';
import { deferred, settled, within } from '../support/wait.js';

/** A source of this stream that is closed after the test. */
function read(stream, init) {
  const source = EventSource.fromReadableStream(stream, init);
  atTearDown(() => source.close());
  return source;
}

describe('EventSource.fromReadableStream', () => {
  afterEach(tearDown);

  it('is an EventSource of about:event-stream, without credentials', async () => {
    const stream = streamResponse();
    const source = read(stream.body);
    assert.ok(source instanceof EventSource);
    assert.equal(source.url, 'about:event-stream');
    assert.equal(source.withCredentials, false);
    assert.equal(source.readyState, EventSource.CONNECTING);
    await record(source).next('open');
    assert.equal(source.readyState, EventSource.OPEN);
  });

  it('fires open first, then the events, of origin "null"', async () => {
    const stream = streamResponse();
    stream.write('data: a\n\nevent: own\nid: 7\ndata: b\n\n');
    const events = record(read(stream.body), 'own');
    await events.next('open');
    assert.equal((await events.next('message')).origin, 'null');
    const own = await events.next('own');
    assert.equal(own.lastEventId, '7');
    assert.equal(own.origin, 'null');
    assert.deepEqual(events.log, ['open', 'message: a', 'own: b']);
  });

  it('fires open before anything was written', async () => {
    await record(read(streamResponse().body)).next('open');
  });

  it('reads from the moment it is made: the stream is locked', () => {
    const { body } = streamResponse();
    read(body);
    assert.equal(body.locked, true);
  });

  it('refuses a locked stream', () => {
    const { body } = streamResponse();
    body.getReader();
    assert.throws(() => EventSource.fromReadableStream(body), { name: 'TypeError', message: /locked/ });
  });

  for (const [name, value] of Object.entries({
    nothing: undefined,
    null: null,
    'a string': 'data: x\n\n',
    'a Response': new Response('data: x\n\n'),
    bytes: new Uint8Array(3),
    'a writable stream': new WritableStream(),
    'an object': {},
  })) {
    it(`refuses ${name}`, () => {
      assert.throws(() => EventSource.fromReadableStream(value), { name: 'TypeError', message: /ReadableStream/ });
    });
  }

  for (const [name, init] of Object.entries({ maxEventSize: { maxEventSize: 0 }, comment: { comment: 'x' } })) {
    it(`refuses an invalid ${name}, and leaves the stream as it was`, () => {
      const { body } = streamResponse();
      assert.throws(() => EventSource.fromReadableStream(body, init), { name: 'TypeError', message: new RegExp(name) });
      assert.equal(body.locked, false);
    });
  }

  it('closes with one error at the end of the stream, and never reconnects', async () => {
    const clock = fakeClock();
    const stream = streamResponse();
    stream.write('data: a\n\n');
    stream.end();
    const source = read(stream.body);
    let stateInError;
    source.onerror = () => (stateInError = source.readyState);
    const events = record(source);
    const error = await events.until('error');
    assert.equal(stateInError, EventSource.CLOSED);
    assert.equal(error.retryIn, null);
    assert.equal(error.cause, undefined);
    assert.match(error.message, /ended/);
    assert.deepEqual(clock.waits, []);
    await settled();
    assert.deepEqual(events.log, ['open', 'message: a', 'error']);
    assert.equal(source.readyState, EventSource.CLOSED);
  });

  it('closes with one error when the stream fails, which tells why', async () => {
    const clock = fakeClock();
    const stream = streamResponse();
    const source = read(stream.body);
    const events = record(source);
    await events.next('open');
    const cause = new Error('pulled out');
    stream.write('data: a\n\n');
    await events.next('message');
    stream.fail(cause);
    const error = await events.next('error');
    assert.equal(error.cause, cause);
    assert.match(error.message, /pulled out/);
    assert.equal(error.retryIn, null);
    assert.equal(source.readyState, EventSource.CLOSED);
    await settled();
    assert.deepEqual(clock.waits, []);
    assert.deepEqual(events.log, ['open', 'message: a', 'error']);
  });

  it('fires open first even if the stream has failed before', async () => {
    const stream = streamResponse();
    stream.fail(new Error('early'));
    const events = record(read(stream.body));
    await events.next('open');
    await events.next('error');
  });

  it('closes with an error on what is not bytes, and cancels the stream', async () => {
    const stream = streamResponse();
    const source = read(stream.body);
    const events = record(source);
    stream.enqueue('data: a\n\n');
    const error = await events.until('error');
    assert.ok(error.cause instanceof TypeError);
    assert.equal(source.readyState, EventSource.CLOSED);
    await stream.cancelled();
  });

  it('keeps the last event ID and the reconnection time', async () => {
    const stream = streamResponse();
    const source = read(stream.body);
    const events = record(source);
    stream.write('id: 5\nretry: 120\ndata: a\n\n');
    await events.until('message');
    assert.equal(source.lastEventId, '5');
    assert.equal(source.reconnectionTime, 120);
    stream.write('data: b\n\n');
    assert.equal((await events.next('message')).lastEventId, '5');
  });

  it('reads several bodies in turn, through one TransformStream', async () => {
    const { readable, writable } = new TransformStream();
    const source = read(readable);
    const events = record(source);
    for (const body of ['id: 1\ndata: a\n\n', 'data: b\n\n', 'data: c\n\n']) {
      await within(new Response(body).body.pipeTo(writable, { preventClose: true }), 'the body to be piped');
    }
    for (const data of ['a', 'b', 'c']) assert.equal((await events.until('message')).data, data);
    assert.equal(source.lastEventId, '1');
    assert.equal(source.readyState, EventSource.OPEN);
    await writable.close();
    await events.next('error');
    assert.deepEqual(events.log, ['open', 'message: a', 'message: b', 'message: c', 'error']);
  });

  it('close() cancels the stream, and nothing is fired', async () => {
    const stream = streamResponse();
    const source = read(stream.body);
    const events = record(source);
    await events.next('open');
    source.close();
    await stream.cancelled();
    await settled();
    assert.deepEqual(events.log, ['open']);
  });

  it('close() in a listener of open cancels the stream', async () => {
    const stream = streamResponse();
    stream.write('data: a\n\n');
    const source = read(stream.body);
    source.onopen = () => source.close();
    const events = record(source);
    await stream.cancelled();
    await settled();
    assert.deepEqual(events.log, ['open']);
  });

  it('close() at once cancels the stream', async () => {
    const cancelled = deferred();
    const source = read(new ReadableStream({ cancel: () => cancelled.resolve() }));
    source.close();
    await within(cancelled.promise, 'the stream to be cancelled');
  });

  it('close() one turn later cancels the stream', async () => {
    const stream = streamResponse();
    const source = read(stream.body);
    const events = record(source);
    await null;
    source.close();
    await stream.cancelled();
    assert.deepEqual(events.log, []);
  });

  it('takes maxEventSize', async () => {
    const stream = streamResponse();
    const source = read(stream.body, { maxEventSize: 10 });
    const events = record(source);
    stream.write('data: 0123456789\n\ndata: 0123456789a\n\n');
    assert.equal((await events.until('message')).data, '0123456789');
    assert.match((await events.next('error')).message, /10 bytes/);
    assert.equal(source.readyState, EventSource.CLOSED);
    await stream.cancelled();
  });

  it('takes null for no options', async () => {
    const source = EventSource.fromReadableStream(new Blob(['data: x\n\n']).stream(), null);
    assert.equal((await record(source).until('message')).data, 'x');
  });

  it('takes a callback for comments', async () => {
    const stream = streamResponse();
    const comments = [];
    const events = record(read(stream.body, { comment: (text) => comments.push(text) }));
    stream.write(': hello\ndata: a\n\n');
    await events.until('message');
    assert.deepEqual(comments, ['hello']);
  });

  it('can be iterated', async () => {
    const stream = streamResponse();
    stream.write('data: a\n\nevent: own\ndata: b\n\n');
    const seen = [];
    for await (const { type, data } of read(stream.body)) {
      seen.push([type, data]);
      if (seen.length === 2) break;
    }
    assert.deepEqual(seen, [
      ['message', 'a'],
      ['own', 'b'],
    ]);
    await stream.cancelled();
  });
});
