// Plays the streams where there is no server that does: the page on a static host.
// @ts-check
import { findStream, headers } from './streams.js';

/** @type {any} */
const worker = globalThis;

worker.addEventListener('install', () => worker.skipWaiting());
worker.addEventListener('message', (/** @type {any} */ event) => event.waitUntil(worker.clients.claim()));

worker.addEventListener('fetch', (/** @type {any} */ event) => {
  const stream = findStream(new URL(event.request.url));
  if (stream === undefined) return;
  const body = new ReadableStream({
    async pull(controller) {
      const { done, value } = await stream.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    async cancel() {
      await stream.return(undefined);
    },
  });
  event.respondWith(new Response(body, { headers }));
});
