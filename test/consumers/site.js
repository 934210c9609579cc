// Serves a folder to pages.
import { once } from 'node:events';
import express from 'express';
import { atTearDown } from '../support/scene.js';

/**
 * @param {string} folder
 * @returns {Promise<string>} the origin; `/?script=…&policy=…` is a page with that script, under that content security
 *   policy if there is one
 */
export async function serveSite(folder) {
  const app = express();
  app.get('/', ({ query: { script, policy } }, response) => {
    if (policy) response.set('Content-Security-Policy', policy);
    response.send(`<!doctype html><script type="module" src="${script}"></script>`);
  });
  app.use(express.static(folder));
  const server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  atTearDown(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${server.address().port}`;
}
