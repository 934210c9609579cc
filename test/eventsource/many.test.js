// Ten thousand connections: the core's memory is constant, and their states are apart.
import { assert } from '../support/assert.js';
import { makeCore, startAll } from '../support/run-core.js';

const COUNT = 10_000;

describe('many connections', () => {
  const core = (makeCore.wasm ?? makeCore.fallback)();

  it('7.2 ten thousand idle ones grow the memory of the core by nothing', () => {
    const { buffer } = core.batch;
    const { byteLength } = buffer;
    const connections = Array(COUNT);
    startAll(core, connections);
    assert.equal(core.batch.buffer, buffer);
    assert.equal(core.batch.buffer.byteLength, byteLength);
    assert.equal(core.exports.memory.buffer, buffer);
    assert.equal(buffer.byteLength, byteLength);
    for (const connection of connections) assert.equal(connection.readyState, 0);
  });

  it('7.2 each keeps its own state among the others', () => {
    const connections = Array(100);
    startAll(core, connections);
    const encoder = new TextEncoder();
    connections.forEach((connection) => connection.receiveResponse(200, 'text/event-stream', true));
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
