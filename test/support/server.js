// A scripted HTTP server: request by request it answers what the test's script says, chunk by chunk, and breaks off
// where the script says so. The script is plain data and every method is asynchronous, so that a page can drive the
// same server from afar.
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { deferred, within } from './wait.js';

/**
 * How one request is answered.
 * @typedef {object} Answer
 * @property {'stall' | 'reset'} [before] instead of an answer: nothing at all, or a reset connection
 * @property {number} [status] 200 unless given
 * @property {string | null} [type] the Content-Type, text/event-stream unless given; null: none
 * @property {Record<string, string | string[]>} [headers]
 * @property {(string | number[])[]} [chunks] text, or bytes
 * @property {'stall' | 'end' | 'reset' | 'destroy' | 'cut'} [then] after the chunks: nothing more, as by default; a
 *   proper end; a connection reset or closed; or a last HTTP chunk that breaks off in its middle
 */

/**
 * @param {string} location
 * @param {number} [status]
 * @returns {Answer}
 */
export function redirect(location, status = 302) {
  return { status, type: null, headers: { location }, then: 'end' };
}

/** One request and its answer. */
class Exchange {
  #request;
  #response;
  #closed;
  #body;

  constructor(request, response) {
    this.#request = request;
    this.#response = response;
    this.method = request.method;
    this.path = request.url;
    /** Header values by lower-case name; every character stands for one byte. */
    this.headers = request.headers;
    this.#closed = new Promise((resolve) => response.once('close', resolve));
    this.#body = text(request);
    this.#body.catch(() => {}); // Of a request that breaks off; `body` tells who asks.
  }

  /** Resolves when the response has ended or its connection is gone, whoever caused it. */
  closed() {
    return within(this.#closed, `the end of the response to ${this.method} ${this.path}`);
  }

  /** The body of the request, as text. */
  body() {
    return within(this.#body, `the body of ${this.method} ${this.path}`);
  }

  /** @param {Answer} answer */
  async play({ before, status = 200, type = 'text/event-stream', headers = {}, chunks = [], then = 'stall' }) {
    if (before === 'stall') return;
    if (before === 'reset') return this.reset();
    const contentType = type === null ? {} : { 'content-type': type };
    this.#response.writeHead(status, { ...contentType, ...headers });
    this.#response.flushHeaders();
    for (const chunk of chunks) await this.write(chunk);
    if (then === 'end') this.end();
    else if (then === 'reset') this.reset();
    else if (then === 'destroy') this.#request.socket.destroy();
    else if (then === 'cut') this.#request.socket.end('ff\r\ndata: cut');
  }

  /**
   * One HTTP chunk, exactly as given.
   * @param {string | number[]} chunk
   */
  write(chunk) {
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : Uint8Array.from(chunk);
    // The callback comes with an error when the client has gone, which is no concern of the script.
    return new Promise((resolve) => this.#response.write(bytes, () => resolve()));
  }

  async end() {
    this.#response.end();
  }

  async reset() {
    this.#request.socket.resetAndDestroy();
  }
}

class ScriptedServer {
  #server;
  #script;
  #exchanges = [];
  /** @type {Map<number, ReturnType<typeof deferred>>} */
  #awaited = new Map();

  constructor(script) {
    this.#script = script;
    this.#server = createServer((request, response) => this.#answer(request, response));
    this.#server.on('connection', (socket) => socket.setNoDelay(true).on('error', () => {}));
  }

  async listen() {
    await new Promise((resolve, reject) => {
      this.#server.once('error', reject).listen(0, '127.0.0.1', resolve);
    });
    this.origin = `http://127.0.0.1:${this.#server.address().port}`;
    this.url = `${this.origin}/stream`;
    return this;
  }

  #answer(request, response) {
    const n = this.#exchanges.length;
    const exchange = new Exchange(request, response);
    response.on('error', () => {});
    this.#exchanges.push(exchange);
    this.#awaited.get(n)?.resolve(exchange);
    // What the script does not foresee is not answered: nothing more comes of it.
    exchange.play(this.#script[n] ?? { before: 'stall' });
  }

  /** How many requests have come. */
  get count() {
    return this.#exchanges.length;
  }

  /**
   * @param {number} n from 0
   * @returns {Promise<Exchange>} the nth request, once it has come
   */
  async request(n) {
    if (n < this.#exchanges.length) return this.#exchanges[n];
    if (!this.#awaited.has(n)) this.#awaited.set(n, deferred());
    return within(this.#awaited.get(n).promise, () => `request ${n} (${this.#exchanges.length} came)`);
  }

  /** Closes the server and every connection to it. */
  async close() {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await within(closed, 'the server to close');
  }
}

/** @param {Answer[]} script an answer per request */
export function startServer(script) {
  return new ScriptedServer(script).listen();
}
