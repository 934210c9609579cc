// events() where bodies, loops and callers end otherwise than they should.
import { EventSource, events } from '../../js/index.js';
import { assert } from '../support/assert.js';
import { itUnless, limits } from '../support/platform.js';
import { fakeClock, nativeFetch, open, serve, streamResponse, tearDown } from '../support/scene.js';
import { deferred, settled, within } from '../support/wait.js';

const headers = { 'content-type': 'text/event-stream' };
const bytes = (text) => new TextEncoder().encode(text);
const next = (iterator) => within(iterator.next(), 'the next event');

/** What a loop over an input sees, and what it throws. */
async function collect(input, options) {
  const seen = [];
  const loop = async () => {
    for await (const { data } of events(input, options)) seen.push(data);
  };
  const error = await within(
    loop().then(
      () => undefined,
      (thrown) => thrown,
    ),
    'the end of the events',
  );
  return { seen, error };
}

describe('events(): an unfinished event at the end of the body', () => {
  /** Every body, the events it has, and the unfinished one: undefined if there is none, null if it has no data. */
  const bodies = [
    { name: 'no end at all', body: 'data: a\n\ndata: b', seen: ['a'], unfinished: 'b' },
    { name: 'one LF', body: 'data: a\n\ndata: b\n', seen: ['a'], unfinished: 'b' },
    { name: 'one CR', body: 'data: a\r\rdata: b\r', seen: ['a'], unfinished: 'b' },
    { name: 'one CRLF', body: 'data: a\r\n\r\ndata: b\r\n', seen: ['a'], unfinished: 'b' },
    { name: 'half a second CRLF, which is a whole CR', body: 'data: b\r\n\r', seen: ['b'] },
    { name: 'several lines', body: 'data: a\ndata: b\ndata', seen: [], unfinished: 'a\nb\n' },
    { name: 'data that is empty', body: 'data\n', seen: [], unfinished: '' },
    { name: 'a cut field name', body: 'data: a\ndat', seen: [], unfinished: 'a' },
    { name: 'nothing but a cut field name', body: 'data: a\n\ndat', seen: ['a'], unfinished: null },
    { name: 'a type without data', body: 'data: a\n\nevent: done\n', seen: ['a'], unfinished: null },
    { name: 'an id without data', body: 'data: a\n\nid: 7\n', seen: ['a'], unfinished: null },
    { name: 'a cut character', body: [...bytes('data: a\u20ac')].slice(0, -1), seen: [], unfinished: 'a\ufffd' },
    { name: 'half a surrogate pair', body: ['data: a\ud83d'], seen: [], unfinished: 'a\ufffd' },
    { name: 'nothing', body: '', seen: [] },
    { name: 'an empty line alone', body: '\n', seen: [] },
    { name: 'an event', body: 'data: a\n\n', seen: ['a'] },
    { name: 'an event with CR', body: 'data: a\r\r', seen: ['a'] },
    { name: 'an event with CRLF', body: 'data: a\r\n\r\n', seen: ['a'] },
    { name: 'an event with both', body: 'data: a\n\r\n', seen: ['a'] },
    { name: 'comments that an empty line ends', body: 'data: a\n\n: bye\n\n', seen: ['a'] },
  ];
  const cuts = {
    whole: (body) => [
      Array.isArray(body) && typeof body[0] === 'number' ? Uint8Array.from(body) : [body].flat().join(''),
    ],
    'byte by byte': (body) =>
      Array.isArray(body) && typeof body[0] !== 'number'
        ? body
        : [...(Array.isArray(body) ? body : bytes(body))].map((byte) => Uint8Array.of(byte)),
  };

  for (const { name, body, seen, unfinished } of bodies) {
    for (const [how, cut] of Object.entries(cuts)) {
      it(`${name}, ${how}`, async () => {
        assert.deepEqual(await collect(cut(body)), { seen, error: undefined });
        assert.deepEqual(await collect(cut(body), { unfinished: 'drop' }), { seen, error: undefined });
        const all = typeof unfinished === 'string' ? [...seen, unfinished] : seen;
        assert.deepEqual(await collect(cut(body), { unfinished: 'yield' }), { seen: all, error: undefined });
        const strict = await collect(cut(body), { unfinished: 'error' });
        assert.deepEqual(strict.seen, seen);
        assert.equal(strict.error !== undefined, unfinished !== undefined);
        if (strict.error) {
          assert.match(strict.error.message, /ended within an event/);
          assert.equal(strict.error.event?.data ?? null, unfinished);
        }
      });
    }
  }

  it('is yielded, and carried, with its type and the last event ID', async () => {
    const body = 'id: 1\ndata: a\n\nevent: price\nid: 2\ndata: b';
    const expected = { type: 'price', data: 'b', lastEventId: '2' };
    const seen = [];
    for await (const event of events(body, { unfinished: 'yield' })) seen.push(event);
    assert.deepEqual(seen[1], expected);
    assert.deepEqual((await collect(body, { unfinished: 'error' })).error.event, expected);
  });

  it('is no matter where the body breaks off: that throws what it throws', async () => {
    for (const unfinished of ['drop', 'yield', 'error']) {
      const stream = streamResponse();
      stream.write('data: a\n\ndata: b');
      const iterator = events(stream.response, { unfinished });
      assert.equal((await next(iterator)).value.data, 'a');
      const cause = new Error('torn');
      stream.fail(cause);
      await assert.rejects(next(iterator), (error) => error === cause);
    }
  });

  it('may go over maxEventSize with its last bytes', async () => {
    const { error } = await collect(['data: abcd\ndata:e'], { unfinished: 'yield', maxEventSize: 5 });
    assert.match(error.message, /larger than 5 bytes/);
  });

  it('takes only the three words', async () => {
    const { error } = await collect('', { unfinished: 'keep' });
    assert.ok(error instanceof TypeError);
    assert.match(error.message, /unfinished must be 'drop', 'yield' or 'error', not "keep"/);
  });
});

