// What the other examples share: a server on a free port, and a deadline, after which an example has failed.
import { createServer } from 'node:http';

const DEADLINE = 10_000; // milliseconds

export const EVENT_STREAM = { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' };

/** @param {import('node:http').RequestListener} answer */
export async function listen(answer) {
  const server = createServer(answer);
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const deadline = setTimeout(() => {
    console.error(`FAILED: what this example shows did not happen within ${DEADLINE / 1000} seconds.`);
    process.exit(1);
  }, DEADLINE);
  return {
    url: `http://127.0.0.1:${server.address().port}/`,
    close() {
      clearTimeout(deadline);
      server.close();
      server.closeAllConnections();
    },
  };
}
