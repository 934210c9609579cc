// What the command tells: a summary, a timeline and the findings, as lines of text. Nothing here is safe for a terminal
// yet: text of the server is in it.
// @ts-check
import { formatBytes } from '../terminal.js';
import { many, seconds } from './rules/signs.js';

/** @typedef {import('./observation.d.ts').Observation} Observation */
/** @typedef {import('./observation.d.ts').Exchange} Exchange */
/** @typedef {import('./observation.d.ts').Finding} Finding */

const BARS = [...'▁▂▃▄▅▆▇█'];
const NARROWEST = 40;
const WIDEST = 100;

/**
 * @param {string} text
 * @param {number} width
 * @param {string} indent of all lines
 */
export function wrap(text, width, indent) {
  const lines = [''];
  for (const word of text.split(' ')) {
    const line = lines[lines.length - 1];
    if (line === '') lines[lines.length - 1] = word;
    else if (indent.length + line.length + 1 + word.length <= width) lines[lines.length - 1] += ` ${word}`;
    else lines.push(word);
  }
  return lines.map((line) => indent + line);
}

/**
 * One character for each part of the time: nothing came, comments alone, or how much came.
 * @param {Exchange} exchange
 * @param {number} span milliseconds that the whole row stands for
 * @param {number} width
 */
export function drawRow({ headersAt, arrivals, body, watched }, span, width) {
  const slice = span / width;
  const placeOf = (/** @type {number} */ at) => Math.min(width - 1, Math.floor(at / slice));
  const bytes = new Array(width).fill(0);
  for (const arrival of arrivals) bytes[placeOf(arrival.at)] += arrival.bytes;
  const withEvents = new Set(body.events.map(({ at }) => placeOf(at)));
  const withComments = new Set(body.comments.map(placeOf));
  const most = Math.log2(1 + Math.max(...bytes));
  return bytes
    .map((count, n) => {
      if (n * slice > watched) return ' ';
      if (count === 0) return headersAt === undefined || n < placeOf(headersAt) ? ' ' : '·';
      if (withComments.has(n) && !withEvents.has(n)) return ':';
      return BARS[Math.round((Math.log2(1 + count) / most) * (BARS.length - 1))];
    })
    .join('')
    .trimEnd();
}

/**
 * The seconds above the rows.
 * @param {number} span
 * @param {number} width
 */
function drawScale(span, width) {
  const steps = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600];
  const step = steps.find((each) => (width * each * 1000) / span >= 8) ?? span / 1000;
  let scale = '';
  for (let second = 0; second * 1000 < span; second += step) {
    scale = scale.padEnd(Math.round((second * 1000 * width) / span)) + (second === 0 ? '0 s' : `${+second.toFixed(2)}`);
  }
  return scale;
}

/**
 * @param {Observation} observation
 * @param {number} columns
 */
export function drawTimeline({ watch, identity, resume }, columns) {
  const all = [
    { name: 'as it came', exchange: watch },
    { name: 'without compression', exchange: identity },
    { name: 'after Last-Event-ID', exchange: resume?.exchange },
  ];
  const rows = all.flatMap(({ name, exchange }) => (exchange?.status === 200 ? { name, exchange } : []));
  if (rows.length === 0) return [];
  const span = Math.max(1, ...rows.map(({ exchange }) => exchange.watched));
  const margin = Math.max(...rows.map(({ name }) => name.length)) + 2;
  const width = columns - margin;
  return [
    ' '.repeat(margin) + drawScale(span, width),
    ...rows.map(({ name, exchange }) => `${name.padEnd(margin)}${drawRow(exchange, span, width)}`),
    `${' '.repeat(margin)}▁▄█ bytes  : comments alone  · nothing`,
  ];
}

/** @param {Exchange} exchange */
export function summarize({ status, httpVersion, headers, headersAt, arrivals, body, watched }) {
  if (status === undefined) return [];
  const [first] = arrivals;
  const named = [headers.server, headers.via].filter(Boolean).join(', ');
  const answer = [`HTTP/${httpVersion} ${status}`, headers['content-type'] ?? 'no type', named].filter(Boolean);
  const times = `headers after ${seconds(headersAt ?? 0)}`;
  const byte = first ? `first byte after ${seconds(first.at)}` : 'no byte';
  const count = `${many(body.events.length, 'event')}, ${many(body.comments.length, 'comment')}, ${formatBytes(body.bytes)}`;
  return [answer.join(' · '), status === 200 ? `${times}, ${byte}; ${count} in ${seconds(watched)}` : times];
}

/** @param {Finding[]} findings */
export function countLevels(findings) {
  const counts = ['error', 'warning', 'note'].map((level) =>
    many(findings.filter((finding) => finding.level === level).length, level),
  );
  return `${counts.join(', ')}.`;
}

/**
 * @param {Finding} finding
 * @param {number} width
 */
function describe({ level, name, message, meaning, why, mend, link }, width) {
  const indent = '  ';
  return [
    `${level} ${name}`,
    ...wrap(`${message[0].toUpperCase()}${message.slice(1)}.`, width, indent),
    ...wrap(`${meaning} ${why}`, width, indent),
    ...wrap(`To mend it: ${mend}`, width, indent),
    ...wrap(`More: ${link}`, width, indent),
    '',
  ];
}

/**
 * @param {Observation} observation
 * @param {Finding[]} findings
 * @param {number} columns
 * @returns {string[]} lines
 */
export function formatReport(observation, findings, columns) {
  const width = Math.min(Math.max(columns, NARROWEST), WIDEST);
  const timeline = drawTimeline(observation, width);
  return [
    observation.url,
    ...summarize(observation.watch),
    '',
    ...timeline,
    ...(timeline.length > 0 ? [''] : []),
    ...findings.flatMap((finding) => describe(finding, width)),
    countLevels(findings),
  ];
}
