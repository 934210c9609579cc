// Projects that use this package as it is packed: each is installed in a temporary folder, outside of this tree.
import { spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { assert } from '../support/assert.js';
import { atTearDown } from '../support/scene.js';
import { within } from '../support/wait.js';

const root = fileURLToPath(new URL('../../', import.meta.url));

function run(cwd, command, ...values) {
  const { status, stdout, stderr } = spawnSync(command, values, { cwd, encoding: 'utf8', timeout: 120_000 });
  assert.equal(status, 0, `${command} ${values.join(' ')} failed: ${stdout}${stderr}`);
  return stdout.trim();
}

/**
 * Packs, and installs what the lock file says; for `before`, with time to do so. It is removed when this process ends.
 * @param {string} source a folder of this tree, whose package.json depends on file:package.tgz
 */
export function installProject(source) {
  const folder = mkdtempSync(join(tmpdir(), 'eventsource-wasm-'));
  process.once('exit', () => rmSync(folder, { recursive: true }));
  cpSync(join(root, source), folder, { recursive: true });
  const archive = run(root, 'npm', 'pack', '--ignore-scripts', '--silent', '--pack-destination', folder);
  renameSync(join(folder, archive), join(folder, 'package.tgz'));
  run(folder, 'npm', 'ci', '--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline');

  return {
    folder,
    /** Runs Node to its end; returns what it wrote. */
    exec: (...values) => run(folder, process.execPath, ...values),
    /**
     * @param {...string} values Node's arguments
     * @returns {Promise<any>} what the script wrote by `report`, once it has ended by itself
     */
    async run(...values) {
      const child = spawn(process.execPath, values, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
      atTearDown(() => child.kill('SIGKILL'));
      let out = '';
      let err = '';
      child.stdout.setEncoding('utf8').on('data', (text) => (out += text));
      child.stderr.setEncoding('utf8').on('data', (text) => (err += text));
      const closed = new Promise((resolve) => child.once('close', resolve));
      const status = await within(closed, () => `the end of ${values.join(' ')}; it wrote: ${out}${err}`);
      assert.equal(status, 0, `${values.join(' ')} failed: ${out}${err}`);
      return JSON.parse(out);
    },
  };
}
