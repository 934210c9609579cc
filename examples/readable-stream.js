// An EventSource over bytes that the program itself fetches: two bodies, one after the other, through one stream.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { EventSource } from 'eventsource-wasm';
import { EVENT_STREAM, listen } from './listen.js';

const server = await listen((request, response) => {
  const id = Number(request.headers['last-event-id'] ?? 0) + 1;
  response.writeHead(200, EVENT_STREAM);
  response.end(`id: ${id}\ndata: body ${id}\n\n`);
});

const { readable, writable } = new TransformStream();
const source = EventSource.fromReadableStream(readable);
source.onopen = () => console.log(`open: ${source.url}`);

const seen = [];
for (let body = 1; body <= 2; body++) {
  const message = once(source, 'message');
  const response = await fetch(server.url, { headers: { 'Last-Event-ID': source.lastEventId } });
  await response.body.pipeTo(writable, { preventClose: true });
  const [{ data, lastEventId, origin }] = await message;
  console.log(data);
  seen.push(`${data}, id ${lastEventId}, origin ${origin}`);
}

// The end of the stream is the end of the source: one error, and no reconnection.
const ended = once(source, 'error');
await writable.close();
const [{ message, retryIn }] = await ended;
console.log(message);

assert.deepEqual(seen, ['body 1, id 1, origin null', 'body 2, id 2, origin null']);
assert.equal(source.url, 'about:event-stream');
assert.equal(source.readyState, EventSource.CLOSED);
assert.equal(retryIn, null);
server.close();
