// What the places talk to: serves the suites and the package's files, keeps the scripted servers that tests ask for,
// and takes in the results.
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname } from 'node:path';
import { json } from 'node:stream/consumers';
import { startServer } from '../support/server.js';

const root = new URL('../../', import.meta.url);
const types = { '.html': 'text/html', '.js': 'text/javascript' };

/** A browser's window, as a place has it. */
class Window {
  constructor({ close }) {
    this.close = close;
  }
}

/**
 * The objects of one run that a place can call, each by its id.
 * @param {(url: string) => Promise<object>} openWindow
 */
function makeObjects(openWindow) {
  const objects = new Map([['runner', { startServer, openWindow: async (url) => new Window(await openWindow(url)) }]]);
  const ids = new WeakMap();

  function publish(object) {
    if (!ids.has(object)) {
      ids.set(object, `${objects.size}`);
      objects.set(ids.get(object), object);
    }
    return { id: ids.get(object), ...object };
  }

  /** Only what has methods of its own is an object to call; the rest is data. */
  const isCallable = (value) =>
    typeof value === 'object' &&
    value !== null &&
    ![Object.prototype, Array.prototype].includes(Object.getPrototypeOf(value));

  return {
    async call({ object, method, values }) {
      const value = await objects.get(object)[method](...values);
      return isCallable(value) ? { object: publish(value) } : { value };
    },
    /** Of a run that was cut short. */
    close: () => Promise.allSettled([...objects.values()].map((object) => object.close?.())),
  };
}

/** @param {string} suites the script of the suites */
export async function startHost(suites) {
  const runs = new Map();

  async function readStatic(pathname) {
    if (pathname === '/suite.js') return suites;
    if (pathname === '/without-chunk/main.js') return readFile(new URL('build/bundles/esbuild-page/out/main.js', root));
    if (pathname === '/') return readFile(new URL('place/index.html', import.meta.url));
    if (/^\/(js|dist|build\/bundles)\/[\w./-]+\.js$/.test(pathname)) return readFile(new URL(`.${pathname}`, root));
    return undefined;
  }

  async function answer(request, response) {
    const { pathname, searchParams } = new URL(request.url, 'http://host');
    const run = runs.get(searchParams.get('run'));
    if (request.method === 'POST' && run) {
      const message = await json(request);
      const result = pathname === '/report' ? run.report(message) : await run.objects.call(message);
      response.end(JSON.stringify(result ?? {}));
      return;
    }
    const content = await readStatic(pathname);
    if (content === undefined) {
      response.writeHead(404).end();
      return;
    }
    const type = types[extname(pathname)] ?? types['.html'];
    response.writeHead(200, { 'content-type': `${type}; charset=utf-8`, 'access-control-allow-origin': '*' });
    response.end(content);
  }

  const server = createServer((request, response) =>
    answer(request, response).catch((error) => response.writeHead(500).end(`${error.message}`)),
  );
  server.keepAliveTimeout = 120_000; // a place may be busy with a test for long
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${server.address().port}`;

  return {
    /**
     * @param {{ openWindow: (url: string) => Promise<object>, report: (entries: object[]) => void }} owner
     * @param {Record<string, string>} query what else the page is told
     */
    startRun({ openWindow, report }, query) {
      const id = `${runs.size + 1}`;
      const objects = makeObjects(openWindow);
      runs.set(id, { objects, report });
      return { url: `${origin}/?${new URLSearchParams({ run: id, ...query })}`, close: () => objects.close() };
    },
    async close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
