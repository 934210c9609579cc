// A project beside this one (project/), in which npm aliases put the packed package in the place of `eventsource` and
// `eventsource-parser`, for everything that depends on them.
import { spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync } from 'node:fs';
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

/** Packs, and installs what the lock file says; for `before`, with time to do so. */
export function installProject() {
  const folder = mkdtempSync(join(tmpdir(), 'eventsource-wasm-'));
  cpSync(join(root, 'test/clients/project'), folder, { recursive: true });
  const archive = run(root, 'npm', 'pack', '--ignore-scripts', '--silent', '--pack-destination', folder);
  renameSync(join(folder, archive), join(folder, 'package.tgz'));
  run(folder, 'npm', 'ci', '--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline');

  const replaced = readdirSync(folder, { recursive: true })
    .filter((path) => /node_modules\/eventsource(-parser)?$/.test(path))
    .map((path) => JSON.parse(readFileSync(join(folder, path, 'package.json'), 'utf8')).name);
  assert.deepEqual(replaced, ['eventsource-wasm', 'eventsource-wasm']);

  return {
    remove: () => rmSync(folder, { recursive: true }),
    /** Checks its types, with this project's compiler. */
    check: () => run(folder, process.execPath, join(root, 'node_modules/typescript/bin/tsc')),
    /**
     * @param {string} script of the project
     * @param {...string} values its arguments
     * @returns {Promise<any>} what it wrote by `report`, once it has ended by itself
     */
    async run(script, ...values) {
      const child = spawn(process.execPath, [script, ...values], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
      atTearDown(() => child.kill('SIGKILL'));
      let out = '';
      let err = '';
      child.stdout.setEncoding('utf8').on('data', (text) => (out += text));
      child.stderr.setEncoding('utf8').on('data', (text) => (err += text));
      const closed = new Promise((resolve) => child.once('close', resolve));
      const status = await within(closed, () => `the end of ${script}; it wrote: ${out}${err}`);
      assert.equal(status, 0, `${script} failed: ${out}${err}`);
      return JSON.parse(out);
    },
  };
}
