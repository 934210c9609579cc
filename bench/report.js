// What a file of results says: the table of targets, tables in README.md, and the charts. By itself: report.js [FILE]
import { readFileSync, writeFileSync } from 'node:fs';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { drawCharts } from './charts.js';
import { median } from './measure.js';
import { geometricMean, ratiosOf } from './ratios.js';
import { shorten } from './runtime.js';
import { judge, verdict } from './targets.js';
import { CHUNK_SIZES, workloadsOf } from './workloads.js';

const path = (file) => fileURLToPath(new URL(file, import.meta.url));

const table = (header, rows) =>
  [header, header.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

const NOT_MEASURED = 'Not measured in this run.';

const describe = ({ sense, wanted, measured, unit, note, ...outcome }) => ({
  ...outcome,
  wanted: `${sense} ${wanted} ${unit}`,
  measured: Number.isNaN(measured) ? 'not measured' : `${measured.toFixed(2)} ${unit}${note ? ` (${note})` : ''}`,
  verdict: verdict({ sense, wanted, measured }),
});

/** A row for each workload, a column for each runtime: the mean over the chunk sizes, and the least. */
function tabulateParser(parts) {
  const compare = (cells) => {
    const ratios = ratiosOf(cells, 'eventsource-parser', 'eventsource-wasm');
    return `${geometricMean(ratios).toFixed(1)} (${Math.min(...ratios.map(({ ratio }) => ratio)).toFixed(1)})`;
  };
  const rowsBy = (dimension, names) =>
    names.map((name) => [
      name,
      ...parts.map(({ cells }) => compare(cells.filter(({ cell }) => cell.seed === 1 && cell[dimension] === name))),
    ]);
  const runtimes = parts.map(({ runtime }) => shorten(runtime));
  return [
    table(['Events', ...runtimes], rowsBy('workload', workloadsOf(1))),
    table(['Chunks of', ...runtimes], rowsBy('chunk', Object.keys(CHUNK_SIZES))),
  ].join('\n\n');
}

/** A row for each stream, a column for each runtime: thousands of events a second, and over `eventsource`. */
function tabulateStream(parts) {
  if (parts.length === 0) return NOT_MEASURED;
  const streams = parts[0].cells.filter(({ subject, unit }) => subject === 'eventsource-wasm' && unit === 'events/s');
  const rows = streams.map(({ cell }) => [
    `${cell.workload}, by ${cell.write}`,
    ...parts.map(({ cells }) => {
      const isMeant = (entry) => JSON.stringify(entry.cell) === JSON.stringify(cell) && entry.unit === 'events/s';
      const entries = cells.filter(isMeant);
      const { median } = entries.find(({ subject }) => subject === 'eventsource-wasm');
      const [over] = ratiosOf(entries, 'eventsource-wasm', 'eventsource');
      return `${Math.round(median / 1000)} (${over.ratio.toFixed(1)})`;
    }),
  ]);
  const chart = '![How many times the events a second of eventsource each client reads](../docs/benchmark-http.svg)';
  return [table(['Events', ...parts.map(({ runtime }) => shorten(runtime))], rows), chart].join('\n\n');
}

/** Every figure of a part: a row for each cell and unit, a column for each subject. */
function tabulateAll(parts) {
  if (parts.length === 0) return NOT_MEASURED;
  const subjects = [...new Set(parts.flatMap(({ cells }) => cells.map(({ subject }) => subject)))];
  const rows = new Map();
  for (const { runtime, cells } of parts) {
    for (const { cell, subject, unit, median } of cells) {
      const names = Object.entries(cell).map(([name, value]) => `${name}: ${value}`);
      const head = [shorten(runtime), names.join(', '), unit];
      const row = rows.get(`${head}`) ?? [...head, ...subjects.map(() => '')];
      row[head.length + subjects.indexOf(subject)] = `${Number(median.toPrecision(3))}`;
      rows.set(`${head}`, row);
    }
  }
  return table(['Runtime', 'Of', '', ...subjects], [...rows.values()]);
}

function describeRun({ date, machine, core, packages, parts }) {
  const runtimes = [...new Set(parts.map(({ runtime }) => runtime))].join(', ');
  const peers = Object.entries(packages).map(([name, version]) => `${name} ${version}`);
  const spreads = parts.flatMap(({ cells }) => cells.map(({ spread }) => spread));
  const seconds = parts.reduce((sum, part) => sum + part.seconds, 0);
  return [
    `Measured on ${date} in ${Math.round(seconds / 60)} minutes: ${machine.cpu}, ${machine.cores} cores, ${machine.memory}, load before ${machine.load}.`,
    `${runtimes}. Beside ${peers.join(', ')}.`,
    `Half of the rounds of a figure lie within ± ${median(spreads).toFixed(1)} % of it, at the median.`,
    `SHA-256 of the core: \`${core.slice(0, 16)}…\`.`,
  ].join('\n');
}

/** Rewrites what stands between the markers of that name. */
function fill(text, name, content) {
  const [begin, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`The page lacks the markers of ${name}.`);
  return `${text.slice(0, from + begin.length)}\n\n${content}\n\n${text.slice(to)}`;
}

/** Prints how the targets stand. */
export function printTargets(results) {
  console.table(judge(results.parts).map(describe));
}

/** Rewrites the tables of a page. */
async function write(page, contents) {
  const file = path(page);
  let text = readFileSync(file, 'utf8');
  for (const [name, content] of Object.entries(contents)) text = fill(text, name, content);
  writeFileSync(file, await format(text, { ...(await resolveConfig(file)), filepath: file }));
}

/** Rewrites the tables of README.md and TARGETS.md, and draws the charts. */
export async function publish(results) {
  const ofPart = (name) => results.parts.filter(({ part }) => part === name);
  const outcomes = judge(results.parts).map(describe);
  const targets = table(
    ['Target', 'Runtime', 'Wanted', 'Measured', ''],
    outcomes.map(({ target, runtime, wanted, measured, verdict }) => [target, runtime, wanted, measured, verdict]),
  );
  const contents = {
    machine: describeRun(results),
    parser: tabulateParser(ofPart('parser')),
    stream: tabulateStream(ofPart('stream')),
    ...Object.fromEntries(['many', 'latency', 'startup', 'large'].map((name) => [name, tabulateAll(ofPart(name))])),
  };
  await write('README.md', contents);
  await write('TARGETS.md', { targets });
  for (const [name, svg] of Object.entries(drawCharts(results))) writeFileSync(path(`../docs/${name}.svg`), svg);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const results = JSON.parse(readFileSync(process.argv[2] ?? path('results/latest.json'), 'utf8'));
  printTargets(results);
  await publish(results);
}
