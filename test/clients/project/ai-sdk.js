// The OpenAI provider of the AI SDK against an endpoint that cuts its streams byte by byte.
import { createRequire } from 'node:module';
import { listen, report } from './script.js';

// As a module or by require: the two builds of the package import their parser differently.
const { createOpenAI } =
  process.argv[2] === 'require' ? createRequire(import.meta.url)('@ai-sdk/openai') : await import('@ai-sdk/openai');

const chunk = (delta, more = {}) =>
  `data: ${JSON.stringify({
    id: 'chat-1',
    object: 'chat.completion.chunk',
    created: 1,
    model: 'fake',
    choices: [{ index: 0, delta, finish_reason: null, ...more }],
  })}`;

const streams = {
  '/v1/chat/completions': [
    '\uFEFF: a comment\r\n\r\n',
    `${chunk({ role: 'assistant', content: '' })}\r\n\r\n`,
    `${chunk({ content: 'grüße ' })}\n\n`,
    ': keep-alive\n\n',
    `event: ignored\nid: 1\n${chunk({ content: '日本語 😀' })}\n\n`,
    `${chunk({}, { finish_reason: 'stop' })}\r\r`,
    'data: [DONE]\n\n',
  ],
  '/v1/responses': [
    { type: 'response.created', response: { id: 'r-1', created_at: 1, model: 'fake' } },
    { type: 'response.output_item.added', output_index: 0, item: { type: 'message', id: 'm-1' } },
    { type: 'response.output_text.delta', item_id: 'm-1', delta: 'grüße ' },
    { type: 'response.output_text.delta', item_id: 'm-1', delta: '日本語 😀' },
    { type: 'response.output_item.done', output_index: 0, item: { type: 'message', id: 'm-1' } },
    { type: 'response.completed', response: { usage: { input_tokens: 1, output_tokens: 2 } } },
  ].map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`),
};

const { origin, close } = await listen((request, response) => {
  response.socket.setNoDelay(true);
  response.writeHead(200, { 'Content-Type': 'text/event-stream' });
  for (const byte of Buffer.from(streams[request.url].join(''))) response.write(Uint8Array.of(byte));
  response.end();
});

const openai = createOpenAI({ baseURL: `${origin}/v1`, apiKey: 'none' });
const prompt = [{ role: 'user', content: [{ type: 'text', text: 'Hello' }] }];

async function read(model) {
  const { stream } = await model.doStream({ prompt });
  let text = '';
  const errors = [];
  let finish = null;
  const reader = stream.getReader();
  for (let { done, value } = await reader.read(); !done; { done, value } = await reader.read()) {
    if (value.type === 'text-delta') text += value.delta;
    if (value.type === 'error') errors.push(String(value.error));
    if (value.type === 'finish') finish = value.finishReason.unified ?? value.finishReason;
  }
  return { text, errors, finish };
}

report({ chat: await read(openai.chat('fake')), responses: await read(openai.responses('fake')) });
await close();
