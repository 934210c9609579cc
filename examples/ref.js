// With `ref: false` a source lets the program end while it is still open. The program here is this file again, with a
// URL as its argument.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { EventSource } from 'eventsource-wasm';
import { EVENT_STREAM, listen } from './listen.js';

const [url] = process.argv.slice(2);
if (url === undefined) await main();
else program();

function program() {
  const source = new EventSource(url, { ref: false });
  const work = setTimeout(() => {}, 60_000); // what the program has to do apart from the source
  source.onmessage = ({ data }) => {
    console.log(data);
    clearTimeout(work);
  };
  process.on('exit', () =>
    console.log(`The program ends; the source is ${['connecting', 'open'][source.readyState]}.`),
  );
}

async function main() {
  const server = await listen((request, response) => {
    response.writeHead(200, EVENT_STREAM);
    response.write('data: hello\n\n'); // and never ends
  });
  const { stdout } = await promisify(execFile)(process.execPath, [fileURLToPath(import.meta.url), server.url]);
  process.stdout.write(stdout);
  assert.equal(stdout, 'hello\nThe program ends; the source is open.\n');
  server.close();
}
