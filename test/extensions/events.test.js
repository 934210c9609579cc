// events(): the events of one response or stream.
import { events } from '../../js/index.js';
import { assert } from '../support/assert.js';
import { itUnless, limits } from '../support/platform.js';
import { nativeFetch, serve, streamResponse, tearDown } from '../support/scene.js';
import { deferred, settled, within } from '../support/wait.js';

const type = { 'content-type': 'text/event-stream' };
const bytes = (text) => new TextEncoder().encode(text);
const next = (iterator) => within(iterator.next(), 'the next event');

/** All events of an input, and what ended it if that was an error. */
async function collect(input, options) {
  const seen = [];
  const loop = async () => {
    for await (const event of events(input, options)) seen.push(event);
  };
  const error = await within(
    loop().then(
      () => undefined,
      (thrown) => thrown,
    ),
    'the end of the events',
  );
  return { seen, data: seen.map(({ data }) => data), error };
}

async function* iterate(...chunks) {
  yield* chunks;
}

/** A stream that yields these, and tells when it is cancelled. */
function streamOf(...chunks) {
  const cancelled = deferred();
  const stream = new ReadableStream(
    {
      pull(controller) {
        if (chunks.length === 0) return controller.close();
        controller.enqueue(chunks.shift());
      },
      cancel: (reason) => cancelled.resolve(reason),
    },
    { highWaterMark: 0 },
  );
  return { stream, left: chunks, cancelled: () => within(cancelled.promise, 'the stream to be cancelled') };
}

