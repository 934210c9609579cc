// `for await` on a source.
import { assert } from '../support/assert.js';
import { EventSource, fakeClock, open, record, serve, streamResponse, tearDown } from '../support/scene.js';
import { itUnless, limits } from '../support/platform.js';
import { deferred, settled, within } from '../support/wait.js';

const URL_OF_NOTHING = 'http://127.0.0.1/';
const types = { 'content-type': 'text/event-stream' };

/** The next event of a loop that a test steps through by hand. */
const next = (iterator) => within(iterator.next(), 'the next event of the loop');

/** A source whose stream is written by the test. */
function openStream(init) {
  const stream = streamResponse();
  const source = open(URL_OF_NOTHING, { fetch: async () => stream.response, ...init });
  return { stream, source };
}

/**
 * A source whose body has `size` chunks, made one by one as they are pulled, and that counts them.
 * @param {(n: number) => string} chunk
 */
function openCounted(size, chunk = (n) => `data: ${n}\n\n`, init = {}) {
  let pulls = 0;
  const encoder = new TextEncoder();
  const cancelled = deferred();
  const body = new ReadableStream(
    {
      pull(controller) {
        if (pulls === size) return controller.close();
        controller.enqueue(encoder.encode(chunk(pulls++)));
      },
      cancel: () => cancelled.resolve(),
    },
    { highWaterMark: 0 },
  );
  const source = open(URL_OF_NOTHING, { fetch: async () => new Response(body, { headers: types }), ...init });
  return {
    source,
    get pulls() {
      return pulls;
    },
    cancelled: () => within(cancelled.promise, 'the body to be cancelled'),
  };
}

