// Reads a source with a loop: events of every type, in order. `break` closes it, and a failure is thrown.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { EventSource } from 'eventsource-wasm';
import { EVENT_STREAM, listen } from './listen.js';

let gone;
const server = await listen((request, response) => {
  if (request.url === '/missing') {
    response.writeHead(404).end();
    return;
  }
  gone = once(response, 'close');
  response.writeHead(200, EVENT_STREAM);
  response.write('data: a message\n\n');
  response.write('event: price\ndata: 12\n\n');
  response.write('event: done\ndata:\n\n');
});

const source = new EventSource(server.url);
const types = [];
for await (const { type, data } of source) {
  console.log(type, data);
  types.push(type);
  if (type === 'done') break;
}
assert.deepEqual(types, ['message', 'price', 'done']);
assert.equal(source.readyState, EventSource.CLOSED);
await gone; // the server notices

const iterateMissing = async () => {
  for await (const event of new EventSource(`${server.url}missing`)) console.log(event.data);
};
await assert.rejects(iterateMissing, (error) => {
  console.log(error.message);
  return error.status === 404 && error.code === 404;
});
server.close();
