// Runs a client script in a process in which this package stands for the two it replaces.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { assert } from '../../support/assert.js';
import { atTearDown } from '../../support/scene.js';
import { within } from '../../support/wait.js';

const path = (relative) => fileURLToPath(new URL(relative, import.meta.url));
const root = path('../../../');

/**
 * @param {string} script in test/clients/scripts
 * @param {...string} values its arguments
 * @returns {Promise<any>} what it wrote by `report`, once it has ended by itself
 */
export async function runClient(script, ...values) {
  const child = spawn(
    process.execPath,
    ['--import', new URL('replace.js', import.meta.url).href, path(`../scripts/${script}`), ...values],
    { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  atTearDown(() => child.kill('SIGKILL'));
  let out = '';
  let err = '';
  child.stdout.setEncoding('utf8').on('data', (text) => (out += text));
  child.stderr.setEncoding('utf8').on('data', (text) => (err += text));
  const closed = new Promise((resolve) => child.once('close', resolve));
  const status = await within(closed, () => `the end of ${script}; it wrote: ${out}${err}`);
  assert.equal(status, 0, `${script} failed: ${out}${err}`);
  return Object.assign(
    {},
    ...out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line)),
  );
}

/**
 * @param {{ replaced: { specifier: string, importer: string, url: string }[] }} result
 * @param {string} specifier
 * @param {RegExp} importer
 * @param {string} file of this package
 */
export function assertReplaced({ replaced }, specifier, importer, file) {
  const found = replaced.find((one) => one.specifier === specifier && importer.test(one.importer));
  assert.ok(found, `nothing imported ${specifier}: ${JSON.stringify(replaced)}`);
  assert.ok(found.url.endsWith(`${root}${file}`), `${specifier} came from ${found.url}`);
}
