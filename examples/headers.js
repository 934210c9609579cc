// Sends a fresh token with every request: a function as `headers` is called for each attempt.
import assert from 'node:assert/strict';
import { EventSource } from 'eventsource-wasm';
import { EVENT_STREAM, listen } from './listen.js';

// Tells who asked, and ends the stream, so that the client asks again 10 ms later.
const server = await listen((request, response) => {
  response.writeHead(200, EVENT_STREAM);
  response.end(`retry: 10\ndata: ${request.headers.authorization}\n\n`);
});

let issued = 0;
const fetchToken = async () => `token ${++issued}`; // in earnest: asks another server

const source = new EventSource(server.url, {
  headers: async () => ({ Authorization: `Bearer ${await fetchToken()}` }),
});

const seen = [];
source.onmessage = ({ data }) => {
  console.log(data);
  seen.push(data);
  if (seen.length < 3) return;
  source.close();
  server.close();
  assert.deepEqual(seen, ['Bearer token 1', 'Bearer token 2', 'Bearer token 3']);
};
