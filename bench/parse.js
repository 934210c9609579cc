// The parser beside eventsource-parser, bytes to { type, data, id } objects whose strings are read, in the runtime that
// runs this: node bench/parse.js [--seed N] [--workload NAME]...
import { createParser as createPeer } from 'eventsource-parser';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { parseWithPeer, parseWithThis } from './parsers.js';
import { CHUNK_SIZES, WORKLOADS, cut, makeWorkload } from './workloads.js';

/** Bytes of a workload, but for that of the largest events. */
const SIZE = 400_000;
const SIZE_OF_LARGEST = 3_000_000;

/** Milliseconds for each cell of the table, and how many rounds there are at least. */
const DURATION = 400;
const LEAST_ROUNDS = 7;

const { seed, workload } = parseArgs({
  options: { seed: { type: 'string', default: '1' }, workload: { type: 'string', multiple: true, default: WORKLOADS } },
}).values;

const parsers = { ours: parseWithThis, peer: parseWithPeer(createPeer) };

const median = (values) => values.sort((a, b) => a - b)[values.length >> 1];

/** All that was parsed, to be compared. */
function collect(parse, chunks) {
  const events = [];
  parse(chunks, (event) => events.push(event));
  return JSON.stringify(events);
}

/** Nanoseconds an event of each parser, in rounds in which they take turns. */
function measure(chunks, count) {
  if (collect(parsers.ours, chunks) !== collect(parsers.peer, chunks)) throw new Error('The two parse differently.');
  const times = { ours: [], peer: [] };
  let read = 0;
  const use = ({ type, data, id }) => (read += type.length + id.length + data.charCodeAt(data.length >> 1));
  const begin = performance.now();
  for (let round = 0; round < LEAST_ROUNDS || performance.now() - begin < DURATION; round++) {
    for (const [name, parse] of Object.entries(parsers)) {
      const start = performance.now();
      parse(chunks, use);
      times[name].push(performance.now() - start);
    }
  }
  if (Number.isNaN(read)) throw new Error('An event has no data.');
  return Object.fromEntries(Object.entries(times).map(([name, values]) => [name, (median(values) * 1e6) / count]));
}

console.log(
  `Node ${process.versions.node}, seed ${seed}: how many times the speed of eventsource-parser, by chunks of`,
);
console.log(['', ...Object.keys(CHUNK_SIZES)].map((name) => name.padStart(16)).join(' '));
const logs = [];
for (const name of workload) {
  const events = makeWorkload(name, name === '1 MB events' ? SIZE_OF_LARGEST : SIZE, Number(seed));
  const ratios = Object.values(CHUNK_SIZES).map((size) => {
    const { ours, peer } = measure(cut(events, size), events.length);
    return peer / ours;
  });
  logs.push(...ratios.map(Math.log));
  console.log([name.padStart(16), ...ratios.map((ratio) => ratio.toFixed(2).padStart(16))].join(' '));
}
const mean = Math.exp(logs.reduce((sum, log) => sum + log, 0) / logs.length);
console.log(`Geometric mean: ${mean.toFixed(2)}`);
