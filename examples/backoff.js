// Survives a server in trouble: waits twice as long after every failure, and as long as Retry-After says; gives up
// when the retries are used up.
import assert from 'node:assert/strict';
import { EventSource } from 'eventsource-wasm';
import { EVENT_STREAM, listen } from './listen.js';

const answers = [
  [503, {}],
  [503, {}],
  [429, { 'Retry-After': '1' }], // seconds
  [200, EVENT_STREAM],
];
const server = await listen((request, response) => {
  const [status, headers] = request.url === '/down' ? [503, {}] : answers.shift();
  response.writeHead(status, headers);
  response.end(status === 200 ? 'data: back again\n\n' : '');
});

const options = {
  reconnectionTime: 20,
  backoff: { factor: 2, maxDelay: 10_000 }, // in earnest also jitter, so that clients do not return all at once
  maxRetries: 3,
  retryOn: ({ status }) => (status === 429 || status >= 500 ? true : undefined),
};

/** The waits until the first message, or until the source has given up. */
function waits(url) {
  const delays = [];
  const source = new EventSource(url, options);
  return new Promise((resolve) => {
    source.onerror = ({ message, retryIn }) => {
      console.log(message);
      delays.push(retryIn);
      if (source.readyState === EventSource.CLOSED) resolve(delays);
    };
    source.onmessage = ({ data }) => {
      console.log(data);
      source.close();
      resolve(delays);
    };
  });
}

assert.deepEqual(await waits(server.url), [20, 40, 1000]);
assert.deepEqual(await waits(`${server.url}down`), [20, 40, 80, null]);
server.close();
