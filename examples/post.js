// Asks with POST and a body. The body is a function here, so that each request can say where to go on.
import assert from 'node:assert/strict';
import { json } from 'node:stream/consumers';
import { EventSource } from 'eventsource-wasm';
import { EVENT_STREAM, listen } from './listen.js';

// Answers with two events after the one that the body names.
const bodies = [];
const server = await listen(async (request, response) => {
  const body = await json(request);
  bodies.push(`${request.method} ${request.headers['content-type']} ${JSON.stringify(body)}`);
  response.writeHead(200, EVENT_STREAM);
  response.write('retry: 10\n\n');
  for (let id = body.after + 1; id <= body.after + 2; id++) response.write(`id: ${id}\ndata: ${body.topic} ${id}\n\n`);
  response.end();
});

const source = new EventSource(server.url, {
  method: 'POST',
  headers: { 'Content-Type': 'application/json' },
  body: () => JSON.stringify({ topic: 'news', after: Number(source.lastEventId) }),
});

source.onmessage = ({ data }) => {
  console.log(data);
  if (data !== 'news 4') return;
  source.close();
  server.close();
  for (const body of bodies) console.log(body);
  assert.deepEqual(bodies, [
    'POST application/json {"topic":"news","after":0}',
    'POST application/json {"topic":"news","after":2}',
  ]);
};
