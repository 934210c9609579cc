// Turns a body into a stream of events; it takes the bytes as they are, so there is no TextDecoderStream before it.
import assert from 'node:assert/strict';
import { EventSourceParserStream } from 'eventsource-wasm/stream';
import { EVENT_STREAM, listen } from './listen.js';

const server = await listen((request, response) => {
  response.writeHead(200, EVENT_STREAM);
  response.end('id: 1\ndata: eins, zwei\n\nevent: end\ndata: zwölf\n\n');
});

const response = await fetch(server.url);
const seen = [];
for await (const event of response.body.pipeThrough(new EventSourceParserStream())) {
  console.log(event);
  seen.push(`${event.id} ${event.event} ${event.data}`);
}
assert.deepEqual(seen, ['1 undefined eins, zwei', 'undefined end zwölf']);
server.close();
