// The race in a page of Chromium or Firefox, driven by Node.
import { once } from 'node:events';
import { createServer } from 'node:http';
import { launch } from '../../test/support/browsers.js';
import { bundle } from '../bundle.js';

// Pages that are isolated have finer clocks.
const headers = { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' };

async function serve() {
  const script = await bundle(new URL('race.js', import.meta.url));
  const server = createServer(({ url }, response) => {
    const isScript = url === '/race.js';
    response.writeHead(200, { ...headers, 'Content-Type': isScript ? 'text/javascript' : 'text/html' });
    response.end(isScript ? script : '<!doctype html><title>Race</title>');
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return server;
}

/**
 * @param {string} name of the browser
 * @returns {Promise<{ runtime: string, measureWorkload: typeof import('./race.js').measureWorkload, close: () => Promise<void> }>}
 */
export async function openRace(name) {
  const server = await serve();
  const browser = await launch(name);
  const page = await browser.newPage();
  await page.goto(`http://127.0.0.1:${server.address().port}/`);
  return {
    runtime: `${name} ${(await browser.version()).replace(/^.*\//, '')}`,
    // As text: over WebDriver BiDi, nested objects arrive empty.
    measureWorkload: async (...values) =>
      JSON.parse(
        await page.evaluate(async (given) => {
          const { measureWorkload } = await import('/race.js');
          return JSON.stringify(await measureWorkload(...given));
        }, values),
      ),
    async close() {
      await browser.close();
      server.close();
    },
  };
}
