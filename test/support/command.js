// The command in a process of its own, as from a shell: with pipes, or on a terminal. Node only.
import { spawn, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { atTearDown } from './scene.js';
import { within } from './wait.js';

const cli = fileURLToPath(new URL('../../js/command/main.js', import.meta.url));

/** Whether there is script(1) of util-linux, which gives a terminal to a command. */
export const hasTerminals = /util-linux/.test(spawnSync('script', ['--version'], { encoding: 'utf8' }).stdout ?? '');

const quote = (/** @type {string} */ word) => `'${word.replaceAll("'", "'\\''")}'`;

/**
 * @param {string[]} args
 * @param {{ env?: Record<string, string>, isTerminal?: boolean }} [options] isTerminal: its output is a terminal's, and
 *   standard error is in `out` too
 */
export function runCommand(args, { env = {}, isTerminal = false } = {}) {
  const clean = { ...process.env, TERM: 'xterm-256color', ...env };
  for (const name of ['NO_COLOR', 'FORCE_COLOR']) if (!(name in env)) delete clean[name];
  const words = [process.execPath, cli, ...args];
  const child = isTerminal
    ? spawn('script', ['-qec', words.map(quote).join(' '), '/dev/null'], { env: clean })
    : spawn(words[0], words.slice(1), { env: clean });
  let out = '';
  let err = '';
  let notify = () => {};
  child.stdin.on('error', () => {}); // It may have ended without reading.
  child.stdout.setEncoding('utf8').on('data', (text) => {
    out += text;
    notify();
  });
  child.stderr.setEncoding('utf8').on('data', (text) => {
    err += text;
    notify();
  });
  const exited = new Promise((resolve) => child.once('close', (exitCode) => resolve({ exitCode, out, err })));
  atTearDown(() => child.kill('SIGKILL'));
  const whatItWrote = () => `it wrote: ${out}${err}`;
  return {
    stdin: child.stdin,
    stdout: child.stdout,
    kill: (signal) => child.kill(signal),
    /**
     * When it has ended by itself.
     * @param {number} [bound] milliseconds
     */
    exit: (bound) => within(exited, () => `the command to end; ${whatItWrote()}`, bound),
    /** When `text` stands in what it wrote. */
    wrote: (text) =>
      within(
        new Promise((resolve, reject) => {
          notify = () => (out + err).includes(text) && resolve();
          notify();
          exited.then(() => {
            notify();
            reject(new Error(`The command ended without '${text}'; ${whatItWrote()}`));
          });
        }),
        () => `'${text}'; ${whatItWrote()}`,
      ),
  };
}
