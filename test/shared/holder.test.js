// What holds a connection, with members that are ports of the test's.
import FakeTimers from '@sinonjs/fake-timers';
import { Holder } from '../../js/shared/holder.js';
import { assert } from '../support/assert.js';
import { atTearDown, serve, tearDown } from '../support/scene.js';
import { deferred, within } from '../support/wait.js';

/** One end of a line, whose other end is a holder's. */
class Port {
  received = [];
  #waiting = [];

  postMessage(message) {
    this.received.push(message);
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  close() {
    this.isClosed = true;
  }

  /** The data of all events so far. */
  get events() {
    const entries = this.received.flatMap(([type, ...values]) =>
      type === 'events' ? values[0] : type === 'joined' ? values[1] : [],
    );
    return entries.filter(({ data }) => data !== undefined).map(({ data }) => data);
  }

  async until(holds, what) {
    while (!holds(this)) {
      const change = deferred();
      this.#waiting.push(change.resolve);
      await within(change.promise, () => `${what} (${JSON.stringify(this.received).slice(0, 1000)})`);
    }
  }

  got(type) {
    return this.until(({ received }) => received.some(([first]) => first === type), type);
  }
}

function hold(url) {
  const ended = deferred();
  const holder = new Holder({ key: 'key', url, init: {} }, () => ended.resolve());
  atTearDown(() => holder.close());
  return {
    holder,
    ended: () => within(ended.promise, 'the end'),
    join(entries = []) {
      const port = new Port();
      holder.receive(port, ['join', entries]);
      return port;
    },
  };
}

const event = (number) => `id: ${number}\ndata: ${number}\n\n`;

describe('the holder of a shared connection', () => {
  afterEach(tearDown);

  it('opens the connection for the first member, and ends with the last', async () => {
    const server = await serve([{}]);
    const { holder, join, ended } = hold(server.url);
    const [first, second] = [join(), join()];
    await first.got('events');
    holder.receive(first, ['leave']);
    assert.equal(first.isClosed, true);
    await (await server.request(0)).write(event(1));
    await second.until(({ events }) => events.length === 1, 'an event');
    assert.deepEqual(first.events, []);
    holder.receive(second, ['leave']);
    await ended();
    await (await server.request(0)).closed();
    assert.equal(await server.count(), 1);
  });

  it('goes on where its first member was, and gives the others what they have missed', async () => {
    const server = await serve([{ chunks: [event(4)] }]);
    const { join } = hold(server.url);
    const entries = [1, 2, 3].map((n) => ({ id: `${n}`, nth: 1, type: 'message', data: `${n}`, origin: '' }));
    const first = join(entries);
    const behind = join(entries.slice(0, 1));
    const late = join();
    await late.until(({ events }) => events.includes('4'), 'event 4');
    assert.equal((await server.request(0)).headers['last-event-id'], '3');
    assert.deepEqual([first.events, behind.events, late.events], [['4'], ['2', '3', '4'], ['4']]);
    const unknown = join([{ id: '77', nth: 1 }]);
    assert.deepEqual(unknown.received, [
      ['behind', { id: '4', nth: 1, type: 'message', data: '4', origin: server.origin }],
    ]);
  });

  it('begins again where a member was that comes after a new one, as long as nothing has come', async () => {
    const server = await serve([{}, { chunks: [event(4)] }]);
    const { join } = hold(server.url);
    const fresh = join();
    await fresh.got('events');
    const old = join([{ id: '3', nth: 1, type: 'message', data: '3', origin: '' }]);
    await old.until(({ events }) => events.length === 1, 'event 4');
    assert.equal((await server.request(1)).headers['last-event-id'], '3');
    assert.deepEqual(fresh.events, ['4']);
    await (await server.request(0)).closed();
  });

  it('does not begin again at an id of the application, of which the others know nothing', async () => {
    const server = await serve([{}]);
    const { join } = hold(server.url);
    await join().got('events');
    assert.deepEqual(join([{ id: '3', nth: 1 }]).received, [['behind', undefined]]);
    assert.equal(await server.count(), 1);
  });

  it('knows an id that came without an event, and tells who comes late', async () => {
    const server = await serve([{ chunks: [event(1), 'id: 2\n\n'] }]);
    const { join } = hold(server.url);
    const first = join();
    await first.until(({ received }) => JSON.stringify(received).includes('"id":"2"'), 'id 2');
    assert.deepEqual(join().received[0].slice(0, 2), ['joined', { id: '2', nth: 0 }]);
  });

  it('counts events that have no id of their own', async () => {
    const server = await serve([{ chunks: ['data: a\n\ndata: b\n\nid: 1\ndata: c\n\ndata: d\n\n'] }]);
    const { join } = hold(server.url);
    await join().until(({ events }) => events.length === 4, 'four events');
    assert.deepEqual(join([{ id: '', nth: 1 }]).events, ['b', 'c', 'd']);
    assert.deepEqual(join([{ id: '1', nth: 1 }]).events, ['d']);
    assert.deepEqual(join([{ id: '', nth: 9 }]).events, []); // there is no way back
  });

  it('has no more than 1 MB on the way to a member that takes nothing, and then gives it up', async () => {
    const server = await serve([{}]);
    const { holder, join } = hold(server.url);
    const [idle, taking] = [join(), join()];
    const sizeOf = ({ events }) => events.reduce((sum, data) => sum + data.length, 0);
    await taking.got('events');
    const request = await server.request(0);
    let taken = 0;
    for (let n = 1; n <= 40; n++) {
      await request.write(`id: ${n}\ndata: ${'x'.repeat(100_000)}\n\n`);
      await taking.until(({ events }) => events.length === n, `event ${n}`);
      holder.receive(taking, ['taken', (taken += 100_200)]);
    }
    assert.ok(sizeOf(idle) < 1.3e6, `${sizeOf(idle)}`);
    assert.deepEqual(idle.received.at(-1), ['out']);
    assert.equal(sizeOf(taking), 4e6);
    // Nor does it keep more than about 1 MB for who may come back.
    assert.equal(join([{ id: '5', nth: 1 }]).received[0][0], 'behind');
    assert.equal(join([{ id: '35', nth: 1 }]).events.length, 5);
  });

  it('reads no faster than a lone member takes', async () => {
    const server = await serve([{}]);
    const { holder, join } = hold(server.url);
    const lone = join();
    await lone.got('events');
    const request = await server.request(0);
    for (let n = 1; n <= 30; n++) request.write(`id: ${n}\ndata: ${'x'.repeat(100_000)}\n\n`);
    await lone.until(({ events }) => events.length >= 10, 'a megabyte');
    assert.ok(lone.events.length < 30);
    let taken = 0;
    while (lone.events.length < 30) {
      const { length } = lone.events;
      holder.receive(lone, ['taken', (taken = length * 100_200)]);
      if (length < 30) await lone.until(({ events }) => events.length > length, 'more');
    }
    assert.ok(taken > 0);
    assert.ok(!lone.received.some(([type]) => type === 'out'));
  });

  it('lets go of who gives no sign of life, and ends if that was the last', async () => {
    const clock = FakeTimers.install({ toFake: ['setInterval', 'clearInterval', 'Date'] });
    atTearDown(() => clock.uninstall());
    const server = await serve([{}]);
    const { holder, join, ended } = hold(server.url);
    const [silent, living] = [join(), join()];
    await living.got('events');
    for (let minutes = 0; minutes < 5; minutes++) {
      clock.tick(60_000);
      holder.receive(living, ['ping']);
    }
    assert.deepEqual([silent.received.at(-1), silent.isClosed], [['out'], true]);
    assert.deepEqual([living.received.at(-1), living.isClosed], [['pong'], undefined]);
    clock.tick(240_000);
    await ended();
    await (await server.request(0)).closed();
  });
});
