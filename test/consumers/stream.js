// The stream that the project's read-stream.js reads.
import { assert } from '../support/assert.js';
import { serve } from '../support/scene.js';

export const serveStream = () =>
  serve([
    { chunks: ['retry: 1\n\n', 'id: 1\ndata: grüße\ndata: 日本', '語 😀\n\n'], then: 'end' },
    { chunks: ['event: last\nid: 2\ndata\n\n'] },
  ]);

/** What it must have read: `retryIn` tells that it was by this package's EventSource. */
export async function assertRead(result, server) {
  assert.deepEqual(result, {
    events: [
      ['message', 'grüße\n日本語 😀', '1'],
      ['last', '', '2'],
    ],
    retryIn: 1,
  });
  assert.equal((await server.request(1)).headers['last-event-id'], '1');
}
