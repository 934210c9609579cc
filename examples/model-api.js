// Reads the answer of a model API as it is written: the response to one POST, piece by piece.
import assert from 'node:assert/strict';
import { json } from 'node:stream/consumers';
import { events } from 'eventsource-wasm';
import { EVENT_STREAM, listen } from './listen.js';

const server = await listen(async (request, response) => {
  if (request.headers.authorization !== 'Bearer secret') {
    response.writeHead(401, { 'Content-Type': 'application/json' }).end('{"error":"a wrong key"}');
    return;
  }
  const { prompt } = await json(request);
  response.writeHead(200, EVENT_STREAM);
  if (prompt === 'Stop early') {
    response.end('event: delta\ndata: {"delta":"I was "}\n\nevent: delta\ndata: {"delta":"cut o'); // and no error at all
    return;
  }
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
  // Without `unfinished` an answer that is cut off would look like a whole one; without `idleTimeout` one could hang.
  for await (const { data } of events(response, { unfinished: 'error', idleTimeout: 30_000 })) {
    if (data === '[DONE]') break;
    const { delta } = JSON.parse(data);
    process.stdout.write(delta);
    answer += delta;
  }
  process.stdout.write('\n');
  return answer;
}

assert.equal(await ask('Good morning to you!', 'secret'), 'You said: Good morning to you!');

await assert.rejects(ask('Stop early', 'secret'), (error) => {
  console.log(error.message, error.event.data);
  return error.event.data === '{"delta":"cut o';
});

const refusal = await ask('And to me?', 'wrong').catch((error) => error);
assert.equal(refusal.status, 401);
console.log(refusal.message, await refusal.response.json()); // the body is left to the caller
server.close();
