// Parses bytes from anywhere: chunks may end within a line, or within a character.
import assert from 'node:assert/strict';
import { createParser } from 'eventsource-wasm';

const stream = 'retry: 500\n: keep-alive\nid: 7\nevent: greeting\ndata: Grüße, 🚀\ndata: and 你好\n\nnonsense\n';
const bytes = new TextEncoder().encode(stream);

const calls = [];
const record = (name) => (value) => {
  console.log(name, value);
  calls.push([name, value]);
};
const parser = createParser({
  onRetry: record('retry'),
  onComment: record('comment'),
  onEvent: record('event'),
  onError: ({ type, line }) => record('error')(`${type}: ${line}`),
});

for (let at = 0; at < bytes.length; at += 3) parser.feed(bytes.subarray(at, at + 3));

assert.deepEqual(calls, [
  ['retry', 500],
  ['comment', 'keep-alive'],
  ['event', { id: '7', event: 'greeting', data: 'Grüße, 🚀\nand 你好' }],
  ['error', 'unknown-field: nonsense'],
]);
