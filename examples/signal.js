// Ends with everything else that an AbortSignal ends: one controller closes two sources. No event tells of it.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { EventSource } from 'eventsource-wasm';
import { EVENT_STREAM, listen } from './listen.js';

const closed = [];
const server = await listen((request, response) => {
  closed.push(once(response, 'close'));
  response.writeHead(200, EVENT_STREAM);
  response.write('data: hello\n\n');
});

const controller = new AbortController();
const { signal } = controller;
const sources = [new EventSource(server.url, { signal }), new EventSource(server.url, { signal })];
for (const source of sources) source.onerror = () => assert.fail('an abort fires no event');
await Promise.all(sources.map((source) => once(source, 'message')));

controller.abort();
await Promise.all(closed); // the server notices
console.log(sources.map(({ readyState }) => readyState));
assert.deepEqual(
  sources.map(({ readyState }) => readyState),
  [EventSource.CLOSED, EventSource.CLOSED],
);

// A signal that has been aborted before: closed from the start, and nothing is requested.
assert.equal(new EventSource(server.url, { signal }).readyState, EventSource.CLOSED);
assert.equal(closed.length, 2);
server.close();
