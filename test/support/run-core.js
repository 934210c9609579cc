// Feeds bytes to an open connection of a core, and tells what came out.
import { Connection, Core, makeSetup } from '../../js/core.js';
import { instantiateFallback, instantiateWasm } from '../../js/instantiate.js';

/** A core of its own, by build. */
export const makeCore = {
  wasm: () => new Core(instantiateWasm()),
  fallback: () => new Core(instantiateFallback()),
};

/** @param {import('../../js/core.js').Core} core */
export function openConnection(core, options = {}) {
  const connection = new Connection(makeSetup({ core, ...options }));
  connection.start('https:');
  connection.nextAction();
  connection.response(200, 'text/event-stream');
  connection.nextAction();
  return connection;
}

/**
 * @param {import('../../js/core.js').Core} core
 * @param {Iterable<Uint8Array>} chunks
 */
export function runCore(core, chunks) {
  const connection = openConnection(core);
  const events = [];
  for (const chunk of chunks) {
    connection.receive(chunk, (type, data) => {
      events.push({ type: type || 'message', data, lastEventId: connection.lastEventId });
    });
  }
  connection.endOfBody();
  return { events, lastEventId: connection.lastEventId, reconnectionTime: connection.reconnectionTime };
}

/**
 * Fills `connections` with such as are idle after a start.
 * @param {Connection[]} connections
 */
export function startAll(connections) {
  const { standard } = Core.shared();
  for (let n = 0; n < connections.length; n++) {
    connections[n] = new Connection(standard);
    connections[n].start('https:');
    while (connections[n].nextAction() !== 0);
  }
}

/**
 * Every way of delivering the bytes that the suites try: whole, byte by byte, and cut in two at each place.
 * @param {Uint8Array} bytes
 */
export function* cuts(bytes) {
  yield { cut: 'whole', chunks: [bytes] };
  yield { cut: 'byte by byte', chunks: Array.from(bytes, (_, i) => bytes.subarray(i, i + 1)) };
  for (let at = 1; at < bytes.length; at++) {
    yield { cut: `cut at ${at}`, chunks: [bytes.subarray(0, at), bytes.subarray(at)] };
  }
}
