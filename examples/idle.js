// Notices a connection that is open but dead: after 300 ms without a byte it is given up and made anew.
import assert from 'node:assert/strict';
import { EventSource } from 'eventsource-wasm';
import { EVENT_STREAM, listen } from './listen.js';

// The first connection falls silent. The second only brings comments for a while: it is slow, not dead.
let connections = 0;
const server = await listen((request, response) => {
  const connection = ++connections;
  response.writeHead(200, EVENT_STREAM);
  response.write(`retry: 10\ndata: hello from connection ${connection}\n\n`);
  if (connection === 1) return;
  let comments = 0;
  const timer = setInterval(() => {
    response.write(++comments <= 15 ? ':\n' : 'data: still there\n\n');
    if (comments > 15) clearInterval(timer);
  }, 30);
});

const source = new EventSource(server.url, { idleTimeout: 300 });

const errors = [];
source.onerror = ({ message }) => {
  console.log(message);
  errors.push(message);
};
source.onmessage = ({ data }) => {
  console.log(data);
  if (data !== 'still there') return;
  source.close();
  server.close();
  assert.equal(connections, 2);
  assert.equal(errors.length, 1);
};
