// Blocks that make up a site, opened in Chromium: a page, the files beside it, and the package where npm puts it.
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname } from 'node:path';
import { packageJson, root } from './pages.js';

const installed = '/node_modules/eventsource-wasm/';
const types = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript' };

/** As servers for development do: names of entries become paths. */
function resolveImports(code) {
  return code.replace(/(?<=from |import )'(eventsource-wasm[^']*)'/g, (_, name) => {
    const path = packageJson.exports[name.replace(packageJson.name, '.')].default.slice('./'.length);
    return `'${installed}${path}'`;
  });
}

/**
 * @param {Record<string, string>} files by name; `index.html` is the page
 * @param {import('node:http').RequestListener} stream answers requests of /stream
 */
export async function startSite(files, stream) {
  async function read(path) {
    if (path === '/favicon.ico') return '';
    if (path.startsWith(installed)) return readFile(`${root}${path.slice(installed.length)}`);
    const name = path === '/' ? 'index.html' : path.slice(1);
    const code = files[name];
    return code?.includes('type="importmap"') ? code : code && resolveImports(code);
  }

  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url, 'http://site');
    if (pathname === '/stream') return stream(request, response);
    const content = await read(pathname).catch(() => undefined);
    const type = types[extname(pathname)] ?? types['.html'];
    response.writeHead(content === undefined ? 404 : 200, { 'content-type': type }).end(content);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}/`,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

const tellViolations = `addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) =>
  console.error(violatedDirective, 'refuses', blockedURI))`;

async function show(context, url, text) {
  const page = await context.newPage();
  const failed = new Promise((_, reject) => {
    page.on('pageerror', reject);
    page.on('console', (message) => {
      if (message.type() === 'error') reject(new Error(`The console says: ${message.text()}`));
    });
  });
  await page.evaluateOnNewDocument(tellViolations);
  await page.goto(url);
  // Not by frames, of which a tab in the background has none.
  const isShown = `document.body?.textContent.includes(${JSON.stringify(text)})`;
  await Promise.race([page.waitForFunction(isShown, { timeout: 20_000, polling: 50 }), failed]);
}

/**
 * Resolves once the page shows `text`, in each tab; rejects on any error that is thrown or told on the console, a violation of a
 * content security policy for one.
 * @param {import('puppeteer-core').Browser} browser
 * @param {string} url
 * @param {string} text
 * @param {number} tabs that open it at once
 */
export async function waitForText(browser, url, text, tabs) {
  const context = await browser.createBrowserContext();
  try {
    await Promise.all(Array.from({ length: tabs }, () => show(context, url, text)));
  } finally {
    await context.close();
  }
}
