// Scripts in a Node process of their own: for what shows only when a process ends, or in a realm that is new. Node only.
import { spawn } from 'node:child_process';
import { atTearDown } from './scene.js';
import { within } from './wait.js';

const entry = process.env.EVENT_SOURCE === 'standard' ? 'eventsource-wasm/standard' : 'eventsource-wasm';

/**
 * Runs `code` as a module in which `EventSource` and `url` are defined.
 * @param {string} code
 * @param {string} [url]
 */
export function runWithEventSource(code, url = '') {
  return runNode(`import { EventSource } from '${entry}'; const url = process.argv[1]; ${code}`, url);
}

/**
 * @param {string} code of a module, which may import this package by its name
 * @param {...string} values its arguments
 */
export function runNode(code, ...values) {
  const child = spawn(process.execPath, ['--input-type=module', '-e', code, ...values], {
    cwd: new URL('../../', import.meta.url),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  let err = '';
  let notify = () => {};
  child.stdout.setEncoding('utf8').on('data', (text) => {
    out += text;
    notify();
  });
  child.stderr.setEncoding('utf8').on('data', (text) => (err += text));
  const exited = new Promise((resolve) => child.once('close', (exitCode) => resolve({ exitCode, out, err })));
  atTearDown(() => child.kill('SIGKILL'));
  return {
    /** When it has ended by itself. */
    exit: () => within(exited, () => `the process to end; it wrote: ${out}${err}`),
    /** When it has written `text`; fails when it ends without having done so. */
    wrote: (text) =>
      within(
        new Promise((resolve, reject) => {
          notify = () => out.includes(text) && resolve();
          notify();
          exited.then(({ exitCode }) => {
            if (!out.includes(text))
              reject(new Error(`The process ended (${exitCode}) without '${text}': ${out}${err}`));
          });
        }),
        () => `'${text}'; it wrote: ${out}${err}`,
      ),
    /** Sends SIGUSR2. */
    nudge: () => child.kill('SIGUSR2'),
    /** Fails when the process ends before `promise` is settled. */
    alive: (promise) =>
      Promise.race([
        promise,
        exited.then(({ exitCode }) => Promise.reject(new Error(`The process ended (${exitCode}): ${out}${err}`))),
      ]),
  };
}
