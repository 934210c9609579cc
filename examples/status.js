// Reads what `open` and `error` tell of the response, and of what comes next.
import assert from 'node:assert/strict';
import { EventSource } from 'eventsource-wasm';
import { EVENT_STREAM, listen } from './listen.js';

// The first request is redirected to a stream that ends; the reconnection is refused.
let streams = 0;
const server = await listen((request, response) => {
  if (request.url !== '/stream') response.writeHead(307, { Location: '/stream' }).end();
  else if (++streams === 1) response.writeHead(200, { ...EVENT_STREAM, 'X-Node': 'a7' }).end('retry: 20\n\n');
  else response.writeHead(410).end();
});

const source = new EventSource(server.url);
source.onopen = ({ status, headers, url }) => {
  console.log(`open: ${status} from ${headers.get('x-node')} at ${new URL(url).pathname}`);
};
source.onerror = ({ message, code, retryIn }) => {
  console.log(`error: ${message}`);
  if (retryIn !== null) {
    assert.equal(retryIn, 20);
    return;
  }
  server.close();
  assert.equal(code, 410);
};
