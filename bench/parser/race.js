// Measures the parsers, workload by workload, in the runtime or page that runs this.
import { takeTurns, toCells } from '../measure.js';
import { CHUNK_SIZES, cut, makeWorkload } from '../workloads.js';
import { makeLimit, parseWithPeer, parseWithThis } from './subjects.js';

/** Bytes of a stream, and of one whose events are large. */
const SIZE = 400_000;
const SIZE_OF_LARGE = 3_000_000;

/**
 * Milliseconds that a subject runs before it is measured, and in each round: long for the coarse clocks of browsers, and
 * for garbage to be collected in the rounds of whose it is.
 */
const WARM_UP = 25;
const ROUND = 8;

/** What is measured, by the name of what it stands for. */
const SUBJECTS = { 'eventsource-wasm': parseWithThis, 'eventsource-parser': parseWithPeer, limit: makeLimit };

/** All that was parsed, to be compared; the limit has not joined the lines. */
function collect(parse) {
  const events = [];
  parse(({ event = 'message', data, id = '' }) => events.push([event, data.replaceAll(/\r?\ndata: ?/g, '\n'), id]));
  return JSON.stringify(events);
}

/**
 * Something that reads the strings of events. The event escapes and the sum is checked: no engine can leave out an
 * object or a string.
 */
function makeReader() {
  const reader = {
    sum: 0,
    last: undefined,
    use(event) {
      const { event: type = 'message', data, id = '' } = event;
      reader.last = event;
      reader.sum =
        (reader.sum + type.length + id.length + data.length + (data.charCodeAt(data.length >> 1) | 0)) & 0xffffff;
    },
  };
  return reader;
}

/**
 * Runs a subject until it is warm.
 * @param {import('./subjects.js').Parse} parse
 * @param {number} count of events
 * @returns {() => number} one round: nanoseconds an event
 */
function prepare(parse, count) {
  const run = () => {
    const reader = makeReader();
    parse(reader.use);
    return reader.sum;
  };
  const sum = run();
  const repeat = (isEnough) => {
    const begin = performance.now();
    let runs = 0;
    let elapsed;
    do {
      if (run() !== sum) throw new Error('A subject gives other events than before.');
      elapsed = performance.now() - begin;
    } while (!isEnough(++runs, elapsed));
    return { runs, elapsed };
  };
  const warm = repeat((_, elapsed) => elapsed >= WARM_UP);
  const wanted = Math.ceil((warm.runs / warm.elapsed) * ROUND);
  return () => {
    const { runs, elapsed } = repeat((done) => done >= wanted);
    return (elapsed * 1e6) / runs / count;
  };
}

/**
 * Every chunk size of a workload.
 * @param {string} workload
 * @param {number} seed
 * @param {number} rounds
 */
export async function measureWorkload(workload, seed, rounds) {
  const isLarge = makeWorkload(workload, 1, seed)[0].length > 100_000;
  const events = makeWorkload(workload, isLarge ? SIZE_OF_LARGE : SIZE, seed);
  const cells = [];
  for (const [chunk, size] of Object.entries(CHUNK_SIZES)) {
    const chunks = cut(events, size);
    const subjects = Object.entries(SUBJECTS).map(([name, make]) => [name, make(chunks, events)]);
    const [expected, ...others] = subjects.map(([, parse]) => collect(parse));
    if (others.some((found) => found !== expected)) throw new Error(`${workload} by ${chunk}: not the same events.`);
    const count = JSON.parse(expected).length;
    const turns = Object.fromEntries(subjects.map(([name, parse]) => [name, prepare(parse, count)]));
    const values = await takeTurns(turns, { rounds });
    cells.push(...toCells({ seed, workload, chunk }, 'ns/event', values));
  }
  return cells;
}
