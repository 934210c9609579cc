// What a person, or a machine, reads of the verdicts. It imports nothing of Node.
// @ts-check
import { shortWaits, tellable } from './clients.js';
import { POINTS, linkTo } from './points.js';
import { showBytes, showText } from './visible.js';

/**
 * @import { Ability, ClientVerdict } from './clients.js'
 * @import { Request, Told } from './cases.js'
 * @import { Outcome, ParserVerdict } from './parsers.js'
 */

/**
 * A vector or a case, and what came of it.
 * @typedef {object} Entry
 * @property {'vector' | 'case'} kind
 * @property {string} point
 * @property {string} name
 * @property {'passed' | 'failed' | 'skipped'} state
 * @property {string} link into the standard
 * @property {string} [where] what is needed to find it: deliveries
 * @property {string} [stream] the bytes to be seen
 * @property {string[]} [expected] in lines
 * @property {string[]} [actual]
 * @property {string[]} [notes]
 */

/** @param {{ type: string, data: string, lastEventId: string, origin?: string }} event */
const showEvent = ({ type, data, lastEventId, origin }) =>
  [
    `${showText(type)} ${showText(data)} ${showText(lastEventId)}`,
    origin === undefined ? '' : ` from ${showText(origin)}`,
  ].join('');

/**
 * What the parser tells, as lines; of what it does not tell nothing is expected.
 * @param {Outcome} outcome
 * @param {Outcome} told
 */
function showOutcome({ events, lastEventId, reconnectionTime }, told) {
  return [
    ...events.map((event) => `> ${showEvent(event)}`),
    ...(told.lastEventId === undefined ? [] : [`last-event-id ${showText(lastEventId)}`]),
    ...(told.reconnectionTime === undefined ? [] : [`reconnection-time ${reconnectionTime}`]),
  ];
}

/**
 * @param {ParserVerdict} verdict
 * @returns {Entry}
 */
export function entryOfVector({ vector, tried, failed, first }) {
  const { point, name, theme, bytes } = vector;
  const entry = { kind: /** @type {const} */ ('vector'), point, name, link: linkTo(point) };
  if (first === undefined) return { ...entry, state: 'passed' };
  const { delivery, outcome } = first;
  const { problem, late } = outcome;
  return {
    ...entry,
    state: 'failed',
    where: `${theme}.txt; ${failed.length} of ${tried} deliveries, the first: ${delivery.cut}`,
    stream: showBytes(bytes, delivery.at),
    expected: showOutcome(vector, outcome),
    actual: showOutcome(outcome, outcome),
    notes: [...(late ? [`${late} came only when the stream ended`] : []), ...(problem === undefined ? [] : [problem])],
  };
}

/** @param {Told} told */
function showTold(told) {
  if ('data' in told) return `> ${showEvent(told)}`;
  return 'readyState' in told ? `error, readyState ${told.readyState}` : told.type;
}

/**
 * As much of a request as the case is about.
 * @param {{ method?: string, path?: string, headers?: Record<string, unknown> }} request
 * @param {Request} [expected] nothing for a request that must not come
 */
function showRequest({ method = 'GET', path = '/stream', headers = {} }, expected = {}) {
  const names = Object.keys(expected.headers ?? {});
  const shown = names.map((name) => `${name}: ${(headers[name] ?? null) === null ? 'none' : showText(headers[name])}`);
  return [`request ${method} ${path}`, ...shown].join(', ');
}

/**
 * @param {ClientVerdict} verdict
 * @param {Set<Ability>} can
 * @returns {Entry}
 */
