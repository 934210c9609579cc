// The report in a browser: the findings, and charts of when what came. tools/check-page.js puts it into one file.
// @ts-check
import uPlot from 'uplot';
import { countLevels, summarize } from '../report.js';

/** @typedef {import('../observation.d.ts').Exchange} Exchange */

/** @type {{ observation: import('../observation.d.ts').Observation, findings: import('../observation.d.ts').Finding[] }} */
const { observation, findings } = JSON.parse(at('data').textContent ?? '');

const HEIGHT = 240;

/** @param {string} id */
function at(id) {
  return /** @type {HTMLElement} */ (document.getElementById(id));
}

/**
 * A paragraph in which what stands between backticks is code.
 * @param {string} text
 * @param {string} [className]
 */
function paragraph(text, className = '') {
  const element = document.createElement('p');
  element.className = className;
  for (const [n, piece] of text.split('`').entries()) {
    const part = document.createElement(n % 2 === 1 ? 'code' : 'span');
    part.textContent = piece;
    element.append(part);
  }
  return element;
}

/** @param {import('../observation.d.ts').Finding} finding */
function describe({ level, name, message, meaning, why, mend, link }) {
  const article = document.createElement('article');
  article.className = level;
  const heading = document.createElement('h3');
  const word = document.createElement('span');
  word.className = 'level';
  word.textContent = level;
  heading.append(word, ` ${name}`);
  article.append(
    heading,
    paragraph(`${message[0].toUpperCase()}${message.slice(1)}.`),
    paragraph(`${meaning} ${why}`),
    paragraph(`To mend it: ${mend}`),
    paragraph(`More: \`${link}\``, 'why'),
  );
  return article;
}

/** The connections that brought a stream. */
const all = [
  { name: 'as it came', colour: '--first', exchange: observation.watch },
  { name: 'without compression', colour: '--second', exchange: observation.identity },
  { name: 'after Last-Event-ID', colour: '--third', exchange: observation.resume?.exchange },
];
const shown = all.flatMap(({ exchange, ...rest }) => (exchange?.status === 200 ? [{ ...rest, exchange }] : []));

/**
 * Points of one connection, in seconds: from its start to the end of the watch.
 * @type {Record<string, (exchange: Exchange) => [times: number[], values: (number | null)[]]>}
 */
const VALUES = {
  events({ body: { events }, watched }) {
    const times = events.map((event) => event.at / 1000);
    return [
      [0, ...times, watched / 1000],
      [0, ...times.map((_, n) => n + 1), times.length],
    ];
  },
  bytes: ({ arrivals }) => [arrivals.map((arrival) => arrival.at / 1000), arrivals.map(({ bytes }) => bytes)],
};

/** @type {uPlot[]} */
let charts = [];

/** @param {string} id */
function draw(id) {
  const style = getComputedStyle(document.documentElement);
  const colour = (/** @type {string} */ name) => style.getPropertyValue(name).trim();
  const isSteps = id === 'events';
  const tables = shown.map(({ exchange }) => VALUES[id](exchange));
  const axis = { stroke: colour('--ink'), grid: { stroke: colour('--line') }, ticks: { stroke: colour('--line') } };
  const series = shown.map((each) => ({
    label: each.name,
    stroke: colour(each.colour),
    fill: isSteps ? undefined : colour(each.colour),
    width: 2,
    spanGaps: true,
    paths: isSteps ? uPlot.paths.stepped?.({ align: 1 }) : () => null,
    points: isSteps ? { show: false } : { show: true, size: 6, fill: colour(each.colour) },
  }));
  const end = Math.max(...shown.map(({ exchange }) => exchange.watched)) / 1000;
  charts.push(
    new uPlot(
      {
        ...{ width: at(id).clientWidth, height: HEIGHT, axes: [axis, axis], legend: { live: false } },
        scales: { x: { time: false, range: [0, end] }, y: { range: (_, low, high) => [0, Math.max(1, high * 1.1)] } },
        series: [{ label: 'second' }, ...series],
      },
      uPlot.join(tables),
      at(id),
    ),
  );
}

function drawAll() {
  for (const chart of charts) chart.destroy();
  charts = [];
  for (const id of Object.keys(VALUES)) draw(id);
}

at('url').textContent = observation.url;
at('summary').textContent = summarize(observation.watch).join('\n');
at('counts').textContent = countLevels(findings);
at('findings').append(...findings.map(describe));
if (findings.length === 0) at('findings').append(paragraph('Nothing was found.'));
if (shown.length > 0) {
  at('charts').hidden = false;
  drawAll();
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', drawAll);
  addEventListener('resize', drawAll);
}
