// What a source makes of a holder's messages: the holder is a port of the test's.
import FakeTimers from '@sinonjs/fake-timers';
import { SharedEventSource } from 'eventsource-wasm/shared';
import { assert } from '../support/assert.js';
import { atTearDown, record, serve, tearDown } from '../support/scene.js';
import { settled } from '../support/wait.js';

/** A SharedWorker whose other end is the test. */
class Worker {
  sent = [];
  port = {
    onmessage: null,
    postMessage: (message) => this.sent.push(message),
    close: () => (this.isClosed = true),
  };

  say(...message) {
    this.port.onmessage?.({ data: message });
  }
}

const opened = { change: 'open', state: 1, details: { status: 200, url: 'http://127.0.0.1:1/', headers: [] } };
const event = (number, nth = 1) => ({ id: `${number}`, nth, type: 'message', data: `${number}`, origin: 'x' });
const placeOf = ({ id, nth }) => ({ id, nth });

/** A source, the workers that it has made so far, and what it fires. */
async function connect(init, url = 'http://127.0.0.1:1/') {
  const workers = [];
  const worker = () => {
    workers.push(new Worker());
    return workers.at(-1);
  };
  const source = new SharedEventSource(url, { ...init, worker });
  atTearDown(() => source.close());
  const events = record(source);
  await settled();
  return { source, workers, events, holder: workers[0] };
}

/** One that has joined, and had these events. */
async function connectWith(...had) {
  const connected = await connect();
  connected.holder.say('joined', undefined, [], opened, 3000);
  connected.holder.say('events', had, 3000);
  return connected;
}

const LOST = 'The shared connection was lost to this tab, which joins it again.';