describe('for await on a source', () => {
  afterEach(tearDown);

  itUnless(limits.messageEvent)('yields the events of any type, in their order', async () => {
    const server = await serve([
      {
        chunks: ['data: 1\n\nevent: own\nid: 5\ndata: 2\n\n', 'event: error\ndata: 3\n\n', 'event: open\ndata: 4\n\n'],
      },
    ]);
    const seen = [];
    for await (const event of open(server.url)) {
      assert.ok(event instanceof MessageEvent);
      assert.equal(event.origin, server.origin);
      seen.push([event.type, event.data, event.lastEventId]);
      if (seen.length === 4) break;
    }
    assert.deepEqual(seen, [
      ['message', '1', ''],
      ['own', '2', '5'],
      ['error', '3', '5'],
      ['open', '4', '5'],
    ]);
  });

  it('yields the very events that listeners get, after them', async () => {
    const { stream, source } = openStream();
    const events = record(source);
    stream.write('data: 1\n\n');
    const iterator = source[Symbol.asyncIterator]();
    const { value } = await next(iterator);
    assert.equal(value, await events.until('message'));
  });

  itUnless(limits.resets)('goes on over reconnections, with neither open nor error', async () => {
    const clock = fakeClock();
    const server = await serve([
      { chunks: ['data: 1\n\n'], then: 'end' },
      { before: 'reset' },
      { chunks: ['data: 2\n\n'] },
    ]);
    const source = open(server.url);
    const events = record(source);
    const iterator = source[Symbol.asyncIterator]();
    assert.equal((await next(iterator)).value.data, '1');
    const second = next(iterator);
    for (let n = 0; n < 2; n++) {
      await events.until('error');
      clock.pass();
    }
    assert.equal((await second).value.data, '2');
  });

  it('yields what comes from its begin on', async () => {
    const { stream, source } = openStream();
    const events = record(source);
    stream.write('data: 1\n\n');
    await events.until('message');
    const iterator = source[Symbol.asyncIterator]();
    const second = next(iterator);
    stream.write('data: 2\n\n');
    assert.equal((await second).value.data, '2');
  });

  it('break closes the source, and aborts the request', async () => {
    const server = await serve([{ chunks: ['data: 1\n\ndata: 2\n\n'] }]);
    const source = open(server.url);
    for await (const event of source) {
      assert.equal(event.data, '1');
      break;
    }
    assert.equal(source.readyState, EventSource.CLOSED);
    await (await server.request(0)).closed();
  });

  it('a throw inside the loop closes the source, and goes on to its caller', async () => {
    const { stream, source } = openStream();
    stream.write('data: 1\n\n');
    const error = new Error('own');
    const loop = async () => {
      for await (const event of source) {
        assert.equal(event.data, '1');
        throw error;
      }
    };
    await assert.rejects(within(loop(), 'the end of the loop'), (thrown) => thrown === error);
    assert.equal(source.readyState, EventSource.CLOSED);
    await stream.cancelled();
  });

  it('close() ends a loop that waits', async () => {
    const { source } = openStream();
    const iterator = source[Symbol.asyncIterator]();
    const step = next(iterator);
    await record(source).next('open');
    source.close();
    assert.deepEqual(await step, { done: true, value: undefined });
  });

  it('close() ends a loop that waits for a reconnection', async () => {
    const clock = fakeClock();
    const source = open(URL_OF_NOTHING, { fetch: () => Promise.reject(new Error('lost')) });
    const step = next(source[Symbol.asyncIterator]());
    await record(source).next('error');
    source.close();
    assert.equal((await step).done, true);
    assert.deepEqual(clock.waits, []);
  });

  it('close() in the loop ends it: events of the same chunk do not come any more', async () => {
    const { stream, source } = openStream();
    stream.write('data: 1\n\ndata: 2\n\n');
    const seen = [];
    const loop = async () => {
      for await (const event of source) {
        seen.push(event.data);
        source.close();
      }
    };
    await within(loop(), 'the end of the loop');
    assert.deepEqual(seen, ['1']);
  });

  it('a signal ends it likewise', async () => {
    const controller = new AbortController();
    const { source } = openStream({ signal: controller.signal });
    const step = next(source[Symbol.asyncIterator]());
    await record(source).next('open');
    controller.abort();
    assert.equal((await step).done, true);
  });

  it('of a closed source ends at once', async () => {
    const { source } = openStream();
    source.close();
    assert.equal((await next(source[Symbol.asyncIterator]())).done, true);
  });

  it('throws what failed the connection', async () => {
    const server = await serve([{ status: 503 }]);
    const source = open(server.url);
    const events = record(source);
    await assert.rejects(next(source[Symbol.asyncIterator]()), (error) => {
      assert.ok(error instanceof Error);
      assert.equal(error.code, 503);
      assert.equal(error.status, 503);
      assert.match(error.message, /503/);
      return true;
    });
    assert.equal(source.readyState, EventSource.CLOSED);
    assert.deepEqual(events.log, ['error']);
  });

  it('throws with the cause', async () => {
    const cause = new TypeError('lost');
    const source = open(URL_OF_NOTHING, { maxRetries: 0, fetch: () => Promise.reject(cause) });
    await assert.rejects(next(source[Symbol.asyncIterator]()), (error) => {
      assert.equal(error.cause, cause);
      assert.equal(error.code, undefined);
      return true;
    });
  });

  it('yields all that came before the failure, then throws', async () => {
    const { stream, source } = openStream({ maxEventSize: 10 });
    stream.write('data: 1\n\ndata: 2\n\ndata: 0123456789a\n\n');
    const seen = [];
    const loop = async () => {
      for await (const { data } of source) {
        seen.push(data);
        await settled();
      }
    };
    await assert.rejects(within(loop(), 'the end of the loop'), /larger than 10 bytes/);
    assert.deepEqual(seen, ['1', '2']);
  });

  it('of a source that has failed throws the same', async () => {
    const server = await serve([{ status: 404 }]);
    const source = open(server.url);
    await record(source).next('error');
    await assert.rejects(next(source[Symbol.asyncIterator]()), { code: 404 });
  });

  it('yields all events of a stream that is longer than any buffer, in order', async () => {
    const counted = openCounted(300, (n) => Array.from({ length: 10 }, (_, i) => `data: ${n * 10 + i}\n\n`).join(''), {
      maxRetries: 0,
    });
    let expected = 0;
    const loop = async () => {
      for await (const { data } of counted.source) {
        if (data !== `${expected}`) assert.fail(`${data} instead of ${expected}`);
        expected++;
      }
    };
    await assert.rejects(within(loop(), 'the end of the loop'), /ended/);
    assert.equal(expected, 3000);
  });

  it('readAhead: 0 reads nothing before the loop asks', async () => {
    const counted = openCounted(1000, undefined, { readAhead: 0 });
    const iterator = counted.source[Symbol.asyncIterator]();
    for (let n = 0; n < 5; n++) {
      assert.equal((await next(iterator)).value.data, `${n}`);
      await settled();
      assert.ok(counted.pulls <= n + 3, `${counted.pulls} chunks were read for ${n + 1} events`);
    }
    assert.ok(counted.pulls >= 5);
    await iterator.return();
    await counted.cancelled();
    assert.ok(counted.pulls <= 8);
  });

  it('reads on for the listeners when there is no loop', async () => {
    fakeClock();
    const counted = openCounted(50);
    await record(counted.source).until('error');
    assert.equal(counted.pulls, 50);
  });

  it('has comments called back meanwhile', async () => {
    const comments = [];
    const { stream, source } = openStream({ comment: (text) => comments.push(text) });
    const iterator = source[Symbol.asyncIterator]();
    const first = next(iterator);
    stream.write('data: 1\n\n');
    await first;
    stream.write(':a\n');
    const second = next(iterator);
    stream.write('data: 2\n\n');
    await second;
    assert.deepEqual(comments, ['a']);
  });

  it('does not take the loop for a server that is idle', async () => {
    const clock = fakeClock();
    const counted = openCounted(100, undefined, { idleTimeout: 500, readAhead: 0 });
    const events = record(counted.source);
    const iterator = counted.source[Symbol.asyncIterator]();
    await next(iterator);
    await settled();
    clock.tick(60_000);
    await settled();
    assert.ok(!events.log.includes('error'));
    assert.equal((await next(iterator)).value.data, '1');
  });

  it('takes a server for idle that is, while the loop waits', async () => {
    const clock = fakeClock();
    const { stream, source } = openStream({ idleTimeout: 500, maxRetries: 0 });
    const iterator = source[Symbol.asyncIterator]();
    stream.write('data: 1\n\n');
    await next(iterator);
    const step = next(iterator);
    await settled();
    clock.tick(500);
    await assert.rejects(step, /nothing for 500 ms/);
  });

  it('close() while the reading is held back cancels the body', async () => {
    const counted = openCounted(1000, undefined, { readAhead: 0 });
    const iterator = counted.source[Symbol.asyncIterator]();
    await next(iterator);
    await settled();
    counted.source.close();
    await counted.cancelled();
    assert.equal((await next(iterator)).done, true);
  });

  it('two loops at once: each gets every event, the slower one sets the pace', async () => {
    const counted = openCounted(1000, undefined, { readAhead: 0 });
    const fast = counted.source[Symbol.asyncIterator]();
    const slow = counted.source[Symbol.asyncIterator]();
    const slowFirst = next(slow);
    assert.equal((await next(fast)).value.data, '0');
    assert.equal((await slowFirst).value.data, '0');
    let count = 1;
    const running = (async () => {
      for (;;) {
        const { done, value } = await fast.next();
        if (done) return;
        assert.equal(value.data, `${count++}`);
      }
    })();
    for (let n = 1; n < 5; n++) {
      await settled();
      assert.ok(counted.pulls <= n + 3, `${counted.pulls} chunks were read for ${n} events`);
      assert.equal((await next(slow)).value.data, `${n}`);
    }
    await slow.return();
    await within(running, 'the other loop to end');
    assert.ok(count >= 5 && count < 12, `${count}`);
    assert.equal(counted.source.readyState, EventSource.CLOSED);
  });

  it('break in one of two loops ends the other', async () => {
    const { stream, source } = openStream();
    const [one, other] = [source[Symbol.asyncIterator](), source[Symbol.asyncIterator]()];
    const steps = [next(one), next(other)];
    stream.write('data: 1\n\n');
    for (const step of steps) assert.equal((await step).value.data, '1');
    const waiting = next(other);
    await one.return();
    assert.equal((await waiting).done, true);
    await stream.cancelled();
  });

  it('both of two loops throw what failed the connection', async () => {
    const server = await serve([{ status: 500 }]);
    const source = open(server.url);
    const steps = [next(source[Symbol.asyncIterator]()), next(source[Symbol.asyncIterator]())];
    for (const step of steps) await assert.rejects(step, { code: 500 });
  });

  it('asked for several events at once, it gives them in order', async () => {
    const { stream, source } = openStream();
    const iterator = source[Symbol.asyncIterator]();
    const steps = [next(iterator), next(iterator), next(iterator)];
    stream.write('data: 1\n\ndata: 2\n\n');
    stream.write('data: 3\n\n');
    const values = await Promise.all(steps);
    assert.deepEqual(
      values.map(({ value }) => value.data),
      ['1', '2', '3'],
    );
  });
});
