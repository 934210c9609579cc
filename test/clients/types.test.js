// The types of the two packages that this one replaces, as types/drop-in.ts uses them.
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { assert } from '../support/assert.js';

describe('types', function () {
  this.timeout(60_000);

  it('of code written for eventsource and eventsource-parser', () => {
    const compiler = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin/tsc');
    const project = fileURLToPath(new URL('types', import.meta.url));
    const { status, stdout, stderr } = spawnSync(process.execPath, [compiler, '-p', project], {
      encoding: 'utf8',
      timeout: 55_000,
    });
    assert.equal(status, 0, `${stdout}${stderr}`);
  });
});