describe('EventSource.fromReadableStream: an unfinished event at the end of the stream', () => {
  afterEach(tearDown);

  async function read(body, init) {
    const source = EventSource.fromReadableStream(new Blob([body]).stream(), init);
    const seen = [];
    source.onmessage = ({ data }) => seen.push(data);
    const error = await within(new Promise((resolve) => (source.onerror = resolve)), 'the error event');
    assert.equal(source.readyState, EventSource.CLOSED);
    return { source, seen, error };
  }

  it('is dropped, as in the standard', async () => {
    assert.deepEqual((await read('data: a\n\ndata: b')).seen, ['a']);
  });

  for (const end of ['', '\n', '\r', '\r\n']) {
    it(`is fired by 'yield', before the error: ${JSON.stringify(end)}`, async () => {
      const { seen, error } = await read(`data: a\n\ndata: b${end}`, { unfinished: 'yield' });
      assert.deepEqual(seen, ['a', 'b']);
      assert.match(error.message, /stream ended/);
    });

    it(`is carried by the cause of the error with 'error': ${JSON.stringify(end)}`, async () => {
      const { source, seen, error } = await read(`id: 1\ndata: a\n\nid: 2\ndata: b${end}`, { unfinished: 'error' });
      assert.deepEqual(seen, ['a']);
      assert.match(error.message, /ended within an event/);
      assert.deepEqual(error.cause.event, { type: 'message', data: 'b', lastEventId: '2' });
      assert.equal(source.lastEventId, '1');
    });
  }

  it('makes no difference to a stream that has none', async () => {
    for (const unfinished of ['drop', 'yield', 'error']) {
      const { seen, error } = await read('data: a\n\n', { unfinished });
      assert.deepEqual(seen, ['a']);
      assert.match(error.message, /stream ended/);
    }
  });

  it('is thrown by a loop', async () => {
    const source = EventSource.fromReadableStream(new Blob(['data: a\n\ndata: b']).stream(), { unfinished: 'error' });
    const iterator = source[Symbol.asyncIterator]();
    assert.equal((await next(iterator)).value.data, 'a');
    await assert.rejects(next(iterator), (error) => error.cause.event.data === 'b');
  });

  it('a word that is not allowed leaves the stream as it was', () => {
    const stream = new Blob(['']).stream();
    assert.throws(() => EventSource.fromReadableStream(stream, { unfinished: 1 }), { name: 'TypeError' });
    assert.equal(stream.locked, false);
  });
});

