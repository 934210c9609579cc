// The examples do what their first comment says.
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const path = (/** @type {string} */ name) => fileURLToPath(new URL(`../examples/${name}`, import.meta.url));

/** What is run below by a test of its own, or is no example. */
const SPECIAL = ['consume.js', 'listen.js', 'resume.js', 'server.js'];
const names = readdirSync(path('')).filter((name) => name.endsWith('.js') && !SPECIAL.includes(name));

describe('examples', function () {
  this.timeout(60_000);

  it('resume.js proves that every event arrived once and in order', async () => {
    const { stdout } = await run(process.execPath, [path('resume.js')]);
    assert.match(stdout, /All \d+ events arrived once, in order and unharmed\.\n$/);
    assert.match(stdout, /error .* reconnecting in \d+ ms/);
    assert.match(stdout, /request .* with Last-Event-ID \d+/);
  });

  it('consume.js prints the data of a stream, and server.js serves one', async () => {
    const server = spawn(process.execPath, [path('server.js')], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [url] = await once(createInterface(server.stdout), 'line');
    const consumer = spawn(process.execPath, [path('consume.js'), url], { stdio: ['ignore', 'pipe', 'ignore'] });
    const lines = [];
    for await (const line of createInterface(consumer.stdout)) {
      lines.push(line);
      if (lines.length === 3) break;
    }
    consumer.kill();
    server.kill();
    assert.ok(
      lines.some((line) => line.includes('celsius')),
      lines.join('\n'),
    );
  });

  it('consume.js without a URL says how it is used', async () => {
    await assert.rejects(run(process.execPath, [path('consume.js')]), { code: 2, stderr: /Usage: .*consume\.js URL/ });
  });

  for (const name of names) {
    it(`${name} shows what it says`, async () => {
      const { stdout } = await run(process.execPath, [path(name)], { timeout: 30_000 }); // rejects unless it exits with 0
      assert.notEqual(stdout, '');
    });
  }

  it('an example whose server is never used fails', async () => {
    const script = `
      const { setTimeout } = globalThis;
      globalThis.setTimeout = (callback) => setTimeout(callback); // its deadline is now
      const { listen } = await import(${JSON.stringify(path('listen.js'))});
      await listen(() => {});`;
    await assert.rejects(run(process.execPath, ['--input-type=module', '-e', script]), {
      code: 1,
      stderr: /FAILED: what this example shows did not happen/,
    });
  });
});
