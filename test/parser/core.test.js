// What the boundary must keep: places at the slice's borders, re-entry, faults of one connection apart from others.
import * as sse from '../../dist/layout.js';
import { assert } from '../support/assert.js';
import { makeCore, openConnection } from '../support/run-core.js';

const encode = (/** @type {string} */ text) => new TextEncoder().encode(text);

function collect(core, text, options) {
  const connection = openConnection(core, options);
  const events = [];
  connection.receive(encode(text), (_, data) => events.push(data));
  return { connection, events };
}

for (const build of Object.keys(makeCore)) {
  describe(`core (${build})`, () => {
    const core = makeCore[build]();

    it('delivers more events from one chunk than a batch holds', () => {
      const numbers = Array.from({ length: 5000 }, (_, i) => `${i}`);
      const { events } = collect(core, numbers.map((number) => `data:${number}\n\n`).join(''));
      assert.deepEqual(events, numbers);
    });

    it('joins an event that is many slices long', () => {
      const long = '日本語🙂'.repeat(50_000);
      const { events } = collect(core, `data: ${long}\ndata: end\n\ndata: next\n\n`);
      assert.deepEqual(events, [`${long}\nend`, 'next']);
    });

    it('keeps an event type and an id that are many slices long', () => {
      const long = 'ação'.repeat(40_000);
      const connection = openConnection(core);
      const events = [];
      connection.receive(encode(`event: ${long}\nid: ${long}\ndata: 1\n\n`), (type, data) => {
        events.push([type, data, connection.lastEventId]);
      });
      assert.deepEqual(events, [[long, '1', long]]);
    });

    it('lets a listener feed another connection, which overwrites the slice and the records', () => {
      const outer = openConnection(core);
      const inner = openConnection(core);
      const long = 'x'.repeat(20);
      const seen = [];
      outer.receive(encode('data: é1\nid: 1\n\ndata: 2\nid: 2\n\nevent: x\ndata: 3\n\n'), (type, data) => {
        seen.push(`outer ${type} ${data} ${outer.lastEventId}`);
        inner.receive(encode(`event: inner\ndata: ${long}\n\ndata: of ${data}\n\n`), (innerType, innerData) => {
          seen.push(`inner ${innerType} ${innerData}`);
        });
      });
      const within = (/** @type {string} */ data) => [`inner inner ${long}`, `inner  of ${data}`];
      assert.deepEqual(seen, [
        'outer  é1 1',
        ...within('é1'),
        'outer  2 2',
        ...within('2'),
        'outer x 3 2',
        ...within('3'),
      ]);
    });

    it('lets listeners of three connections feed each other', () => {
      const connections = [openConnection(core), openConnection(core), openConnection(core)];
      const seen = [];
      const feed = (/** @type {number} */ depth) => {
        connections[depth].receive(encode(`data: a${depth}\n\ndata: b${depth}\n\n`), (_, data) => {
          seen.push(data);
          if (depth < 2) feed(depth + 1);
        });
      };
      feed(0);
      const level2 = ['a2', 'b2'];
      const level1 = ['a1', ...level2, 'b1', ...level2];
      assert.deepEqual(seen, ['a0', ...level1, 'b0', ...level1]);
    });

    it('delivers nothing of a chunk after a listener closed', () => {
      const connection = openConnection(core);
      const events = [];
      connection.receive(encode('data: 1\n\ndata: 2\n\n'), (_, data) => {
        events.push(data);
        connection.close();
      });
      assert.deepEqual(events, ['1']);
      assert.equal(connection.readyState, sse.CLOSED);
    });

    it('goes on after callbacks threw', () => {
      const connection = openConnection(core);
      const fail = () => {
        throw new Error('of the listener');
      };
      for (let i = 0; i < 1000; i++) {
        assert.throws(() => connection.receive(encode('data: 1\n\n'), fail), /of the listener/);
      }
      assert.deepEqual(collect(core, 'data: fine\n\n').events, ['fine']);
    });

    it('keeps interleaved connections apart', () => {
      const text = 'data: é\nid: 日本\nevent: 🙂\n\nretry: 5\ndata: tail\n\n';
      const connections = Array.from({ length: 20 }, () => ({ connection: openConnection(core), events: [] }));
      for (const byte of encode(text)) {
        for (const { connection, events } of connections) {
          connection.receive(Uint8Array.of(byte), (type, data) => events.push([type, data, connection.lastEventId]));
        }
      }
      for (const { connection, events } of connections) {
        assert.deepEqual(events, [
          ['🙂', 'é', '日本'],
          ['', 'tail', '日本'],
        ]);
        assert.equal(connection.load().reconnectionTime(), 5);
      }
    });

    it('fails only the connection whose event is over its limit, after the events before it', () => {
      const other = openConnection(core);
      other.receive(encode('data: be'), () => {});
      for (const text of ['data: 12345678\n\n', 'data: 123', 'data: 12345678901', 'id: 12345678901']) {
        const { connection, events } = collect(core, `data: ok\n\n${text}`, { limit: 7 });
        if (connection.readyState === sse.OPEN) connection.receive(encode('45678\n\n'), () => {});
        assert.deepEqual(events, ['ok']);
        assert.equal(connection.readyState, sse.CLOSED, text);
        assert.equal(connection.load().reason(), sse.REASON_TOO_LARGE);
        assert.equal(connection.load().nextAction(), sse.ACTION_ABORT);
        assert.equal(connection.load().nextAction(), sse.ACTION_FIRE_ERROR);
      }
      const events = [];
      other.receive(encode('fore\n\n'), (_, data) => events.push(data));
      assert.deepEqual(events, ['before']);
    });

    it('has a memory that stays as large as it was', () => {
      const before = core.batch.buffer.byteLength;
      for (let i = 0; i < 200; i++) collect(core, `data: ${'x'.repeat(100_000)}\n\n`);
      assert.equal(core.batch.buffer.byteLength, before);
    });
  });
}
