// Ten thousand connections: the core's memory is constant, and what an idle one keeps outside of it is small.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Connection, Core } from '../../js/core.js';
import { assert } from '../support/assert.js';

const COUNT = 10_000;
const BOUND = 2 * 1024 * 1024;

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc');

/** Bytes that are in use once all garbage is gone. */
function bytesInUse() {
  for (let n = 0; n < 3; n++) collect();
  const { heapUsed, external } = process.memoryUsage(); // external includes arrayBuffers
  return heapUsed + external;
}

describe('many connections', () => {
  const core = Core.shared();

  /** Fills `connections` with such as are idle after a start. */
  function start(connections) {
    for (let n = 0; n < connections.length; n++) {
      connections[n] = new Connection(core.standard);
      connections[n].start('https:');
      while (connections[n].nextAction() !== 0);
    }
  }

  it('7.2 ten thousand idle ones grow the memory of the core by nothing', () => {
    const { buffer } = core.batch;
    const { byteLength } = buffer;
    const connections = Array(COUNT);
    start(connections);
    assert.equal(core.batch.buffer, buffer);
    assert.equal(core.batch.buffer.byteLength, byteLength);
    assert.equal(core.exports.memory.buffer, buffer);
    assert.equal(buffer.byteLength, byteLength);
    for (const connection of connections) assert.equal(connection.readyState, 0);
  });

  it('7.2 ten thousand idle ones cost less than 2 MB', () => {
    // Several times, because what the engine compiles or frees meanwhile adds to or hides a part of the cost. All are
    // kept to the end, so that none is freed while another ten thousand are measured.
    const rounds = Array.from({ length: 9 }, () => Array(COUNT).fill(null));
    const costs = rounds.map((connections) => {
      const before = bytesInUse();
      start(connections);
      return bytesInUse() - before;
    });
    for (const connections of rounds) assert.equal(connections[COUNT - 1].readyState, 0);
    const cost = costs.sort((a, b) => a - b)[costs.length >> 1];
    assert.ok(cost < BOUND, `${COUNT} idle connections cost ${cost} bytes, ${cost / COUNT} each; all: ${costs}`);
  });

  it('7.2 each keeps its own state among the others', () => {
    const connections = Array(100);
    start(connections);
    const encoder = new TextEncoder();
    connections.forEach((connection) => connection.response(200, 'text/event-stream'));
    const seen = [];
    const send = (text) =>
      connections.forEach((connection, n) => {
        connection.receive(encoder.encode(text(n)), (type, data) => seen.push([n, type, data, connection.lastEventId]));
      });
    send((n) => `id: ${n}\nevent: t${n}\ndata: be`);
    send((n) => `gun ${n}\n\n`);
    assert.deepEqual(
      seen,
      connections.map((_, n) => [n, `t${n}`, `begun ${n}`, `${n}`]),
    );
  });
});
