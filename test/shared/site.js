// A site over HTTP/1.1 whose pages share a connection: it serves the package as it lies, counts connections, and
// publishes numbered messages, which it replays by Last-Event-ID.
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { networkInterfaces } from 'node:os';
import { extname } from 'node:path';
import { json } from 'node:stream/consumers';
import { deferred, within } from '../support/wait.js';

const root = new URL('../../', import.meta.url);
const types = { '.html': 'text/html', '.js': 'text/javascript' };

/** An address of this machine that is not a loopback one: a page there is in no secure context. */
export function outerAddress() {
  const addresses = Object.values(networkInterfaces()).flat();
  return addresses.find(({ family, internal }) => family === 'IPv4' && !internal)?.address;
}

export class Site {
  #server = createServer((request, response) => this.#answer(request, response));
  /** Responses that are streams now, by path. */
  #streams = new Map();
  #published = 0;
  #waiting = [];
  /** Headers of all requests for streams, in their order. */
  requests = [];
  /** What pages have reported, and nobody has waited for yet. */
  #reports = [];
  /** Further files, by their paths. @type {Record<string, string | Buffer>} */
  files = {};
  /** Headers of pages. */
  pageHeaders = {};
  /** How streams begin to answer; 200 unless a test says otherwise. */
  status = 200;
  /** How many of the last messages the server still has. */
  kept = Infinity;

  /** @param {string} [host] a name or address of this machine */
  async listen(host = '127.0.0.1') {
    await new Promise((resolve, reject) => this.#server.once('error', reject).listen(0, host, resolve));
    this.origin = `http://${host}:${this.#server.address().port}`;
    return this;
  }

  async close() {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  get published() {
    return this.#published;
  }

  /** @param {string} [path] with its query */
  count(path) {
    const all = [...this.#streams.values()];
    return path === undefined ? all.length : all.filter((other) => other === path).length;
  }

  /** Resolves when so many streams are open. */
  async open(count) {
    await this.#until(
      () => this.count() === count,
      () => `${count} streams, not ${this.count()}`,
    );
  }

  /** @param {() => boolean} holds */
  async #until(holds, what) {
    // Firefox lets go of some requests only when more bytes come.
    const pulse = setInterval(() => this.#write(':\n'), 50);
    try {
      while (!holds()) {
        const change = deferred();
        this.#waiting.push(change.resolve);
        await within(change.promise, what);
      }
    } finally {
      clearInterval(pulse);
    }
  }

  #changed() {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  #write(text) {
    for (const response of this.#streams.keys()) response.write(text);
  }

  /**
   * @param {number} count of messages, each with the next number
   * @param {string} [padding] that all have
   */
  publish(count, padding = '') {
    this.#padding = padding;
    let text = '';
    for (let n = 0; n < count; n++) text += this.#message(++this.#published);
    this.#write(text);
  }

  #padding = '';
  #message = (n) => `id: ${n}\ndata: ${n} ${this.#padding}\n\n`;

  /** Anything else, to all. */
  write(text) {
    this.#write(text);
  }

  /** Ends all streams. */
  drop() {
    for (const response of this.#streams.keys()) response.end();
    this.#streams.clear();
  }

  #stream(request, response) {
    const { url, headers } = request;
    this.requests.push({ url, headers });
    if (this.status !== 200) {
      response.writeHead(this.status).end();
      this.#changed();
      return;
    }
    response.writeHead(200, {
      ...{ 'content-type': 'text/event-stream', 'access-control-allow-origin': '*', 'x-own': 'yes' },
    });
    let replay = 'retry: 50\n:\n\n';
    const from = headers['last-event-id'];
    if (from !== undefined) {
      const first = Math.max(Number(from) + 1, this.#published - this.kept + 1);
      for (let n = first; n <= this.#published; n++) replay += this.#message(n);
    }
    response.write(replay);
    this.#streams.set(response, url);
    response.once('close', () => {
      this.#streams.delete(response);
      this.#changed();
    });
    this.#changed();
  }

  /**
   * The next report of that name, whatever else is reported before it.
   * @param {string} name
   */
  async report(name) {
    const find = () => this.#reports.findIndex((report) => report.name === name);
    await this.#until(
      () => find() >= 0,
      () => `the report '${name}' (reported: ${JSON.stringify(this.#reports)})`,
    );
    return this.#reports.splice(find(), 1)[0].value;
  }

  async #answer(request, response) {
    const { pathname } = new URL(request.url, 'http://site');
    if (pathname === '/stream') return this.#stream(request, response);
    if (pathname === '/elsewhere')
      return response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html>');
    if (pathname === '/report') {
      this.#reports.push(await json(request));
      response.end();
      return this.#changed();
    }
    try {
      const type = types[extname(pathname)] ?? types['.html'];
      if (pathname in this.files) {
        response.writeHead(200, { 'content-type': type }).end(this.files[pathname]);
        return;
      }
      const path = pathname === '/tab' ? 'test/shared/tab.html' : pathname.replace(/^\/((next|quick)\/)?/, '');
      if (!/^(js|dist|(test|bench)\/shared)\//.test(path)) throw new Error('not of the site');
      let content = await readFile(new URL(path, root), 'utf8');
      // A version whose messages differ, and one that is soon out of patience.
      if (pathname.startsWith('/quick/')) content = content.replace('PULSE = 5000', 'PULSE = 100');
      if (pathname.startsWith('/next/')) content = content.replace('/shared/1', '/shared/2');
      response.writeHead(200, { 'content-type': type, ...(pathname === '/tab' ? this.pageHeaders : {}) });
      response.end(content);
    } catch {
      response.writeHead(404).end();
    }
  }
}