describe('events(): how a loop is left', () => {
  afterEach(tearDown);

  const reason = new Error('own reason');
  const isReason = (error) => error === reason;

  it('a signal that is aborted already cancels the response', async () => {
    const stream = streamResponse();
    await assert.rejects(next(events(stream.response, { signal: AbortSignal.abort(reason) })), isReason);
    await stream.cancelled();
  });

  it('a signal that aborts before the first event is asked for cancels the response', async () => {
    const stream = streamResponse();
    const controller = new AbortController();
    const iterator = events(stream.response, { signal: controller.signal });
    controller.abort(reason);
    await stream.cancelled();
    await assert.rejects(next(iterator), isReason);
  });

  it('a signal that aborts within the loop drops the events that had arrived', async () => {
    for (const text of ['data: 1\n\ndata: 2\n\n', 'data: 1\n\ndata: 2\n\ndata: 3']) {
      const stream = streamResponse();
      stream.write(text);
      const controller = new AbortController();
      const iterator = events(stream.response, { signal: controller.signal });
      assert.equal((await next(iterator)).value.data, '1');
      controller.abort(reason);
      await stream.cancelled();
      await assert.rejects(next(iterator), isReason);
      assert.equal((await next(iterator)).done, true);
    }
  });

  it('a signal that aborts after the whole body has arrived drops them too', async () => {
    const controller = new AbortController();
    const iterator = events('data: 1\n\ndata: 2\n\n', { signal: controller.signal });
    await next(iterator);
    await settled();
    controller.abort(reason);
    await assert.rejects(next(iterator), isReason);
  });

  it('a signal that aborts in a callback drops the rest of the chunk', async () => {
    const controller = new AbortController();
    const options = { signal: controller.signal, comment: () => controller.abort(reason) };
    assert.deepEqual(await collect('data: 1\n\n:stop\ndata: 2\n\n', options), { seen: [], error: reason });
  });

  for (const [name, leave] of Object.entries({
    'return()': async (iterator) => assert.deepEqual(await iterator.return(), { done: true, value: undefined }),
    'throw()': (iterator) => assert.rejects(iterator.throw(reason), isReason),
  })) {
    it(`${name} before the first event is asked for cancels the response`, async () => {
      const stream = streamResponse();
      const iterator = events(stream.response);
      await within(leave(iterator), name);
      await stream.cancelled();
      assert.equal((await next(iterator)).done, true);
    });

    it(`${name} while an event is waited for cancels the response at once`, async () => {
      const stream = streamResponse();
      const iterator = events(stream.response);
      const step = next(iterator);
      await settled();
      await within(leave(iterator), name);
      assert.equal((await step).done, true);
      await stream.cancelled();
    });
  }

  it('return() before the first event is asked for ends a generator', async () => {
    let isEnded = false;
    const chunks = (async function* () {
      yield 'data: 1\n\n';
      isEnded = true;
    })();
    await events(chunks).return();
    assert.equal((await chunks.next()).done, true);
    assert.equal(isEnded, false);
  });

  it('a source: return() before the first event is asked for closes it', async () => {
    const server = await serve([{}]);
    const source = open(server.url);
    await source[Symbol.asyncIterator]().return();
    assert.equal(source.readyState, EventSource.CLOSED);
  });

  it('a source: return() while an event is waited for closes it', async () => {
    const server = await serve([{}]);
    const source = open(server.url);
    const iterator = source[Symbol.asyncIterator]();
    const step = next(iterator);
    const request = await server.request(0);
    await within(iterator.return(), 'return()');
    assert.equal((await step).done, true);
    await request.closed();
  });

  for (const [name, leave] of Object.entries({
    'an aborted signal': (response) => next(events(response, { signal: AbortSignal.abort() })).catch(() => {}),
    'return() at once': (response) => events(response).return(),
  })) {
    it(`the server sees the end of the connection after ${name}`, async () => {
      const server = await serve([{ chunks: ['data: 1\n\n'] }]);
      const response = await nativeFetch(server.url);
      await leave(response);
      await (await server.request(0)).closed();
    });
  }
});

