// Hears the comments of a stream, which servers send as signs of life.
import assert from 'node:assert/strict';
import { EventSource } from 'eventsource-wasm';
import { EVENT_STREAM, listen } from './listen.js';

const server = await listen((request, response) => {
  response.writeHead(200, EVENT_STREAM);
  response.write(': welcome\n\n:\n\ndata: an event\n\n:load 0.7\n\n');
});

const comments = [];
const source = new EventSource(server.url, {
  comment(text) {
    console.log('comment:', text);
    comments.push(text);
    if (comments.length < 3) return;
    source.close();
    server.close();
    assert.deepEqual(comments, ['welcome', '', 'load 0.7']);
  },
});
source.onmessage = ({ data }) => console.log('event:', data);
