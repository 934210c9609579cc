// Processes of their own, for the server and for each client, whose functions the process that measures calls.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

/**
 * Starts a module that offers functions.
 * @param {string} file beside this one
 * @param {{ values?: string[], flags?: string[] }} [options] what the module, and what Node is given
 * @returns {Promise<Record<string, (...values: any[]) => Promise<any>>>} its functions, and `stop`
 */
export async function start(file, { values = [], flags = [] } = {}) {
  const child = fork(fileURLToPath(new URL(file, import.meta.url)), values, {
    execArgv: ['--no-warnings', ...flags],
    stdio: ['ignore', 'inherit', 'pipe', 'ipc'],
  });
  let stderr = '';
  child.stderr.on('data', (text) => (stderr += text));
  const calls = [];
  const waitForAnswer = () => new Promise((resolve, reject) => calls.push({ resolve, reject }));
  child.on('message', ({ value, error }) => {
    const { resolve, reject } = calls.shift();
    if (error === undefined) resolve(value);
    else reject(new Error(`${file} ${values}: ${error}`));
  });
  const exited = once(child, 'exit');
  child.on('close', () => {
    for (const { reject } of calls) reject(new Error(`${file} ${values} ended: ${stderr}`));
  });
  const call = (name, given) => {
    child.send({ name, given });
    return waitForAnswer();
  };
  const names = await waitForAnswer();
  return {
    ...Object.fromEntries(names.map((name) => [name, (...given) => call(name, given)])),
    async stop() {
      child.disconnect();
      await exited;
    },
  };
}

/**
 * In such a module: what can be called, one call at a time.
 * @param {Record<string, (...values: any[]) => any>} functions
 */
export function offer(functions) {
  process.on('message', async ({ name, given }) => {
    try {
      process.send({ value: await functions[name](...given) });
    } catch (error) {
      process.send({ error: error.stack });
    }
  });
  process.on('disconnect', () => process.exit());
  process.send({ value: Object.keys(functions) });
}
