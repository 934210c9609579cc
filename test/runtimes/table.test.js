// The table that `make compatibility` writes.
import { readFileSync } from 'node:fs';
import { engines } from '../browser/engines.js';
import { assert } from '../support/assert.js';
import { runtimes } from './runtimes.js';

describe('the table in docs/compatibility.md', () => {
  const page = readFileSync('docs/compatibility.md', 'utf8');
  const rows = [...page.matchAll(/^\| (.+?) *\|.+?\| (\d+) +\| (\d+) +\| (\d+) +\|$/gm)];

  // A workerd of an earlier date runs a few suites only.
  const told = Object.keys(runtimes).filter((name) => !/^workerd \d/.test(name));

  for (const name of [...told, ...Object.keys(engines)]) {
    it(`tells of ${name}, in which most tests pass`, () => {
      const own = rows.filter(([, runtime]) => runtime.startsWith(name));
      assert.ok(own.length > 0);
      for (const [row, , passed, failed, skipped] of own) assert.ok(passed > 100 * failed + 50 * skipped, row);
    });
  }
});
