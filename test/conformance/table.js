// Runs the command on the parsers and clients of others, and writes the tables in docs/conformance.md.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { CASES } from '../../js/command/conformance/cases.js';
import { POINTS, linkTo } from '../../js/command/conformance/points.js';
import { loadVectors } from '../support/load-vectors.js';
import { cellsOf, clients, judge, parsers } from './subjects.js';

const DOCUMENT = fileURLToPath(new URL('../../docs/conformance.md', import.meta.url));

const row = (cells) => `| ${cells.join(' | ')} |\n`;
const table = (head, rows) => [head, head.map((_, n) => (n === 0 ? '-' : ':-:')), ...rows].map(row).join('');

const reports = new Map();

/** What serves as a parser and as a client is judged once. */
async function judgeOnce(subject) {
  if (!reports.has(subject)) {
    console.log(subject.name);
    reports.set(subject, await judge(subject));
  }
  return reports.get(subject);
}

/**
 * @param {import('./subjects.js').Subject[]} subjects
 * @param {'vector' | 'case'} kind
 * @param {{ point: string }[]} tested
 */
async function makeTable(subjects, kind, tested) {
  const points = [...new Set(tested.map(({ point }) => point))].sort();
  const rows = [];
  for (const subject of subjects) {
    const report = await judgeOnce(subject);
    const own = report.results.filter((entry) => entry.kind === kind && entry.state !== 'skipped');
    const passed = own.filter(({ state }) => state === 'passed').length;
    const name = `${subject.name} ${subject.version()}${subject.language === 'JavaScript' ? '' : `, ${subject.language}`}`;
    rows.push([name, `${passed}/${own.length}`, ...cellsOf(report, kind, points)]);
  }
  return table([kind === 'vector' ? 'Parser' : 'Client', 'Right', ...points], rows);
}

const points = Object.entries(POINTS).map(([point, { about }]) => [`[${point}](${linkTo(point)})`, about]);

const vectors = loadVectors().flatMap((file) => file.vectors);
const made = {
  points: row(['Point', '']) + row(['-', '-']) + points.map(row).join(''),
  parsers: await makeTable(parsers, 'vector', vectors),
  clients: await makeTable(clients, 'case', CASES),
};
let text = readFileSync(DOCUMENT, 'utf8');
for (const [name, lines] of Object.entries(made)) {
  const place = new RegExp(`(<!-- ${name}: made by make conformance-table -->\\n).*?(<!-- end -->)`, 's');
  if (!place.test(text)) throw new Error(`${DOCUMENT} has no place for the table of ${name}.`);
  text = text.replace(place, (_, begin, end) => `${begin}\n${lines}\n${end}`);
}
writeFileSync(DOCUMENT, await format(text, { ...(await resolveConfig(DOCUMENT)), filepath: DOCUMENT }));
