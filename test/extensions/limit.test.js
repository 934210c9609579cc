// The option maxEventSize.
import { assert } from '../support/assert.js';
import { EventSource, fakeClock, open, record, replaceFetch, serve, tearDown } from '../support/scene.js';
import { settled } from '../support/wait.js';

const nowhere = 'http://127.0.0.1/';

describe('maxEventSize', () => {
  afterEach(tearDown);

  for (const value of [0, -1, 1.5, NaN, Infinity, 2 ** 29, 2 ** 31, '100', null, true, 10n, {}, Symbol('s')]) {
    it(`refuses ${typeof value} ${String(value)} with a TypeError that says so`, () => {
      const calls = replaceFetch(() => new Promise(() => {}));
      assert.throws(
        () => new EventSource(nowhere, { maxEventSize: value }),
        (error) => {
          assert.ok(error instanceof TypeError);
          assert.match(error.message, /maxEventSize/);
          assert.ok(error.message.includes(String(value)), error.message);
          return true;
        },
      );
      assert.equal(calls.length, 0);
    });
  }

  it('may be left out, or be undefined', () => {
    replaceFetch(() => new Promise(() => {}));
    open(nowhere, {});
    open(nowhere, { maxEventSize: undefined });
    open(nowhere, { maxEventSize: 1 });
  });

  it('lets an event of that size pass', async () => {
    const server = await serve([{ chunks: ['data: 12345678\n\ndata: 1234\ndata: 123\n\n'] }]);
    const events = record(open(server.url, { maxEventSize: 8 }));
    await events.until('message');
    await events.until('message');
  });

  for (const [name, chunks] of Object.entries({
    'in one chunk': ['data: ok\n\ndata: 123456789\n\ndata: never\n\n'],
    'over several chunks': ['data: ok\n\ndata: 1234', '56789', '\n\ndata: never\n\n'],
    'in several lines': ['data: ok\n\ndata: 12345\n', 'data: 12345\n\ndata: never\n\n'],
    'that never ends': ['data: ok\n\ndata: 123456789'],
  })) {
    it(`fails on an event over it ${name}, after those before it`, async () => {
      const clock = fakeClock();
      const server = await serve([{ chunks }]);
      const source = open(server.url, { maxEventSize: 8 });
      const events = record(source);
      await events.until('message');
      const error = await events.next('error');
      assert.equal(source.readyState, EventSource.CLOSED);
      assert.match(error.message, /\b8 bytes/);
      assert.match(error.message, /maxEventSize/);
      assert.deepEqual(clock.waits, []);
      await (await server.request(0)).closed();
      await settled();
      assert.deepEqual(events.log, ['open', 'message: ok', 'error']);
    });
  }

  it('of one source leaves the others alone', async () => {
    const server = await serve([{}, {}]);
    const small = open(server.url, { maxEventSize: 8 });
    const ofSmall = record(small);
    await ofSmall.next('open');
    const large = open(server.url);
    const ofLarge = record(large);
    await ofLarge.next('open');
    const [toSmall, toLarge] = [await server.request(0), await server.request(1)];
    await toLarge.write('id: 1\ndata: begun, ');
    await toSmall.write('data: 123456789\n\n');
    await ofSmall.next('error');
    await toLarge.write('and ended\n\n');
    const event = await ofLarge.next('message');
    assert.equal(event.data, 'begun, and ended');
    assert.equal(event.lastEventId, '1');
    assert.equal(large.readyState, EventSource.OPEN);
  });
});
