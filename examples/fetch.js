// Makes the request its own way: the last event ID goes into the query, for servers that want it there.
import assert from 'node:assert/strict';
import { EventSource } from 'eventsource-wasm';
import { EVENT_STREAM, listen } from './listen.js';

const requests = [];
const server = await listen((request, response) => {
  requests.push(request.url);
  response.writeHead(200, EVENT_STREAM);
  response.end(`retry: 10\nid: ${requests.length}\ndata: asked for ${request.url}\n\n`);
});

const source = new EventSource(`${server.url}?topic=news`, {
  fetch(url, init) {
    const target = new URL(url);
    if (source.lastEventId !== '') target.searchParams.set('lastEventId', source.lastEventId);
    const headers = new Headers(init.headers);
    headers.delete('Last-Event-ID');
    return fetch(target, { ...init, headers });
  },
});

source.onmessage = ({ data }) => {
  console.log(data);
  if (requests.length < 3) return;
  source.close();
  server.close();
  assert.deepEqual(requests, ['/?topic=news', '/?topic=news&lastEventId=1', '/?topic=news&lastEventId=2']);
};