export function entryOfCase({ tested, state, played, origin = '' }, can) {
  const { point, name, requests, tells, answers } = tested;
  const entry = { kind: /** @type {const} */ ('case'), point, name, state, link: linkTo(point) };
  if (played === undefined || state !== 'failed') return entry;
  return {
    ...entry,
    stream: answers.map((answer) => JSON.stringify(answer)).join('\n'),
    expected: [
      // What may be anything is as it was.
      ...requests.map((request, n) => showRequest({ ...played.requests[n], ...request }, request)),
      ...tellable(tells, can, origin).map(showTold),
    ],
    actual: [
      ...played.requests.map((request, n) => showRequest(request, requests[n])),
      ...tellable(played.told, new Set([...can, 'origin'])).map((told, n) => showTold(hideOrigin(told, tells[n]))),
    ],
    notes: [...shortWaits(tested, played), ...(played.problem === undefined ? [] : [played.problem])],
  };
}

/**
 * @param {Told} told
 * @param {Told | undefined} expected
 */
function hideOrigin(told, expected) {
  if (!('data' in told) || (expected && 'origin' in expected)) return told;
  return { ...told, origin: undefined };
}

/**
 * What both have is plain; `-` is missing, `+` is too much.
 * @param {string[]} expected
 * @param {string[]} actual
 */
export function diff(expected, actual) {
  let begin = 0;
  while (begin < expected.length && expected[begin] === actual[begin]) begin++;
  let end = 0;
  const most = Math.min(expected.length, actual.length) - begin;
  while (end < most && expected[expected.length - 1 - end] === actual[actual.length - 1 - end]) end++;
  return [
    ...expected.slice(0, begin).map((line) => `  ${line}`),
    ...expected.slice(begin, expected.length - end).map((line) => `- ${line}`),
    ...actual.slice(begin, actual.length - end).map((line) => `+ ${line}`),
    ...expected.slice(expected.length - end).map((line) => `  ${line}`),
  ];
}

/** @param {Entry} entry that failed */
function showFailure({ point, name, where, link, stream = '', expected = [], actual = [], notes = [] }) {
  const label = where === undefined ? 'answers' : 'stream';
  // Each line of the stream on one of its own; what stands between is to be seen anyway.
  const lines = stream.replace(/(\\r\\n|\\n|\\r)(?=.)/g, where === undefined ? '$1' : '$1\n').split('\n');
  return [
    `✗ ${point} ${name}`,
    ...(where === undefined ? [] : [`    ${where}`]),
    `    ${link}`,
    ...lines.map((line, n) => `    ${n === 0 ? label : ' '.repeat(label.length)}  ${line}`),
    ...diff(expected, actual).map((line) => `    ${line}`),
    ...notes.map((note) => `    ! ${note}`),
    '',
  ].join('\n');
}

/** @param {Entry[]} entries */
export function countByPoint(entries) {
  /** @type {Record<string, { passed: number, failed: number, skipped: number }>} */
  const counts = {};
  for (const point of Object.keys(POINTS)) {
    const own = entries.filter((entry) => entry.point === point);
    if (own.length === 0) continue;
    counts[point] = { passed: 0, failed: 0, skipped: 0 };
    for (const { state } of own) counts[point][state]++;
  }
  return counts;
}

/** @param {Entry[]} entries */
function showTable(entries) {
  return Object.entries(countByPoint(entries)).map(([point, { passed, failed, skipped }]) => {
    const mark = failed > 0 ? '✗' : passed > 0 ? '✓' : '·';
    const score = `${passed}/${passed + failed}`.padStart(7);
    const without = skipped > 0 ? ` (${skipped} skipped)` : '';
    return `${mark} ${point} ${score}  ${POINTS[point].about}${without}`;
  });
}

/** @param {Entry[]} entries */
function showTotal(entries) {
  const count = (/** @type {Entry['state']} */ state) => entries.filter((entry) => entry.state === state).length;
  const skipped = count('skipped') > 0 ? `, ${count('skipped')} skipped` : '';
  return `${count('passed')} passed, ${count('failed')} failed${skipped}`;
}

/**
 * @param {Entry[]} entries
 * @param {string[]} notes on what could not be judged, or went wrong beside
 */
export function showReport(entries, notes) {
  const failures = entries.filter(({ state }) => state === 'failed').map(showFailure);
  return [...failures, ...showTable(entries), '', ...notes, showTotal(entries)].join('\n');
}
