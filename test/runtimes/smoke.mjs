// What an installation must be able to do: node smoke.mjs, in a project that has installed the package.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { EventSource, createParser, events } from 'eventsource-wasm';
import { EventSource as OnJavaScript } from 'eventsource-wasm/js';

assert.equal(createRequire(import.meta.url)('eventsource-wasm').EventSource, EventSource);

const parsed = [];
createParser({ onEvent: ({ data }) => parsed.push(data) }).feed('data: grüße\n\n');
assert.deepEqual(parsed, ['grüße']);

const server = createServer(({ headers }, response) => {
  const n = Number(headers['last-event-id'] ?? 0) + 1;
  response.writeHead(200, { 'content-type': 'text/event-stream' }).end(`retry: 1\nid: ${n}\ndata: ${n}\n\n`);
});
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const url = `http://127.0.0.1:${server.address().port}/`;

for (const Source of [EventSource, OnJavaScript]) {
  const read = [];
  for await (const { data } of new Source(url)) if (read.push(data) === 3) break;
  assert.deepEqual(read, ['1', '2', '3']);
}
for await (const { data } of events(await fetch(url))) assert.equal(data, '1');
server.close();
console.log(`It works in Node ${process.versions.node} on ${process.platform}.`);