describe('reading ahead of a busy loop', () => {
  afterEach(tearDown);

  const loops = {
    'events()': async (url) => events(await nativeFetch(url)),
    'a source': async (url) => open(url, { maxRetries: 0 })[Symbol.asyncIterator](),
  };
  for (const [name, start] of Object.entries(loops)) {
    it(`${name}: what came before a reset comes before its error`, async () => {
      const server = await serve([{ chunks: ['data: 1\n\n'] }]);
      const iterator = await start(server.url);
      assert.equal((await next(iterator)).value.data, '1');
      const request = await server.request(0);
      for (let n = 2; n <= 5; n++) {
        await request.write(`data: ${n}\n\n`);
        await settled(); // each arrives by itself, while the loop is busy
      }
      await request.finish('reset');
      await request.closed();
      await settled();
      for (let n = 2; n <= 5; n++) assert.equal((await next(iterator)).value.data, `${n}`);
      await assert.rejects(next(iterator));
    });
  }

  /** A stream that makes chunk after chunk, and counts them. */
  function endless(chunk) {
    const made = { count: 0 };
    made.stream = new ReadableStream(
      {
        pull(controller) {
          made.count++;
          controller.enqueue(bytes(chunk));
        },
      },
      { highWaterMark: 0 },
    );
    return made;
  }

  it('goes as far as a bound, and on when the loop does', async () => {
    const made = endless(`data: ${'x'.repeat(894)}\n\n`); // counted as 1,001 with its type and 100 for itself
    const iterator = events(made.stream, { readAhead: 10_010 });
    await next(iterator);
    await settled();
    assert.equal(made.count, 11);
    await next(iterator);
    await settled();
    assert.equal(made.count, 12);
    await iterator.return();
  });

  it('is bounded without being told, for events without data too', async () => {
    const made = endless('data\n\n');
    const iterator = events(made.stream);
    await next(iterator);
    for (let last = 0; last !== made.count; await settled()) last = made.count;
    assert.equal(made.count, Math.ceil(2 ** 20 / 107) + 1);
    await iterator.return();
  });

  it('leaves what makes its chunks when it is asked to itself', async () => {
    let count = 0;
    const iterator = events(
      (function* () {
        for (;;) yield `data: ${count++}\n\n`;
      })(),
    );
    await next(iterator);
    await settled();
    assert.equal(count, 1);
    await iterator.return();
  });

  it('a source takes readAhead too', async () => {
    const made = endless(`data: ${'x'.repeat(893)}\n\n`);
    const source = open('http://127.0.0.1/', {
      readAhead: 10_000,
      fetch: async () => new Response(made.stream, { headers }),
    });
    const iterator = source[Symbol.asyncIterator]();
    await next(iterator);
    await settled();
    assert.equal(made.count, 11);
    source.close();
  });

  for (const value of [-1, NaN, '5', null]) {
    it(`readAhead: ${value} is not allowed`, async () => {
      const { error } = await collect('', { readAhead: value });
      assert.ok(error instanceof TypeError);
      assert.throws(
        () => new EventSource('http://127.0.0.1/', { readAhead: value }),
        /readAhead must be a number from 0/,
      );
    });
  }
});

describe('events(): idleTimeout', () => {
  afterEach(tearDown);

  it('gives up an answer that stalls, after what came before', async () => {
    const clock = fakeClock();
    const stream = streamResponse();
    stream.write('data: 1\n\n');
    const iterator = events(stream.response, { idleTimeout: 500 });
    assert.equal((await next(iterator)).value.data, '1');
    const step = next(iterator);
    await settled();
    clock.tick(500);
    clock.tick(1);
    await assert.rejects(step, { name: 'TimeoutError', message: 'The server sent nothing for 500 ms.' });
    await stream.cancelled();
  });

  it('takes any byte for life', async () => {
    const clock = fakeClock();
    const stream = streamResponse();
    const step = next(events(stream.response, { idleTimeout: 500 }));
    for (let n = 0; n < 5; n++) {
      await settled();
      clock.tick(400);
      stream.write(':');
    }
    await settled();
    clock.tick(400);
    stream.write('\ndata: 1\n\n');
    assert.equal((await step).value.data, '1');
    await settled();
    assert.equal(clock.waits.length, 1);
    stream.end();
    await settled();
    assert.deepEqual(clock.waits, []);
  });

  it('lets what has arrived be read first when its timer is late', async () => {
    const clock = fakeClock();
    const stream = streamResponse();
    const step = next(events(stream.response, { idleTimeout: 500 }));
    await settled();
    clock.tick(500);
    stream.write('data: 1\n\n'); // had waited in the socket
    await settled();
    clock.tick(1);
    assert.equal((await step).value.data, '1');
  });

  it('does not count the time that the loop takes', async () => {
    const clock = fakeClock();
    const stream = streamResponse();
    stream.write('data: 1\n\n');
    const iterator = events(stream.response, { idleTimeout: 500, readAhead: 0 });
    await next(iterator);
    await settled();
    assert.deepEqual(clock.waits, []);
    await iterator.return();
  });

  for (const value of [0, -1, 0.5, '5', Infinity]) {
    it(`${value} is not allowed`, async () => {
      const { error } = await collect('', { idleTimeout: value });
      assert.ok(error instanceof TypeError);
      assert.match(error.message, /idleTimeout must be a whole number of milliseconds/);
    });
  }
});

