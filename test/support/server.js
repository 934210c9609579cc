// A scripted HTTP server: request by request it answers what the test's script says, chunk by chunk, and breaks off
// where the script says so. The script is plain data and every method is asynchronous, so that a page can drive the
// same server from afar.
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { deferred, within } from './wait.js';

export { redirect } from './answers.js';

/** @typedef {import('./answers.js').Answer} Answer */

/** What lets a page of another origin read an answer, its cookies and its headers of these names. */
function allowOrigin({ headers: { origin } }, names) {
  if (origin === undefined) return {};
  return {
    'access-control-allow-origin': origin,
    'access-control-allow-credentials': 'true',
    'access-control-expose-headers': names,
  };
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
  async closed() {
    // Firefox lets go of some requests only when more bytes come: of a body that was cancelled, and in workers of what
    // was aborted just as the response came.
    const isFirefox = /Firefox/.test(this.headers['user-agent']);
    const pulse = isFirefox && setInterval(() => this.#response.headersSent && this.write(':\n'), 50);
    try {
      await within(this.#closed, `the end of the response to ${this.method} ${this.path}`);
    } finally {
      clearInterval(pulse);
    }
  }

  /** The body of the request, as text. */
  body() {
    return within(this.#body, `the body of ${this.method} ${this.path}`);
  }

  /** @param {Answer} answer */
  async play({ before, status = 200, type = 'text/event-stream', headers = {}, cors = true, chunks, then = 'stall' }) {
    const { socket } = this.#request;
    if (before === 'stall') return;
    if (before === 'reset') {
      socket.write('HTTP/1.1', () => socket.resetAndDestroy());
      return;
    }
    const contentType = type === null ? {} : { 'content-type': type };
    const shared = cors ? allowOrigin(this.#request, Object.keys(headers)) : {};
    this.#response.writeHead(status, { ...shared, ...contentType, ...headers });
    this.#response.flushHeaders();
    for (const chunk of chunks ?? (then === 'stall' ? [':\n'] : [])) await this.write(chunk);
    await this.finish(then);
  }

  /**
   * After the last chunk.
   * @param {import('./answers.js').Ending} how
   */
  async finish(how) {
    const { socket } = this.#request;
    if (how === 'end') this.#response.end();
    else if (how === 'reset') socket.resetAndDestroy();
    else if (how === 'destroy') socket.destroy();
    else if (how === 'cut') socket.end('ff\r\ndata: cut');
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
}

class ScriptedServer {
  #server;
  #script;
  #exchanges = [];
  #preflights = [];
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
    if (request.method === 'OPTIONS' && 'access-control-request-method' in request.headers) {
      this.#answerPreflight(request, response);
      return;
    }
    const n = this.#exchanges.length;
    const exchange = new Exchange(request, response);
    response.on('error', () => {});
    // On a connection that served before, browsers make a request that fails again by themselves. (Without keep-alive,
    // Node takes the loss of a connection for the end of the body.)
    if ('origin' in request.headers) response.shouldKeepAlive = false;
    this.#exchanges.push(exchange);
    this.#awaited.get(n)?.resolve(exchange);
    // What the script does not foresee is not answered: nothing more comes of it.
    exchange.play(this.#script[n] ?? { before: 'stall' });
  }

  /** A browser asks first whether it may make this request: it may, unless its answer is for no other origin. */
  #answerPreflight(request, response) {
    const { 'access-control-request-method': method, 'access-control-request-headers': names } = request.headers;
    this.#preflights.push({ method, names, path: request.url });
    const allowed = { 'access-control-allow-methods': method, 'access-control-allow-headers': names ?? [] };
    const { cors = true, preflight = cors } = this.#script[this.#exchanges.length] ?? {};
    response
      .writeHead(204, { connection: 'close', ...(cors ? allowOrigin(request, []) : {}), ...(preflight ? allowed : {}) })
      .end();
  }

  /** How many requests have come, without preflights. */
  async count() {
    return this.#exchanges.length;
  }

  /** The preflights that have come. */
  async preflights() {
    return this.#preflights;
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
