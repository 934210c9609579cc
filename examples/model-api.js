// Reads the answer of a model API as it is written: the response to one POST, piece by piece.
import assert from 'node:assert/strict';
import { json } from 'node:stream/consumers';
import { events } from 'eventsource-wasm';
import { EVENT_STREAM, listen } from './listen.js';

const server = await listen(async (request, response) => {
  if (request.headers.authorization !== 'Bearer secret') {
    response.writeHead(401).end();
    return;
  }
  const { prompt } = await json(request);
  response.writeHead(200, EVENT_STREAM);
  for (const delta of ['You ', 'said: ', ...prompt.split(/(?<= )/)]) {
    response.write(`event: delta\ndata: ${JSON.stringify({ delta })}\n\n`);
  }
  response.end('data: [DONE]\n\n');
});

async function ask(prompt, key) {
  const response = await fetch(server.url, {
    method: 'POST',
    headers: { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json' },
    body: JSON.stringify({ prompt }),
  });
  let answer = '';
  for await (const { data } of events(response)) {
    if (data === '[DONE]') break;
    const { delta } = JSON.parse(data);
    process.stdout.write(delta);
    answer += delta;
  }
  process.stdout.write('\n');
  return answer;
}

assert.equal(await ask('Good morning to you!', 'secret'), 'You said: Good morning to you!');
await assert.rejects(ask('And to me?', 'wrong'), (error) => {
  console.log(error.message);
  return error.status === 401;
});
server.close();
