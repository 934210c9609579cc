// A scripted HTTP server: request by request it answers what a script says, chunk by chunk, and breaks off where the
// script says so. The script is plain data and every method is asynchronous, so that a page can drive the same server
// from afar.
// @ts-check
/// <reference types="node" />
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { deferred, pass, within } from './wait.js';

/**
 * @import { IncomingMessage, ServerResponse, IncomingHttpHeaders } from 'node:http'
 * @import { Socket } from 'node:net'
 * @import { Answer, Ending } from './answers.js'
 */

/**
 * What lets a page of another origin read an answer, its cookies and its headers of these names.
 * @param {IncomingMessage} request
 * @param {string[]} names
 * @returns {Record<string, string | string[]>}
 */
function allowOrigin({ headers: { origin } }, names) {
  if (origin === undefined) return {};
  return {
    'access-control-allow-origin': origin,
    'access-control-allow-credentials': 'true',
    'access-control-expose-headers': names,
  };
}

/** One request and its answer. */
export class Exchange {
  #request;
  #response;
  #closed;
  #body;
  #bound;
  /** When the answer was told to end, in milliseconds. @type {number | undefined} */
  #endedAt;

  /**
   * @param {IncomingMessage} request
   * @param {ServerResponse} response
   * @param {number} [bound] milliseconds that `closed` and `body` wait
   */
  constructor(request, response, bound) {
    this.#request = request;
    this.#response = response;
    this.#bound = bound;
    this.arrivedAt = performance.now();
    this.method = request.method;
    this.path = request.url;
    /** Header values by lower-case name; every character stands for one byte. @type {IncomingHttpHeaders} */
    this.headers = request.headers;
    this.#closed = new Promise((resolve) => response.once('close', resolve));
    this.#body = text(request);
    this.#body.catch(() => {}); // Of a request that breaks off; `body` tells who asks.
  }

