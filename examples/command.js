// Runs the command: what it prints when its output is no terminal is one JSON object per line.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { EVENT_STREAM, listen } from './listen.js';

const server = await listen((request, response) => {
  response.writeHead(200, EVENT_STREAM);
  response.end(`id: 1\ndata: for ${request.headers.authorization}\n\nevent: tick\ndata: two\ndata: lines\n\n`);
});

// The same as: npx eventsource-wasm --no-reconnect -H 'Authorization: Bearer token' URL
const command = fileURLToPath(new URL('../js/command/main.js', import.meta.url));
const values = ['--no-reconnect', '-H', 'Authorization: Bearer token', server.url];
const child = spawn(process.execPath, [command, ...values], { stdio: ['ignore', 'pipe', 'inherit'] });

const [output, [status]] = await Promise.all([text(child.stdout), once(child, 'exit')]);
server.close();
process.stdout.write(output);
const events = output
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line));
assert.equal(status, 0);
assert.deepEqual(
  events.map(({ type, data }) => [type, data]),
  [
    ['message', 'for Bearer token'],
    ['tick', 'two\nlines'],
  ],
);