describe('events()', () => {
  afterEach(tearDown);

  const text = 'data: 1\n\nevent: own\nid: 5\ndata: 2\ndata: b\n\n:comment\nretry: 1\n\ndata: 3\n\ndata: cut';
  const expected = [
    { type: 'message', data: '1', lastEventId: '' },
    { type: 'own', data: '2\nb', lastEventId: '5' },
    { type: 'message', data: '3', lastEventId: '5' },
  ];
  const [head, tail] = [text.slice(0, 14), text.slice(14)];
  const inputs = {
    'a Response': () => new Response(text, { headers: type }),
    'a Response of another status that is ok': () => new Response(text, { status: 201, headers: type }),
    'a ReadableStream of bytes': () => streamOf(bytes(head), bytes(tail)).stream,
    'a ReadableStream of strings': () => streamOf(head, tail).stream,
    'an async iterable of bytes': () => iterate(bytes(head), bytes(tail)),
    'an async iterable of strings': () => iterate(head, tail),
    'an async iterable of both': () => iterate(head, bytes(tail)),
    'an array of strings': () => [head, tail],
    'an array of bytes': () => [bytes(head), bytes(tail)],
    'an array of single characters': () => [...text],
    'a generator': () =>
      (function* () {
        yield head;
        yield tail;
      })(),
    'a string': () => text,
    'a Uint8Array': () => bytes(text),
    'an array with empty chunks': () => ['', head, new Uint8Array(), '', tail, ''],
  };
  const byteStream = () =>
    new ReadableStream({
      type: 'bytes',
      start(controller) {
        controller.enqueue(bytes(text));
        controller.close();
      },
    });
  itUnless(limits.byteStreams)('yields those of a byte stream', async () => {
    assert.deepEqual((await collect(byteStream())).seen, expected);
    assert.deepEqual((await collect(byteStream(), { signal: new AbortController().signal })).seen, expected);
  });

  for (const [name, make] of Object.entries(inputs)) {
    it(`yields those of ${name}`, async () => {
      const { seen, error } = await collect(make());
      assert.equal(error, undefined);
      assert.deepEqual(seen, expected);
    });

    it(`yields those of ${name}, with a signal too`, async () => {
      const { seen, error } = await collect(make(), { signal: new AbortController().signal });
      assert.equal(error, undefined);
      assert.deepEqual(seen, expected);
    });
  }

  it('yields those of a fetch, as they come', async () => {
    const server = await serve([{ chunks: ['data: 1\n\n'] }]);
    const iterator = events(await nativeFetch(server.url));
    assert.equal((await next(iterator)).value.data, '1');
    const request = await server.request(0);
    await request.write('data: 2\n\n');
    assert.equal((await next(iterator)).value.data, '2');
    await request.finish('end');
    assert.equal((await next(iterator)).done, true);
  });

  it('yields nothing for a null body', async () => {
    assert.deepEqual(await collect(new Response(null, { headers: type })), { seen: [], data: [], error: undefined });
  });

  for (const [name, input] of Object.entries({
    'an empty string': '',
    'an empty array': [],
    'no bytes': new Uint8Array(),
  })) {
    it(`yields nothing for ${name}`, async () => {
      assert.deepEqual((await collect(input)).seen, []);
    });
  }

  it('refuses a response that is not ok, and leaves its body to the caller', async () => {
    const response = new Response('{"error": "slow down"}', { status: 429, headers: { 'retry-after': '7' } });
    const { seen, error } = await collect(response);
    assert.deepEqual(seen, []);
    assert.ok(error instanceof Error);
    assert.equal(error.status, 429);
    assert.match(error.message, /429/);
    assert.equal(error.response, response);
    assert.equal(error.response.bodyUsed, false);
    assert.equal(error.response.headers.get('retry-after'), '7');
    assert.equal(await error.response.text(), '{"error": "slow down"}');
  });

  it('refuses a response of the wrong type, and leaves its body to the caller', async () => {
    const headers = { 'content-type': 'application/json' };
    const { error } = await collect(new Response('{"error": 1}', { headers }));
    assert.equal(error.status, 200);
    assert.match(error.message, /application\/json.*text\/event-stream/);
    assert.equal(await error.response.text(), '{"error": 1}');
    assert.deepEqual(Object.keys(error), ['status']); // a log is spared the response
  });

  it('refuses a response whose body has been read', async () => {
    const response = new Response('data: 1\n\n', { headers: type });
    await response.text();
    const { error } = await collect(response);
    assert.ok(error instanceof TypeError);
    assert.match(error.message, /has not been read/);
  });

  it('refuses a response without a type', async () => {
    const { error } = await collect(streamResponse({ headers: {} }).response);
    assert.equal(error.status, 200);
    assert.match(error.message, /no Content-Type/);
  });

  it('takes the type with parameters, in any case', async () => {
    const headers = { 'content-type': 'Text/Event-Stream; charset=utf-8' };
    assert.deepEqual((await collect(new Response('data: 1\n\n', { headers }))).data, ['1']);
  });

  it('skips a byte order mark, however it comes', async () => {
    const marked = '\uFEFFdata: 1\n\n\uFEFFdata: 2\n\n';
    for (const input of [marked, bytes(marked), [...marked], [...bytes(marked)].map((byte) => Uint8Array.of(byte))]) {
      assert.deepEqual((await collect(input)).data, ['1']);
    }
  });

  it('puts a surrogate pair together that is cut between two strings', async () => {
    const pair = '\u{1F600}';
    for (const chunks of [
      [`data: ${pair[0]}`, `${pair[1]}\n\n`],
      ['data: a', pair[0], pair[1], '\n\n'],
      ['data: ', pair[0], '', `${pair[1]}${pair[0]}`, `${pair[1]}\n\n`],
    ]) {
      const whole = chunks.join('').slice(6, -2);
      assert.deepEqual((await collect(chunks)).data, [whole]);
    }
  });

  it('takes half a surrogate pair for what cannot be decoded', async () => {
    const { data } = await collect(['data: \ud83d', 'x\n\n', 'data: \ude00\n\n']);
    assert.deepEqual(data, ['\ufffdx', '\ufffd']);
  });

  it('puts a character together that is cut between two chunks of bytes', async () => {
    const all = bytes('data: \u20ac\u{1F600}\n\n');
    assert.deepEqual((await collect(Array.from(all, (byte) => Uint8Array.of(byte)))).data, ['\u20ac\u{1F600}']);
  });

  it('break cancels a stream, and reads no more of it', async () => {
    const { stream, left, cancelled } = streamOf('data: 1\n\ndata: 2\n\n', 'data: 3\n\n', 'data: 4\n\n');
    for await (const { data } of events(stream, { readAhead: 0 })) {
      assert.equal(data, '1');
      break;
    }
    await cancelled();
    assert.equal(left.length, 2);
    assert.equal(stream.locked, false);
  });

  it('break ends a fetch', async () => {
    const server = await serve([{ chunks: ['data: 1\n\n'] }]);
    for await (const { data } of events(await nativeFetch(server.url))) {
      assert.equal(data, '1');
      break;
    }
    await (await server.request(0)).closed();
  });

  it('a throw in the loop cancels a stream', async () => {
    const { stream, cancelled } = streamOf('data: 1\n\n', 'data: 2\n\n');
    const own = new Error('own');
    const loop = async () => {
      for await (const { data } of events(stream, { readAhead: 0 })) {
        assert.equal(data, '1');
        throw own;
      }
    };
    await assert.rejects(loop(), (error) => error === own);
    await cancelled();
  });

  for (const options of [undefined, { signal: new AbortController().signal }]) {
    it(`break ends an iterable${options ? ', with a signal' : ''}`, async () => {
      const ended = deferred();
      async function* source() {
        try {
          yield 'data: 1\n\n';
          yield 'data: 2\n\n';
        } finally {
          ended.resolve();
        }
      }
      for await (const { data } of events(source(), options)) {
        assert.equal(data, '1');
        break;
      }
      await within(ended.promise, 'the iterable to be ended');
    });
  }

  it('readAhead: 0 reads nothing before the loop asks', async () => {
    const { stream, left } = streamOf(...Array.from({ length: 10 }, (_, n) => `data: ${n}\n\n`));
    const iterator = events(stream, { readAhead: 0 });
    for (let n = 0; n < 3; n++) {
      assert.equal((await next(iterator)).value.data, `${n}`);
      await settled();
      assert.equal(left.length, 9 - n);
    }
    await iterator.return();
  });

  it('reads nothing until it is asked', async () => {
    const { stream, left } = streamOf('data: 1\n\n');
    events(stream);
    await settled();
    assert.equal(left.length, 1);
    assert.equal(stream.locked, false);
  });

  it('leaves a stream that has ended unlocked', async () => {
    const { stream } = streamOf('data: 1\n\n');
    await collect(stream);
    assert.equal(stream.locked, false);
  });

  const cause = new Error('torn');
  const breaking = {
    'a stream': () => {
      const made = streamResponse();
      made.write('data: 1\n\ndata: 2\n\ndata: 3');
      settled().then(() => made.fail(cause));
      return made.response;
    },
    'an iterable': () =>
      (async function* () {
        yield 'data: 1\n\ndata: 2\n\ndata: 3';
        throw cause;
      })(),
  };
  for (const [name, make] of Object.entries(breaking)) {
    for (const options of [undefined, { signal: new AbortController().signal }]) {
      it(`${name} that breaks off throws, after what came before${options ? ', with a signal' : ''}`, async () => {
        const { data, error } = await collect(make(), options);
        assert.deepEqual(data, ['1', '2']);
        assert.equal(error, cause);
      });
    }
  }

  it('a fetch that breaks off throws, after what came before', async () => {
    const server = await serve([{ chunks: ['data: 1\n\n'] }]);
    const iterator = events(await nativeFetch(server.url));
    assert.equal((await next(iterator)).value.data, '1');
    await (await server.request(0)).finish('reset');
    await assert.rejects(next(iterator));
    assert.equal((await next(iterator)).done, true);
  });

  it('maxEventSize: a larger event throws, after what came before, and cancels the stream', async () => {
    const { stream, cancelled } = streamOf('data: 1234567890\n\ndata: 12345678901\n\ndata: 3\n\n', 'data: 4\n\n');
    const { data, error } = await collect(stream, { maxEventSize: 10 });
    assert.deepEqual(data, ['1234567890']);
    assert.match(error.message, /larger than 10 bytes.*maxEventSize/);
    await cancelled();
  });

  it('maxEventSize counts bytes, of strings too', async () => {
    assert.equal((await collect(`data: ${'\u00e9'.repeat(5)}\n\n`, { maxEventSize: 10 })).error, undefined);
    assert.match((await collect(`data: ${'\u00e9'.repeat(6)}\n\n`, { maxEventSize: 10 })).error.message, /10 bytes/);
  });

  for (const value of [0, -1, 0.5, '5', NaN, Infinity, 2 ** 29]) {
    it(`maxEventSize: ${value} is not allowed`, async () => {
      const { error } = await collect('data: 1\n\n', { maxEventSize: value });
      assert.ok(error instanceof TypeError);
      assert.match(error.message, /maxEventSize must be a whole number/);
    });
  }

  it('takes null for no options', async () => {
    assert.deepEqual((await collect('data: 1\n\n', null)).data, ['1']);
  });

  it('signal must be one', async () => {
    const { error } = await collect('data: 1\n\n', { signal: {} });
    assert.ok(error instanceof TypeError);
    assert.match(error.message, /signal must be an AbortSignal/);
  });

  it('a signal that is aborted before throws its reason, and nothing is read', async () => {
    const reason = new Error('own reason');
    const { stream, left } = streamOf('data: 1\n\n');
    const { seen, error } = await collect(stream, { signal: AbortSignal.abort(reason) });
    assert.deepEqual(seen, []);
    assert.equal(error, reason);
    assert.equal(left.length, 1);
  });

  it('a signal that aborts while a stream is waited for throws its reason, and cancels the stream', async () => {
    const controller = new AbortController();
    const reason = new Error('own reason');
    const made = streamResponse();
    const iterator = events(made.response, { signal: controller.signal });
    made.write('data: 1\n\n');
    assert.equal((await next(iterator)).value.data, '1');
    const step = next(iterator);
    await settled();
    controller.abort(reason);
    await assert.rejects(step, (error) => error === reason);
    await made.cancelled();
  });

  it('a signal that aborts while an iterable is waited for throws its reason', async () => {
    const controller = new AbortController();
    async function* stuck() {
      yield 'data: 1\n\n';
      await new Promise(() => {});
    }
    const iterator = events(stuck(), { signal: controller.signal });
    await next(iterator);
    const step = next(iterator);
    await settled();
    controller.abort();
    await assert.rejects(step, { name: 'AbortError' });
  });

  for (const [name, make] of Object.entries({
    'a stream': () => streamOf('data: 1\n\n', 'data: 2\n\n').stream,
    'an iterable': () => iterate('data: 1\n\n', 'data: 2\n\n'),
  })) {
    it(`a signal that aborts between two chunks of ${name} throws at the next`, async () => {
      const controller = new AbortController();
      const iterator = events(make(), { signal: controller.signal });
      assert.equal((await next(iterator)).value.data, '1');
      controller.abort();
      await assert.rejects(next(iterator), { name: 'AbortError' });
    });
  }

  it('leaves no listener on the signal', async () => {
    const { signal } = new AbortController();
    let count = 0;
    let most = 0;
    const { addEventListener, removeEventListener } = signal;
    signal.addEventListener = (...values) => {
      most = Math.max(most, ++count);
      addEventListener.apply(signal, values);
    };
    signal.removeEventListener = (...values) => {
      count--;
      removeEventListener.apply(signal, values);
    };
    for (const make of Object.values(breaking)) await collect(make(), { signal });
    for (const make of Object.values(inputs)) {
      await collect(make(), { signal });
      const iterator = events(make(), { signal });
      await next(iterator);
      await iterator.return();
    }
    assert.equal(count, 0);
    assert.equal(most, 1);
  });

  for (const [name, value] of Object.entries({
    undefined,
    null: null,
    'a number': 5,
    'a boolean': true,
    'an object': {},
    'a function': () => {},
    'an ArrayBuffer': new ArrayBuffer(8),
  })) {
    it(`takes no ${name}`, async () => {
      const { error } = await collect(value);
      assert.ok(error instanceof TypeError);
      assert.match(error.message, /Response.*ReadableStream.*iterable/);
    });
  }

  for (const [name, chunk] of Object.entries({
    'a number': 5,
    null: null,
    'an ArrayBuffer': new ArrayBuffer(8),
    'a DataView': new DataView(new ArrayBuffer(8)),
    'an array': [100],
  })) {
    it(`takes no chunk that is ${name}: it throws instead of losing it`, async () => {
      for (const input of [['data: 1\n\n', chunk], streamOf('data: 1\n\n', chunk).stream]) {
        const { data, error } = await collect(input);
        assert.ok(error instanceof TypeError, `${error}`);
        assert.deepEqual(data, ['1']);
      }
    });
  }
});
