// What the package is to reach, and whether it does, by the cells of a run.
import { judges as judgesOfOthers } from './http/targets.js';
import { geometricMean, ratiosOf } from './ratios.js';

/** @typedef {{ part: string, runtime: string, cells: import('./ratios.js').Entry[] }} Part */

/**
 * @typedef {object} Outcome
 * @property {string} target
 * @property {string} runtime
 * @property {'at least' | 'at most'} sense
 * @property {number} wanted
 * @property {number} measured
 * @property {string} unit
 * @property {string} [note]
 */

const OURS = 'eventsource-wasm';

const first = ({ cell }) => cell.seed === 1;

/** @returns {Outcome[]} */
function judgeParser({ runtime, cells }) {
  const peer = ratiosOf(cells, 'eventsource-parser', OURS);
  const limit = ratiosOf(cells, OURS, 'limit');
  const slowest = peer.filter(first).reduce((a, b) => (a.ratio < b.ratio ? a : b));
  const ofSecond = (ratios) => `second seed: ${geometricMean(ratios.filter((ratio) => !first(ratio))).toFixed(2)}`;
  const common = { runtime, unit: '×' };
  return [
    {
      ...common,
      target: 'Parser: speed over eventsource-parser, geometric mean',
      sense: 'at least',
      wanted: /^Node 2[0-3]\b/.test(runtime) ? 2.5 : 1.8,
      measured: geometricMean(peer.filter(first)),
      note: ofSecond(peer),
    },
    {
      ...common,
      target: 'Parser: speed over eventsource-parser, slowest cell',
      sense: 'at least',
      wanted: 1,
      measured: slowest.ratio,
      note: `${slowest.cell.workload}, ${slowest.cell.chunk}`,
    },
    {
      ...common,
      target: 'Parser: time over the limit, geometric mean',
      sense: 'at most',
      wanted: 1.5,
      measured: geometricMean(limit.filter(first)),
      note: ofSecond(limit),
    },
  ];
}

/** By runtime: of which events, over which subject, how much. */
const STREAM_TARGETS = [
  [/^Node (?!20)/, 'model-API tokens', 'eventsource', 1.8],
  [/^Node (?!20)/, 'tiny', 'eventsource', 3],
  [/^Node (?!20)/, 'model-API tokens', 'bare read loop', 0.8],
  [/^Chromium/, 'model-API tokens', 'native', 20],
  [/^Chromium/, 'model-API tokens', 'eventsource', 2.5],
  [/^Firefox/, 'model-API tokens', 'native', 3],
  [/^Firefox/, 'model-API tokens', 'eventsource', 1.5],
];

/** @returns {Outcome[]} */
function judgeStream({ runtime, cells }) {
  return STREAM_TARGETS.filter(([where]) => where.test(runtime)).map(([, workload, subject, wanted]) => {
    const isMeant = ({ cell, unit }) => cell.seed === 1 && cell.workload === workload && unit === 'events/s';
    return {
      target: `HTTP: events a second over ${subject}, ${workload}`,
      runtime,
      sense: 'at least',
      wanted,
      measured: geometricMean(ratiosOf(cells.filter(isMeant), OURS, subject)),
      unit: '×',
    };
  });
}

const judges = { parser: judgeParser, stream: judgeStream, ...judgesOfOthers };

/**
 * @param {Part[]} parts
 * @returns {Outcome[]}
 */
export const judge = (parts) =>
  Object.entries(judges).flatMap(([name, judgePart]) => parts.filter(({ part }) => part === name).flatMap(judgePart));

/** @param {Outcome} outcome */
export function verdict({ sense, wanted, measured }) {
  if (Number.isNaN(measured)) return '';
  const holds = sense === 'at least' ? measured >= wanted : measured <= wanted;
  return holds ? 'holds' : `missed by ${Math.ceil(Math.abs(measured / wanted - 1) * 100)} %`;
}
