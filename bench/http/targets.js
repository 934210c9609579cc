// What the parts of this folder beside the streams are to reach.
import { BARE } from './openers.js';

const OURS = 'eventsource-wasm';

/** @returns {(subject: string, unit: string) => number} the median in the cells that a test picks; NaN without */
const medianIn =
  (cells, isMeant = () => true) =>
  (subject, unit) =>
    cells.find((entry) => entry.subject === subject && entry.unit === unit && isMeant(entry.cell))?.median ?? NaN;

/** By part: its outcomes, without the runtime. */
const TARGETS = {
  many(cells) {
    const median = medianIn(cells, ({ sources }) => sources === 10_000);
    return [
      {
        target: 'Memory of a source over a bare fetch, 10,000 open',
        wanted: 2.5,
        measured: median(OURS, 'heap KB') - median(BARE, 'heap KB'),
        unit: 'KB',
      },
    ];
  },

  latency(cells) {
    return ['idle', 'under load'].map((load) => {
      const median = medianIn(cells, (cell) => cell.load === load);
      const peers = [...new Set(cells.map(({ subject }) => subject))].filter((name) => name !== OURS && name !== BARE);
      const best = peers.reduce((a, b) => (median(a, 'p99 ms') < median(b, 'p99 ms') ? a : b));
      return {
        target: `Latency over the best peer's, p99, ${load}`,
        wanted: 1,
        measured: median(OURS, 'p99 ms') / median(best, 'p99 ms'),
        unit: '×',
        note: best,
      };
    });
  },

  startup(cells) {
    const median = medianIn(cells);
    return [
      {
        target: 'Start-up over an empty module: import and first constructor',
        wanted: 1.5,
        measured: median(OURS, 'constructor ms') - median('empty module', 'constructor ms'),
        unit: 'ms',
      },
    ];
  },

  large(cells) {
    const timeOf = (megabytes) => medianIn(cells, (cell) => cell.megabytes === megabytes)(OURS, 'ms/MB');
    return [
      {
        target: 'One event of 100 MB, time per MB over that of 10 MB',
        wanted: 1.2,
        measured: timeOf(100) / timeOf(10),
        unit: '×',
      },
      {
        target: 'One event of 100 MB, heap that is left of it',
        wanted: 1,
        measured: medianIn(cells, ({ megabytes }) => megabytes === 100)(OURS, 'heap left KB') / 1024,
        unit: 'MB',
      },
    ];
  },

  kept(cells) {
    return [
      {
        target: 'Heap that 200 ids hold which are kept out of chunks of 50 KB',
        wanted: 100,
        measured: medianIn(cells, ({ kept }) => kept !== undefined)(OURS, 'heap KB'),
        unit: 'KB',
      },
    ];
  },
};

/** @returns {Record<string, (part: import('../targets.js').Part) => import('../targets.js').Outcome[]>} */
export const judges = Object.fromEntries(
  Object.entries(TARGETS).map(([name, judge]) => [
    name,
    ({ runtime, cells }) => judge(cells).map((outcome) => ({ ...outcome, runtime, sense: 'at most' })),
  ]),
);
