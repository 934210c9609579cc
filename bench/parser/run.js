// The parser beside eventsource-parser and the limit, in the runtime that runs this or in a browser:
// run.js [--browser NAME] [--seed N]... [--workload NAME]... [--rounds N] [--json FILE]
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { median } from '../measure.js';
import { geometricMean, ratiosOf } from '../ratios.js';
import { runtimeName } from '../runtime.js';
import { CHUNK_SIZES, workloadsOf } from '../workloads.js';

const { values: options } = parseArgs({
  options: {
    browser: { type: 'string' },
    seed: { type: 'string', multiple: true, default: ['1', '2'] },
    workload: { type: 'string', multiple: true },
    rounds: { type: 'string', default: '9' },
    json: { type: 'string' },
  },
});

async function open() {
  if (options.browser) return (await import('./page.js')).openRace(options.browser);
  const { measureWorkload } = await import('./race.js');
  return { runtime: runtimeName(), measureWorkload, close() {} };
}

const column = (text) => text.padStart(15);
const row = (name, values) => console.log([name.padEnd(23), ...values.map(column)].join(' '));

/** Beside the peer, and beside the limit. */
function compare(cells) {
  const peer = ratiosOf(cells, 'eventsource-parser', 'eventsource-wasm');
  const limit = ratiosOf(cells, 'eventsource-wasm', 'limit');
  const describe = (overPeer, overLimit) => `${overPeer.toFixed(2)} (${overLimit.toFixed(2)})`;
  return {
    each: peer.map(({ ratio }, i) => describe(ratio, limit[i].ratio)),
    mean: describe(geometricMean(peer), geometricMean(limit)),
  };
}

const race = await open();
console.log(`Parser, ${race.runtime}: times the speed of eventsource-parser (times the time of the limit)`);
const cells = [];
for (const seed of options.seed.map(Number)) {
  row(`seed ${seed}, by chunks of`, Object.keys(CHUNK_SIZES));
  const begin = cells.length;
  const rounds = Math.ceil(Number(options.rounds) / (seed === 1 ? 1 : 2)); // the others only have a mean to give
  for (const workload of options.workload ?? workloadsOf(seed)) {
    const measured = await race.measureWorkload(workload, seed, rounds);
    cells.push(...measured);
    row(workload, compare(measured).each);
  }
  const ofSeed = cells.slice(begin);
  const spreads = ofSeed.map(({ spread }) => spread);
  row('geometric mean', [compare(ofSeed).mean]);
  row('spread', [`± ${median(spreads).toFixed(1)} %`, `(at most ${Math.max(...spreads).toFixed(0)} %)`]);
}
await race.close();
if (options.json) writeFileSync(options.json, JSON.stringify({ part: 'parser', runtime: race.runtime, cells }));
