// The charts of a file of results, as SVG whose text is text, for light and dark pages.
import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import { geometricMean, ratiosOf } from './ratios.js';
import { shorten } from './runtime.js';
import { workloadsOf } from './workloads.js';

const COLOR = '#4c8dd6';
const SLOWER_COLOR = '#d0605e';
const LIMIT_COLOR = '#d98a29';
const OTHER_COLOR = '#8b949e';

const style = `
  :root { color: #1f2328; background: none; font-family: system-ui, sans-serif; }
  @media (prefers-color-scheme: dark) { :root { color: #e6edf3; } }`;

/** @param {Plot.PlotOptions} options */
function draw(options) {
  const { document } = parseHTML('<html></html>');
  const svg = Plot.plot({ document, ...options });
  svg.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  svg.querySelector('style').textContent += style;
  return `${svg}\n`;
}

const look = { width: 960, style: { fontSize: '11px' }, marginLeft: 130, marginBottom: 40 };

/** An axis of ratios. */
const timesAxis = {
  type: 'log',
  base: 2,
  tickFormat: 'd',
  labelAnchor: 'center',
  labelArrow: 'none',
  grid: true,
};

/** Panels stand in rows of four. */
const COLUMNS = 4;

/** How many times the speed of eventsource-parser: by workload, a panel for each runtime. */
function drawParser(parts) {
  const panels = parts.map(({ runtime, cells }, i) => {
    const meanOf = (workload, subject) =>
      geometricMean(
        ratiosOf(
          cells.filter(({ cell }) => cell.seed === 1 && cell.workload === workload),
          'eventsource-parser',
          subject,
        ),
      );
    return workloadsOf(1).map((workload) => ({
      runtime: shorten(runtime),
      column: i % COLUMNS,
      row: Math.floor(i / COLUMNS),
      workload,
      speed: meanOf(workload, 'eventsource-wasm'),
      limit: meanOf(workload, 'limit'),
    }));
  });
  const data = panels.flat();
  const facet = { fx: 'column', fy: 'row' };
  const bar = { ...facet, y: 'workload' };
  const names = panels.map(([panel]) => panel);
  return draw({
    ...look,
    height: 60 + 235 * Math.ceil(panels.length / COLUMNS),
    marginTop: 24,
    ariaLabel: 'How many times the speed of eventsource-parser the parser has, by runtime and kind of events',
    fx: { axis: null, padding: 0.16 },
    fy: { axis: null, padding: 0.14 },
    x: {
      ...timesAxis,
      ticks: [1, 2, 4, 8, 16],
      label: 'times the speed of eventsource-parser; the marks are the limit: decoding and cutting without parsing',
    },
    y: { domain: workloadsOf(1), label: null, tickSize: 0 },
    marks: [
      Plot.barX(data, { ...bar, x1: 1, x2: 'speed', fill: ({ speed }) => (speed >= 1 ? COLOR : SLOWER_COLOR) }),
      Plot.tickX(data, { ...bar, x: 'limit', stroke: LIMIT_COLOR, strokeWidth: 2 }),
      Plot.ruleX([1]),
      Plot.text(names, { ...facet, text: 'runtime', frameAnchor: 'top-left', dy: -16, fontWeight: 'bold' }),
    ],
  });
}

/** Events a second of every client beside `eventsource`: a column of panels for each runtime, a row for each workload. */
function drawStream(parts) {
  const workloads = ['model-API tokens', 'tiny'];
  const data = parts.flatMap(({ runtime, cells }) =>
    workloads.flatMap((workload) => {
      const isMeant = ({ cell, unit }) => cell.seed === 1 && cell.workload === workload && unit === 'events/s';
      const entries = cells.filter(isMeant);
      const subjects = [...new Set(entries.map(({ subject }) => subject))].filter(
        (subject) => subject !== 'eventsource',
      );
      return subjects.map((subject) => ({
        runtime: shorten(runtime),
        workload,
        subject,
        speed: geometricMean(ratiosOf(entries, subject, 'eventsource')),
      }));
    }),
  );
  return draw({
    ...look,
    height: 70 + 130 * workloads.length,
    marginRight: 110,
    marginTop: 30,
    ariaLabel: 'How many times the events a second of eventsource, over HTTP, by runtime, kind of events and client',
    fx: { domain: parts.map(({ runtime }) => shorten(runtime)), label: null, padding: 0.16 },
    fy: { domain: workloads, label: null, padding: 0.2 },
    x: { ...timesAxis, ticks: [1, 4, 16], label: 'times the events a second of eventsource, over HTTP' },
    y: { label: null, tickSize: 0, domain: [...new Set(data.map(({ subject }) => subject))] },
    marks: [
      Plot.barX(data, {
        fx: 'runtime',
        fy: 'workload',
        y: 'subject',
        x1: 1,
        x2: 'speed',
        fill: ({ subject }) => (subject === 'eventsource-wasm' ? COLOR : OTHER_COLOR),
      }),
      Plot.ruleX([1]),
    ],
  });
}

/**
 * @param {{ parts: import('./targets.js').Part[] }} results
 * @returns {Record<string, string>} by the name of its file
 */
export function drawCharts({ parts }) {
  const charts = { parser: ['benchmark', drawParser], stream: ['benchmark-http', drawStream] };
  return Object.fromEntries(
    Object.entries(charts)
      .map(([name, [file, drawPart]]) => [file, parts.filter(({ part }) => part === name), drawPart])
      .filter(([, measured]) => measured.length > 0)
      .map(([file, measured, drawPart]) => [file, drawPart(measured)]),
  );
}