describe('lines that bring nothing to an event', () => {
  afterEach(tearDown);

  it('events(): comment is called with each', async () => {
    const comments = [];
    const { seen } = await collect(': a\n:b\ndata: 1\n\n:\n', { comment: (text) => comments.push(text) });
    assert.deepEqual(seen, ['1']);
    assert.deepEqual(comments, ['a', 'b', '']);
  });

  const ways = {
    async 'events()'(body, ignoredLine) {
      await collect(body, { ignoredLine });
    },
    async 'EventSource.fromReadableStream'(body, ignoredLine) {
      const source = EventSource.fromReadableStream(new Blob([body]).stream(), { ignoredLine });
      await within(new Promise((resolve) => (source.onerror = resolve)), 'the error event');
    },
    async EventSource(body, ignoredLine) {
      const source = open('http://127.0.0.1/', {
        maxRetries: 0,
        ignoredLine,
        fetch: async () => new Response(body, { headers }),
      });
      await within(new Promise((resolve) => (source.onerror = resolve)), 'the error event');
    },
  };
  for (const [name, run] of Object.entries(ways)) {
    const ignoredIn = async (body) => {
      const lines = [];
      await run(body, (line) => lines.push(line));
      return lines;
    };

    it(`${name}: ignoredLine is called with each that is no field`, async () => {
      const body =
        'error: {"code":500}\ndata: 1\n\n{"error": 1}\n: comment\nretry: 5\nretry: soon\nid: 1\nevent: x\nData: 2\n\n';
      assert.deepEqual(await ignoredIn(body), ['error: {"code":500}', '{"error": 1}', 'retry: soon', 'Data: 2']);
    });

    it(`${name}: ignoredLine is called with one that the end of the body cuts`, async () => {
      for (const line of ['{"error": {"message": "overloaded"}}', 'x', `{"\u20ac": "${'long'.repeat(30_000)}"}`]) {
        assert.deepEqual(await ignoredIn(line), [line]);
        assert.deepEqual(await ignoredIn(`data: 1\n\n${line}`), [line]);
      }
    });

    it(`${name}: ignoredLine is not called with a cut field, or nothing`, async () => {
      for (const end of [
        '',
        'data: 2',
        'data',
        'id: 3',
        'event: x',
        'retry: 5',
        'retry',
        ': c',
        '\n',
        '\r',
        'data: 2\r',
      ]) {
        assert.deepEqual(await ignoredIn(`data: 1\n\n${end}`), []);
      }
    });
  }

  it('a cut line changes nothing else', async () => {
    for (const end of ['data: b', 'data: b\n', 'id: 9', 'retry: 10', 'event: x', 'x']) {
      const ids = [];
      const source = open('http://127.0.0.1/', {
        ignoredLine() {},
        maxRetries: 0,
        fetch: async () => new Response(`id: 1\nretry: 2000\ndata: a\n\n${end}`, { headers }),
      });
      source.onmessage = ({ data, lastEventId }) => ids.push([data, lastEventId]);
      await within(new Promise((resolve) => (source.onerror = resolve)), 'the error event');
      assert.deepEqual(ids, [['a', '1']]);
      assert.equal(source.lastEventId, '1');
      assert.equal(source.reconnectionTime, 2000);
    }
  });

  it('each option must be a function', async () => {
    for (const name of ['comment', 'ignoredLine']) {
      assert.match((await collect('', { [name]: 'x' })).error.message, new RegExp(`${name} must be a function`));
      assert.throws(() => new EventSource('http://127.0.0.1/', { [name]: 'x' }), /must be a function/);
    }
  });

  it('an error of theirs is reported, and disturbs nothing', async () => {
    const reported = deferred();
    const { reportError } = globalThis;
    globalThis.reportError = reported.resolve;
    try {
      const own = new Error('own');
      const thrower = () => {
        throw own;
      };
      assert.deepEqual(await collect('x\ndata: 1\n\n', { ignoredLine: thrower }), { seen: ['1'], error: undefined });
      assert.equal(await reported.promise, own);
    } finally {
      globalThis.reportError = reportError;
    }
  });
});

