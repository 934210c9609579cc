// What `make soak` does, in small, in a process of its own.
import { spawnSync } from 'node:child_process';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { assert } from '../support/assert.js';

const small = {
  ...{ sources: 50, events: 30_000 },
  ...{ cycles: 2000, requests: 50 },
  ...{ slow: 10, taken: 2000 },
};

describe('the soak', () => {
  it('finds that nothing grows, and that closed sources leave nothing', function () {
    this.timeout(120_000);
    const main = fileURLToPath(new URL('main.js', import.meta.url));
    const values = Object.entries(small).flatMap(([name, value]) => [`--${name}`, `${value}`]);
    const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...values], { encoding: 'utf8' });
    assert.equal(status, 0, `${stdout}${stderr}`);
    assert.match(stdout, /^events lost, doubled or out of order: 0$/m);
    assert.match(stdout, /^of these still in memory: 0$/m);
    assert.match(stdout, /^connections left: 0$/m);
  });
});