describe('a source and the holder of its connection', () => {
  afterEach(tearDown);

  it('joins by its key, and leaves', async () => {
    const { source, holder } = await connect();
    const [[type, entries, request]] = holder.sent;
    assert.deepEqual([type, entries, request.url], ['join', [], 'http://127.0.0.1:1/']);
    source.close();
    assert.deepEqual([holder.sent.at(-1), holder.isClosed], [['leave'], true]);
  });

  it('has one key for the same options, however they are written, and another one for others', async () => {
    const keyOf = async (init, url) => (await connect(init, url)).holder.sent[0][2].key;
    const key = await keyOf({ headers: { A: '1', B: '2' }, withCredentials: true });
    assert.equal(await keyOf({ withCredentials: 1, headers: new Headers({ b: '2', a: '1' }), group: '' }), key);
    assert.equal(
      await keyOf({
        headers: [
          ['B', '2'],
          ['a', '1'],
        ],
        withCredentials: true,
        lastEventId: '7',
      }),
      key,
    );
    const others = [{}, { headers: { A: '1', B: '2' } }, { headers: { A: '1' }, withCredentials: true }];
    for (const init of others) assert.notEqual(await keyOf(init), key);
    assert.notEqual(await keyOf({ group: '1' }), await keyOf({ group: '2' }));
    assert.notEqual(await keyOf({}, 'http://127.0.0.1:1/a'), await keyOf({}, 'http://127.0.0.1:1/b'));
  });

  it('that comes late is open at once, and has the last event ID', async () => {
    const { source, holder, events } = await connect();
    holder.say('joined', placeOf(event(5)), [], opened, 70);
    assert.deepEqual([events.log, source.lastEventId, source.reconnectionTime], [['open'], '5', 70]);
  });

  it('joins the next holder with what it had, and takes what it missed', async () => {
    const { source, workers, holder, events } = await connectWith(event(1), event(2));
    holder.say('out');
    await settled();
    assert.equal(source.readyState, source.CONNECTING);
    assert.equal((await events.until('error')).message, LOST);
    assert.equal(workers.length, 2);
    assert.deepEqual(workers[1].sent[0][1], [event(1), event(2)]);
    workers[1].say('joined', placeOf(event(2)), [event(3)], opened, 3000);
    assert.deepEqual(events.log, ['open', 'message: 1', 'message: 2', 'error', 'open', 'message: 3']);
    holder.say('events', [event(9)], 3000); // a holder that does not know yet
    assert.equal(source.lastEventId, '3');
  });

  it('is not told again what it has had before the next holder', async () => {
    const { workers, holder, events } = await connectWith(event(1), event(2), event(3));
    holder.say('out');
    await settled();
    const [, next] = workers;
    next.say('behind', placeOf(event(1)));
    assert.deepEqual(next.sent.at(-1)[1], [placeOf(event(1))]);
    next.say('joined', placeOf(event(1)), [event(2)], opened, 3000);
    next.say('events', [event(3), event(4)], 3000);
    assert.deepEqual(
      events.log.filter((line) => /message/.test(line)),
      ['message: 1', 'message: 2', 'message: 3', 'message: 4'],
    );
  });

  it('takes what the next holder brings if it is something else than what it has had', async () => {
    // A server that does not replay.
    const { workers, holder, events } = await connectWith(event(1), event(2), event(3));
    holder.say('out');
    await settled();
    const [, next] = workers;
    next.say('joined', placeOf(event(1)), [event(7)], opened, 3000);
    next.say('events', [event(2)], 3000);
    assert.deepEqual(events.log.slice(-2), ['message: 7', 'message: 2']);
  });

  it('asks the server for what the holder does not have, and shares again when it has caught up', async () => {
    const server = await serve([{ chunks: ['id: 8\ndata: 8\n\n'] }]);
    const { source, holder, events } = await connect({ lastEventId: '7' }, server.url);
    assert.deepEqual(holder.sent[0][1], [{ id: '7', nth: 1 }]);
    const refuse = async () => {
      await settled();
      holder.say('behind', placeOf(event(9)));
      return holder.sent.at(-1)[1];
    };
    await refuse();
    assert.equal(source.shared, 'own');
    assert.equal((await events.until('message')).data, '8');
    const request = await server.request(0);
    assert.equal(request.headers['last-event-id'], '7');
    assert.deepEqual(await refuse(), [placeOf(event(8))]);
    await request.write('id: 9\ndata: 9\n\nid: 10\ndata: 10\n\n');
    while ((await events.until('message')).data !== '10');
    assert.deepEqual(await refuse(), [placeOf(event(9))]); // the holder is behind by one
    holder.say('joined', placeOf(event(9)), [event(10), event(11)], opened, 3000);
    assert.equal(source.shared, 'worker');
    await request.closed();
    assert.deepEqual(events.log, ['open', 'message: 8', 'message: 9', 'message: 10', 'message: 11']);
  });

  it('ignores what it does not understand', async () => {
    const { source, holder, events } = await connectWith(event(1));
    for (const data of [null, 7, 'out', {}, [], ['strange'], { 0: 'out' }]) holder.port.onmessage({ data });
    assert.deepEqual([events.log, source.readyState], [['open', 'message: 1'], source.OPEN]);
  });

  it('says now and then how much it has taken, and not more often', async () => {
    const { holder } = await connectWith();
    const acknowledged = () => holder.sent.filter(([type]) => type === 'taken');
    holder.say('events', [event(1)], 3000);
    await settled();
    assert.deepEqual(acknowledged(), []);
    holder.say('events', [{ ...event(2), data: 'x'.repeat(200_000) }], 3000);
    await settled();
    assert.equal(acknowledged().length, 1);
    assert.ok(acknowledged()[0][1] > 200_000);
  });

  it('gives up a holder that says nothing, and only such a one', async () => {
    const clock = FakeTimers.install({ toFake: ['setInterval', 'clearInterval'] });
    atTearDown(() => clock.uninstall());
    const { workers, holder, events } = await connectWith(event(1));
    for (let n = 0; n < 10; n++) {
      clock.tick(5000);
      assert.deepEqual(holder.sent.at(-1), ['ping']);
      holder.say('pong');
    }
    assert.equal(workers.length, 1);
    clock.tick(15_000);
    await settled();
    assert.equal(workers.length, 2);
    assert.equal((await events.until('error')).message, LOST);
  });
});