describe('events(): inputs', () => {
  afterEach(tearDown);

  const body = () => ['data: 1\n\n', 'data: 2\n\n'];
  const own = (value) => ({ ok: true, status: 200, headers: new Headers(headers), body: value });

  for (const [name, make] of Object.entries({
    'an async iterable': () =>
      (async function* () {
        yield* body();
      })(),
    'an array': body,
    'a string': () => body().join(''),
    'a Uint8Array': () => bytes(body().join('')),
    'a ReadableStream': () => new Blob(body()).stream(),
  })) {
    it(`a response may have ${name} as its body`, async () => {
      assert.deepEqual(await collect(own(make())), { seen: ['1', '2'], error: undefined });
    });
  }

  it('a response without a body that can be read', async () => {
    const { error } = await collect(own(undefined));
    assert.ok(error instanceof TypeError);
    assert.match(error.message, /not undefined/);
  });

  const responses = () => Promise.resolve(new Response('data: 1\n\n', { headers }));
  const meant = {
    'a URL': ['http://127.0.0.1/stream', /the text "http:.*events\(await fetch\(url\)\)/],
    'a URL between spaces': [' https://example.org/ ', /events\(await fetch\(url\)\)/],
    'a path': ['/stream', /events\(await fetch\(url\)\)/],
    'a relative path': ['../stream?x=1', /events\(await fetch\(url\)\)/],
    'a URL object': [new URL('http://127.0.0.1/'), /events\(await fetch\(url\)\)/],
    'a promise of a response': [responses(), /A promise.*events\(await fetch\(url\)\)/],
    'a body that is a promise': [own(responses()), /A promise/],
  };
  for (const [name, [input, message]] of Object.entries(meant)) {
    it(`takes no ${name}, and says what to write`, async () => {
      const { seen, error } = await collect(input);
      assert.deepEqual(seen, []);
      assert.ok(error instanceof TypeError);
      assert.match(error.message, message);
    });
  }

  it('takes no Request, and says what to write', async () => {
    const { error } = await collect(new Request('http://127.0.0.1/'));
    assert.ok(error instanceof TypeError);
    assert.match(error.message, /events\(await fetch\(url\)\)/);
  });

  it('takes no source, and says what to write', async () => {
    const source = open('http://127.0.0.1/', { fetch: async () => new Response(null, { headers }) });
    const { error } = await collect(source);
    assert.ok(error instanceof TypeError);
    assert.match(error.message, /for await \(const event of source\)/);
    assert.notEqual(source.readyState, EventSource.CLOSED);
  });

  for (const text of [
    'data: http://127.0.0.1/\n\n',
    'data:x\n\n',
    'event://x\n\ndata: 1\n\n',
    '/x\n\n',
    'http://x\n',
    '',
    ':',
    '.',
  ]) {
    it(`takes for a stream what is one: ${JSON.stringify(text)}`, async () => {
      assert.equal((await collect(text)).error, undefined);
    });
  }

  itUnless(limits.byteStreams)('a byte stream, read ahead', async () => {
    const stream = new ReadableStream({
      type: 'bytes',
      start(controller) {
        for (const chunk of body()) controller.enqueue(bytes(chunk));
        controller.close();
      },
    });
    assert.deepEqual(await collect(stream), { seen: ['1', '2'], error: undefined });
  });
});
