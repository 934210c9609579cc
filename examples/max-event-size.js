// Bounds the memory that a server can make one event take: a larger one fails the connection.
import assert from 'node:assert/strict';
import { EventSource } from 'eventsource-wasm';
import { EVENT_STREAM, listen } from './listen.js';

// The second event never ends.
const server = await listen((request, response) => {
  response.writeHead(200, EVENT_STREAM);
  response.write('data: a small event\n\n');
  const timer = setInterval(() => response.write('data: more and more\n'), 1);
  response.on('close', () => clearInterval(timer));
});

const source = new EventSource(server.url, { maxEventSize: 1000 });
source.onmessage = ({ data }) => console.log(data);
source.onerror = ({ message, retryIn }) => {
  console.log(message);
  server.close();
  assert.equal(source.readyState, EventSource.CLOSED);
  assert.equal(retryIn, null);
};
