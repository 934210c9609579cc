// What a page downloads stays within its budgets, whatever bundler made it.
import { budgeted, weighPages } from '../tools/size.js';
import { assert } from './support/assert.js';

describe('what a page loads', function () {
  this.timeout(300_000);

  let rows;

  before(async () => ({ rows } = await weighPages(budgeted)));

  it('is within its budget by each bundler', () => {
    const over = rows.filter(({ largest, most }) => largest > most);
    assert.deepEqual(over, []);
    assert.equal(rows.length, 7);
  });

  it('is within its budget where WebAssembly is refused, with the chunk of the JavaScript core', () => {
    const over = rows.filter(({ largestWithChunk, mostWithChunk }) => largestWithChunk > mostWithChunk);
    assert.deepEqual(over, []);
    const withChunk = rows.filter(({ mostWithChunk }) => mostWithChunk < Infinity);
    assert.equal(withChunk.length, 3);
    for (const { name, sizes } of withChunk) {
      for (const [bundler, { chunks }] of Object.entries(sizes)) assert.ok(chunks > 2000, `${name} by ${bundler}`);
    }
  });

  it('has the text of a core once, and none of another', () => {
    for (const { name, sizes } of rows) {
      for (const [bundler, { copies }] of Object.entries(sizes)) {
        const count = copies.reduce((sum, n) => sum + n, 0);
        assert.equal(count, name.startsWith('js') ? 0 : 1, `${name} by ${bundler}: ${copies}`);
      }
    }
  });
});
