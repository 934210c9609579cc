// events() of what only Node has: streams of Node as bodies, and a process that is busy.
import { Readable } from 'node:stream';
import nodeFetch from 'node-fetch';
import { events } from '../../js/index.js';
import { assert } from '../support/assert.js';
import { nativeFetch, serve, tearDown } from '../support/scene.js';
import { settled, within } from '../support/wait.js';

const next = (iterator) => within(iterator.next(), 'the next event');

/** Keeps the process from everything else, as a long computation does. */
function beBusy(milliseconds) {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}

describe('events() of a response whose body is a stream of Node', () => {
  afterEach(tearDown);

  it('yields its events, as they come', async () => {
    const server = await serve([{ chunks: ['data: 1\n\n'] }]);
    const iterator = events(await nodeFetch(server.url));
    assert.equal((await next(iterator)).value.data, '1');
    const request = await server.request(0);
    await request.write('data: 2\n\n');
    assert.equal((await next(iterator)).value.data, '2');
    await request.finish('end');
    assert.equal((await next(iterator)).done, true);
  });

  it('yields what came before a reset before its error', async () => {
    const server = await serve([{ chunks: ['data: 1\n\n'] }]);
    const iterator = events(await nodeFetch(server.url));
    assert.equal((await next(iterator)).value.data, '1');
    const request = await server.request(0);
    await request.write('data: 2\n\n');
    await settled();
    await request.write('data: 3\n\n');
    await settled();
    await request.finish('reset');
    await settled();
    assert.equal((await next(iterator)).value.data, '2');
    assert.equal((await next(iterator)).value.data, '3');
    await assert.rejects(next(iterator));
  });

  const leaving = {
    async break(response) {
      for await (const { data } of events(response)) {
        assert.equal(data, '1');
        break;
      }
    },
    async 'return() while an event is waited for'(response) {
      const iterator = events(response);
      await next(iterator);
      const step = next(iterator);
      await settled();
      await within(iterator.return(), 'return()');
      assert.equal((await step).done, true);
    },
    async 'return() before the first event is asked for'(response) {
      await events(response).return();
    },
    async 'a signal that is aborted already'(response) {
      await assert.rejects(next(events(response, { signal: AbortSignal.abort() })));
    },
    async 'a signal that aborts while an event is waited for'(response) {
      const controller = new AbortController();
      const iterator = events(response, { signal: controller.signal });
      await next(iterator);
      const step = next(iterator);
      await settled();
      controller.abort();
      await assert.rejects(step, { name: 'AbortError' });
    },
  };
  for (const [name, leave] of Object.entries(leaving)) {
    it(`${name} ends the connection`, async () => {
      const server = await serve([{ chunks: ['data: 1\n\n'] }]);
      await leave(await nodeFetch(server.url));
      await (await server.request(0)).closed();
    });
  }

  it('leaves a refused one to the caller', async () => {
    const server = await serve([{ status: 429, type: 'application/json', chunks: ['{"error": 1}'], then: 'end' }]);
    const error = await next(events(await nodeFetch(server.url))).catch((thrown) => thrown);
    assert.equal(error.status, 429);
    assert.deepEqual(await error.response.json(), { error: 1 });
  });

  it('takes the stream alone, too', async () => {
    const seen = [];
    for await (const { data } of events(Readable.from([Buffer.from('data: 1\n\n')]))) seen.push(data);
    assert.deepEqual(seen, ['1']);
  });
});

describe('events(): idleTimeout of a busy process', () => {
  afterEach(tearDown);

  it('what waits in the socket is read first', async () => {
    const server = await serve([{ chunks: ['data: 1\n\n'] }]);
    const iterator = events(await nativeFetch(server.url), { idleTimeout: 300 });
    assert.equal((await next(iterator)).value.data, '1');
    const step = next(iterator);
    const request = await server.request(0);
    await new Promise(setImmediate); // from here Node looks at its timers next, and then at its sockets
    const written = request.write('data: 2\n\n');
    beBusy(400);
    await written;
    assert.equal((await step).value.data, '2');
    await iterator.return();
  });
});
