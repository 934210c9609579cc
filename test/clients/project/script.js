// For the client scripts.
import { createServer } from 'node:http';

/** Hands values to the test. */
export function report(values) {
  process.stdout.write(`${JSON.stringify(values)}\n`);
}

/** @param {import('node:http').RequestListener} handler */
export async function listen(handler) {
  const server = createServer(handler);
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${server.address().port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      }),
  };
}
