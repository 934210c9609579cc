// What docs/conformance.md says of the parsers of others, as far as they are quick and need only npm.
import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { assert } from '../support/assert.js';
import { loadVectors } from '../support/load-vectors.js';
import { cellsOf, clients, judge, parsers } from './subjects.js';

const document = readFileSync(new URL('../../docs/conformance.md', import.meta.url), 'utf8');
const vectors = loadVectors().flatMap((file) => file.vectors);
const points = [...new Set(vectors.map(({ point }) => point))].sort();

/** The cells of the first row that begins with a name and a version. */
function rowOf(name) {
  const line = document.split('\n').find((each) => each.startsWith(`| ${name} `));
  assert.ok(line, `The table has no row of ${name}.`);
  return line
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim());
}

describe('parsers of others', function () {
  this.timeout(120_000);

  it('are eight, each with an adapter of at most 30 lines', () => {
    const names = new Set([...parsers, ...clients].map(({ name }) => name));
    names.delete('eventsource-wasm');
    assert.equal(names.size, 8);
    const folder = fileURLToPath(new URL('adapters/', import.meta.url));
    const adapters = readdirSync(folder).filter((file) => /\.(js|go|php)$/.test(file));
    assert.ok(adapters.length >= names.size);
    for (const file of adapters) {
      const lines = readFileSync(`${folder}${file}`, 'utf8').trimEnd().split('\n');
      assert.ok(lines.length <= 30, `${file} has ${lines.length} lines`);
    }
  });

  for (const subject of parsers.filter(({ name }) => ['eventsource-parser', 'parse-sse'].includes(name))) {
    it(`${subject.name} is as the table says`, async () => {
      const report = await judge(subject);
      const passed = report.results.filter(({ state }) => state === 'passed').length;
      assert.deepEqual(rowOf(subject.name), [
        `${subject.name} ${subject.version()}`,
        `${passed}/${vectors.length}`,
        ...cellsOf(report, 'vector', points),
      ]);
    });
  }

  it('and this one, of which the tables say that all is right', () => {
    const rows = document.split('\n').filter((line) => line.startsWith('| eventsource-wasm '));
    assert.equal(rows.length, 2);
    for (const row of rows) {
      const [, right, ...cells] = row
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim());
      const [passed, of] = right.split('/');
      assert.equal(passed, of);
      assert.deepEqual(new Set(cells), new Set(['✓']));
    }
  });
});
