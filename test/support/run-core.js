// Feeds bytes to an open connection of a core, and says what came out.
import { Machine } from '../../js/core/machine.js';
import { makePolicy } from '../../js/core/memory.js';
export { makeCore } from './make-core.js';

/** @typedef {import('../../js/core/memory.js').Core} Core */

/** @typedef {{ limit?: number, maxRetries?: number, flags?: number }} Policy */

/**
 * @param {Core} core
 * @param {Policy} [policy]
 */
export function makeConnection(core, policy = {}) {
  const connection = new Machine(core);
  connection.policy = makePolicy(policy);
  return connection;
}

/**
 * @param {Core} core
 * @param {Policy} [policy]
 */
export function openConnection(core, policy = {}) {
  const connection = makeConnection(core, policy);
  connection.start('https:');
  connection.load().nextAction();
  connection.receiveResponse(200, 'text/event-stream', true);
  connection.load().nextAction();
  return connection;
}

/**
 * @param {Core} core
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
  connection.load().bodyEnded();
  return {
    events,
    lastEventId: connection.lastEventId,
    reconnectionTime: connection.load().reconnectionTime(),
  };
}

/**
 * Fills `connections` with such as are idle after a start.
 * @param {Core} core
 * @param {Machine[]} connections
 */
export function startAll(core, connections) {
  for (let n = 0; n < connections.length; n++) {
    const connection = new Machine(core);
    connection.start('https:');
    while (connection.load().nextAction() !== 0);
    connections[n] = connection;
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
