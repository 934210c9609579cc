// EventSourceParserStream, after the documentation of the eventsource-parser package, version 4.
import * as root from '../../js/index.js';
import { EventSourceParserStream, ParseError } from '../../js/stream.js';
import { assert } from '../support/assert.js';
import { settled, within } from '../support/wait.js';

const encoder = new TextEncoder();

/** A stream that yields the chunks and ends. */
function streamOf(...chunks) {
  return new ReadableStream({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(chunk);
      controller.close();
    },
  });
}

/**
 * Reads to the end.
 * @param {ReadableStream} stream
 */
async function collect(stream) {
  const values = [];
  const reader = stream.getReader();
  for (;;) {
    const { done, value } = await within(reader.read(), 'a value or the end');
    if (done) return values;
    values.push(value);
  }
}

const parse = (chunks, options) => collect(streamOf(...chunks).pipeThrough(new EventSourceParserStream(options)));
const event = (data, more = {}) => ({ id: undefined, event: undefined, data, ...more });

describe('EventSourceParserStream', () => {
  it('is a TransformStream, the same in both entries', () => {
    const stream = new EventSourceParserStream();
    assert.ok(stream instanceof TransformStream);
    assert.ok(stream.readable instanceof ReadableStream);
    assert.ok(stream.writable instanceof WritableStream);
    assert.equal(root.EventSourceParserStream, EventSourceParserStream);
  });

  it('turns strings into events', async () => {
    assert.deepEqual(await parse(['id: 1\nevent: e\nda', 'ta: a\n\ndata: b', '\n\n']), [
      event('a', { id: '1', event: 'e' }),
      event('b'),
    ]);
  });

  it('turns bytes into events', async () => {
    const bytes = encoder.encode('data: aé€😀\n\ndata: b\n\n');
    const chunks = Array.from(bytes, (_, i) => bytes.subarray(i, i + 1));
    assert.deepEqual(await parse(chunks), [event('aé€😀'), event('b')]);
    class OwnBytes extends Uint8Array {} // as Node's Buffer
    assert.deepEqual(await parse([new OwnBytes(encoder.encode('data: x\n\n'))]), [event('x')]);
  });

  it('stands behind a TextDecoderStream, and in its place', async () => {
    const body = () => new Response('\uFEFFdata: 日本語\n\n').body;
    const decoded = body().pipeThrough(new TextDecoderStream()).pipeThrough(new EventSourceParserStream());
    assert.deepEqual(await collect(decoded), [event('日本語')]);
    assert.deepEqual(await collect(body().pipeThrough(new EventSourceParserStream())), [event('日本語')]);
  });

  it('drops what has not ended when the stream ends', async () => {
    assert.deepEqual(await parse(['data: a\n\ndata: b\n', 'data: c']), [event('a')]);
    assert.deepEqual(await parse([]), []);
  });

  it('calls onComment, onRetry and onId, in the order of the stream and before the event', async () => {
    const calls = [];
    const options = {
      onComment: (comment) => calls.push(['comment', comment]),
      onRetry: (retry) => calls.push(['retry', retry]),
      onId: (id) => calls.push(['id', id]),
    };
    const events = await parse([': hi\nretry: 7\nid: 1\ndata: a\n\nid: 2\n\n'], options);
    assert.deepEqual(events, [event('a', { id: '1' })]);
    assert.deepEqual(calls, [
      ['comment', 'hi'],
      ['retry', 7],
      ['id', '1'],
      ['id', '2'],
    ]);
  });

  describe('onError', () => {
    const chunks = ['data: a\n\nnope: 1\n', 'retry: soon\ndata: b\n\n'];

    for (const onError of [undefined, 'ignore', null]) {
      it(`${onError}: parse errors are ignored`, async () => {
        assert.deepEqual(await parse(chunks, { onError }), [event('a'), event('b')]);
      });
    }

    it('a function gets them, and the stream goes on', async () => {
      const errors = [];
      assert.deepEqual(await parse(chunks, { onError: (error) => errors.push(error) }), [event('a'), event('b')]);
      assert.ok(errors.every((error) => error instanceof ParseError));
      assert.deepEqual(
        errors.map(({ type, field, value, line }) => ({ type, field, value, line })),
        [
          { type: 'unknown-field', field: 'nope', value: '1', line: 'nope: 1' },
          { type: 'invalid-retry', field: undefined, value: 'soon', line: 'retry: soon' },
        ],
      );
    });

    it("'terminate' errors the stream", async () => {
      const stream = new EventSourceParserStream({ onError: 'terminate' });
      const reader = stream.readable.getReader();
      const writer = stream.writable.getWriter();
      const closed = assert.rejects(within(writer.closed, 'the writable side to fail'), ParseError);
      const first = reader.read();
      await writer.write('data: a\n\n');
      assert.deepEqual((await first).value, event('a'));
      const second = assert.rejects(within(reader.read(), 'the error'), (error) => {
        assert.ok(error instanceof ParseError);
        assert.equal(error.type, 'invalid-retry');
        assert.equal(error.value, 'soon');
        return true;
      });
      await writer.write('retry: soon\n').catch(() => {});
      await second;
      await closed;
      await assert.rejects(writer.write('data: b\n\n'), ParseError);
    });

    it("'terminate' errors the stream with the parse error, whatever follows in the chunk", async () => {
      await assert.rejects(parse(['nope\nid: 1\ndata: a\n\n'], { onError: 'terminate' }), {
        name: 'ParseError',
        type: 'unknown-field',
      });
    });

    it('what a callback throws errors the stream', async () => {
      const thrown = new Error('from the callback');
      const options = {
        onComment() {
          throw thrown;
        },
      };
      await assert.rejects(parse([': c\n'], options), (error) => error === thrown);
    });
  });

  it('ignoredLine is called with each line that the standard ignores', async () => {
    const lines = [];
    await parse(['x: 1\ndata: 1\n\n'], { ignoredLine: (line) => lines.push(line) });
    assert.deepEqual(lines, ['x: 1']);
  });

  describe('maxBufferSize', () => {
    const tooMuch = ['data: ok\n\n', 'data: 12345678901', 'more', 'and more\n\n'];
    const exceeded = (error) => {
      assert.ok(error instanceof ParseError);
      assert.equal(error.type, 'max-buffer-size-exceeded');
      return true;
    };

    for (const onError of [undefined, 'terminate', 'ignore']) {
      it(`errors the stream when exceeded, with onError ${onError}`, async () => {
        await assert.rejects(parse(tooMuch, { maxBufferSize: 10, onError }), exceeded);
      });
    }

    it('errors the stream when exceeded, and onError gets the same error', async () => {
      const errors = [];
      await assert.rejects(parse(tooMuch, { maxBufferSize: 10, onError: (error) => errors.push(error) }), (error) => {
        assert.deepEqual(errors, [error]);
        return exceeded(error);
      });
    });

    it('errors the stream for bytes as well', async () => {
      const bytes = tooMuch.map((text) => encoder.encode(text));
      await assert.rejects(parse(bytes, { maxBufferSize: 10 }), exceeded);
    });

    it('cancels what it is piped from', async () => {
      let reason;
      let pulls = 0;
      const source = new ReadableStream({
        pull(controller) {
          if (pulls++ === 1000) controller.error(new Error('the limit had no effect'));
          else controller.enqueue('data: 12345');
        },
        cancel: (given) => (reason = given),
      });
      await assert.rejects(collect(source.pipeThrough(new EventSourceParserStream({ maxBufferSize: 100 }))), exceeded);
      await settled();
      exceeded(reason);
    });

    it('lets through what stays below it', async () => {
      const events = await parse(['data: 1234\n\n'.repeat(50), 'data: 1', '234', '\n\n'], { maxBufferSize: 10 });
      assert.equal(events.length, 51);
    });
  });

  describe('back-pressure', () => {
    it('a write waits until its events are read', async () => {
      const stream = new EventSourceParserStream();
      const writer = stream.writable.getWriter();
      const reader = stream.readable.getReader();
      let written = 0;
      for (let i = 0; i < 5; i++) writer.write(`data: ${i}\n\n`).then(() => written++);
      await settled();
      assert.ok(written <= 1, `${written} writes are done although nothing is read`);
      assert.ok(writer.desiredSize <= 0);
      for (let i = 0; i < 5; i++) assert.equal((await within(reader.read(), 'an event')).value.data, `${i}`);
      await settled();
      assert.equal(written, 5);
    });

    it('an endless source is not read ahead', async () => {
      let pulls = 0;
      let cancelled = false;
      const source = new ReadableStream({
        pull(controller) {
          if (pulls === 1000) controller.error(new Error('it was read ahead'));
          else controller.enqueue(encoder.encode(`data: ${pulls++}\n\n`));
        },
        cancel: () => (cancelled = true),
      });
      const reader = source.pipeThrough(new EventSourceParserStream()).getReader();
      await settled();
      const ahead = pulls;
      assert.ok(ahead <= 4, `${ahead} chunks were taken although nothing is read`);
      for (let i = 0; i < 100; i++) assert.equal((await within(reader.read(), 'an event')).value.data, `${i}`);
      await settled();
      assert.ok(pulls <= 100 + ahead + 1, `${pulls} chunks were taken for 100 events`);
      await reader.cancel();
      await settled();
      assert.equal(cancelled, true);
    });
  });

  it('passes on an error of its source', async () => {
    const failure = new Error('wire cut');
    const source = new ReadableStream({ pull: (controller) => controller.error(failure) });
    await assert.rejects(collect(source.pipeThrough(new EventSourceParserStream())), (error) => error === failure);
  });

  it('errors on a chunk that is neither text nor bytes', async () => {
    await assert.rejects(parse([{ data: 'x' }]), TypeError);
  });
});