  /** Resolves when the response has ended or its connection is gone, whoever caused it. */
  async closed() {
    // Firefox lets go of some requests only when more bytes come: of a body that was cancelled, and in workers of what
    // was aborted just as the response came.
    const isFirefox = /Firefox/.test(this.headers['user-agent'] ?? '');
    const pulse = isFirefox ? setInterval(() => this.#response.headersSent && this.write(':\n'), 50) : undefined;
    try {
      await within(this.#closed, `the end of the response to ${this.method} ${this.path}`, this.#bound);
    } finally {
      clearInterval(pulse);
    }
  }

  /** The body of the request, as text. */
  body() {
    return within(this.#body, `the body of ${this.method} ${this.path}`, this.#bound);
  }

  /** When the answer was told to end. */
  async endedAt() {
    return this.#endedAt;
  }

  /** @param {Answer} answer */
  async play({ before, status = 200, type = 'text/event-stream', headers = {}, cors = true, chunks, then = 'stall' }) {
    const { socket } = this.#request;
    if (before === 'stall') return;
    if (before === 'reset') {
      this.#endedAt = performance.now();
      socket.write('HTTP/1.1', () => socket.resetAndDestroy());
      return;
    }
    /** @type {Record<string, string | string[]>} */
    const contentType = type === null ? {} : { 'content-type': type };
    const shared = cors ? allowOrigin(this.#request, Object.keys(headers)) : {};
    this.#response.writeHead(status, { ...shared, ...contentType, ...headers });
    this.#response.flushHeaders();
    for (const chunk of chunks ?? (then === 'stall' ? [':\n'] : [])) await this.write(chunk);
    await this.finish(then);
  }

  /**
   * After the last chunk.
   * @param {Ending} how
   */
  async finish(how) {
    const { socket } = this.#request;
    if (how !== 'stall') this.#endedAt = performance.now();
    if (how === 'end') this.#response.end();
    else if (how === 'reset') socket.resetAndDestroy();
    else if (how === 'destroy') socket.destroy();
    else if (how === 'cut') socket.end('ff\r\ndata: cut');
  }

  /**
   * One HTTP chunk, exactly as given.
   * @param {string | number[]} chunk
   * @returns {Promise<void>}
   */
  write(chunk) {
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : Uint8Array.from(chunk);
    // The callback comes with an error when the client has gone, which is no concern of the script.
    return new Promise((resolve) => this.#response.write(bytes, () => resolve()));
  }
}

export class ScriptedServer {
  #server;
  #script;
  #bound;
  /** @type {Exchange[]} */
  #exchanges = [];
  /** @type {{ method: string | undefined, names: string | undefined, path: string | undefined }[]} */
  #preflights = [];
  /** @type {Map<number, import('./wait.js').Deferred<Exchange>>} */
  #awaited = new Map();
  origin = '';
  url = '';

  /**
   * @param {Answer[]} script
   * @param {number} [bound]
   */
  constructor(script, bound) {
    this.#script = script;
    this.#bound = bound;
    this.#server = createServer((request, response) => this.#answer(request, response));
    this.#server.on('connection', (/** @type {Socket} */ socket) => socket.setNoDelay(true).on('error', () => {}));
  }

  async listen() {
    await new Promise((resolve, reject) => {
      this.#server.once('error', reject).listen(0, '127.0.0.1', () => resolve(undefined));
    });
    const { port } = /** @type {import('node:net').AddressInfo} */ (this.#server.address());
    this.origin = `http://127.0.0.1:${port}`;
    this.url = `${this.origin}/stream`;
    return this;
  }

  /**
   * @param {IncomingMessage} request
   * @param {ServerResponse} response
   */
  #answer(request, response) {
    if (request.method === 'OPTIONS' && 'access-control-request-method' in request.headers) {
      this.#answerPreflight(request, response);
      return;
    }
    const n = this.#exchanges.length;
    const exchange = new Exchange(request, response, this.#bound);
    response.on('error', () => {});
    // On a connection that served before, browsers make a request that fails again by themselves. (Without keep-alive,
    // Node takes the loss of a connection for the end of the body.)
    if ('origin' in request.headers) response.shouldKeepAlive = false;
    this.#exchanges.push(exchange);
    this.#awaited.get(n)?.resolve(exchange);
    // What the script does not foresee is not answered: nothing more comes of it.
    exchange.play(this.#script[n] ?? { before: 'stall' });
  }

  /**
   * A browser asks first whether it may make this request: it may, unless its answer is for no other origin.
   * @param {IncomingMessage} request
   * @param {ServerResponse} response
   */
  #answerPreflight(request, response) {
    const { 'access-control-request-method': method, 'access-control-request-headers': names } = request.headers;
    this.#preflights.push({ method, names, path: request.url });
    const allowed = { 'access-control-allow-methods': method ?? '', 'access-control-allow-headers': names ?? [] };
    const { cors = true, preflight = cors } = this.#script[this.#exchanges.length] ?? {};
    /** @type {Record<string, string | string[]>} */
    const headers = { ...(cors ? allowOrigin(request, []) : {}), ...(preflight ? allowed : {}) };
    response.writeHead(204, { connection: 'close', ...headers }).end();
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
   * @param {number} [bound] milliseconds
   * @returns {Promise<Exchange>} the nth request, once it has come
   */
  async request(n, bound) {
    if (n < this.#exchanges.length) return this.#exchanges[n];
    const awaited = this.#awaited.get(n) ?? deferred();
    this.#awaited.set(n, awaited);
    return within(awaited.promise, () => `request ${n} (${this.#exchanges.length} came)`, bound ?? this.#bound); // null from afar
  }

  /** Closes the server and every connection to it. */
  async close() {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await within(closed, 'the server to close', this.#bound);
  }
}

/**
 * @param {Answer[]} script an answer per request
 * @param {number} [bound] milliseconds that are waited for what must come
 */
export function startServer(script, bound) {
  return new ScriptedServer(script, bound).listen();
}

/** Milliseconds between two chunks of a stream: sent at once, they would arrive as one. */
const PAUSE = 1;

/** A server that plays any number of streams, each by a URL of its own, and ends them. */
export async function startPlayer() {
  /** @type {Map<string, Uint8Array[]>} */
  const streams = new Map();
  const server = createServer(async ({ url = '' }, response) => {
    const chunks = streams.get(url);
    streams.delete(url);
    if (chunks === undefined) {
      response.writeHead(204).end();
      return;
    }
    response.on('error', () => {});
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.flushHeaders();
    for (const [n, chunk] of chunks.entries()) {
      if (n > 0) await pass(PAUSE);
      response.write(chunk);
    }
    response.end();
  });
  server.on('connection', (socket) => socket.setNoDelay(true).on('error', () => {}));
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  let count = 0;
  return {
    /** @param {Uint8Array[]} chunks */
    play(chunks) {
      const path = `/${++count}`;
      streams.set(path, chunks);
      return `http://127.0.0.1:${port}${path}`;
    },
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
