// Ten thousand connections: what an idle one keeps outside of the core's memory is small.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { assert } from '../support/assert.js';
import { makeCore, startAll } from '../support/run-core.js';

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

describe('many connections, in Node', () => {
  it('7.2 ten thousand idle ones cost less than 2 MB', () => {
    // Several times, because what the engine compiles or frees meanwhile adds to or hides a part of the cost. All are
    // kept to the end, so that none is freed while another ten thousand are measured.
    const core = makeCore.wasm();
    const rounds = Array.from({ length: 9 }, () => Array(COUNT).fill(null));
    const costs = rounds.map((connections) => {
      const before = bytesInUse();
      startAll(core, connections);
      return bytesInUse() - before;
    });
    for (const connections of rounds) assert.equal(connections[COUNT - 1].readyState, 0);
    const cost = costs.sort((a, b) => a - b)[costs.length >> 1];
    assert.ok(cost < BOUND, `${COUNT} idle connections cost ${cost} bytes, ${cost / COUNT} each; all: ${costs}`);
  });
});
