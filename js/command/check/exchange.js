// One request and what came of it: redirects are followed, compression is undone, and the bytes are taken apart as they
// come.
// @ts-check
/// <reference types="node" />
import { constants, createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { connect } from './connect.js';
import { Dissector } from './dissect.js';

/** @typedef {import('./observation.d.ts').Exchange} Exchange */

/**
 * Time as the checker sees it. Tests turn it themselves.
 * @typedef {object} Clock
 * @property {() => number} now milliseconds
 * @property {(milliseconds: number, callback: () => void) => () => void} after calls back later, unless what it returns is called
 */

/** @type {Clock} */
export const systemClock = {
  now: () => performance.now(),
  after(milliseconds, callback) {
    const timer = setTimeout(callback, milliseconds);
    return () => clearTimeout(timer);
  },
};

/** As in fetch. */
const MOST_REDIRECTS = 20;
const REDIRECTS = [301, 302, 303, 307, 308];

/** What fetch does not hand on to another origin. */
const SECRETS = ['authorization', 'cookie', 'proxy-authorization'];

/** @param {Record<string, string>} headers */
const withoutSecrets = (headers) =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !SECRETS.includes(name)));

/** More is not kept of one stream. */
const MOST_BYTES = 16 * 1024 * 1024;
const MOST_EVENTS = 20_000;

const flush = { flush: constants.Z_SYNC_FLUSH, finishFlush: constants.Z_SYNC_FLUSH };
const brotliFlush = {
  flush: constants.BROTLI_OPERATION_FLUSH,
  finishFlush: constants.BROTLI_OPERATION_FLUSH,
};

/** @type {Record<string, () => import('node:stream').Transform>} */
const DECODERS = {
  gzip: () => createGunzip(flush),
  'x-gzip': () => createGunzip(flush),
  deflate: () => createInflate(flush),
  br: () => createBrotliDecompress(brotliFlush),
};

export const ACCEPTED_ENCODINGS = 'gzip, deflate, br';

/**
 * @param {string} encoding
 * @returns {(chunk: Uint8Array) => Promise<Uint8Array>} what a chunk becomes; rejects if it cannot be decompressed
 */
function makeDecoder(encoding) {
  if (encoding === '' || encoding === 'identity') return async (chunk) => chunk;
  const make = DECODERS[encoding];
  if (make === undefined) return () => Promise.reject(new Error('this encoding was not asked for'));
  const decoder = make();
  /** @type {Buffer[]} */
  let out = [];
  decoder.on('data', (/** @type {Buffer} */ piece) => out.push(piece));
  const failed = new Promise((_, reject) => decoder.on('error', reject));
  failed.catch(() => {});
  return async (chunk) => {
    await Promise.race([new Promise((resolve) => decoder.write(chunk, resolve)), failed]);
    const bytes = Buffer.concat(out);
    out = [];
    return bytes;
  };
}

/**
 * What to do, and when to stop.
 * @typedef {object} Plan
 * @property {URL} url
 * @property {string} method
 * @property {Record<string, string>} headers
 * @property {Uint8Array | undefined} [body]
 * @property {number} milliseconds
 * @property {boolean} [saysGoodbye] at the end, closes its own side first and looks whether the server stops
 * @property {(exchange: Exchange) => void} [onChange] headers or bytes have come
 * @property {AbortSignal} [signal] stops it, too
 * @property {(exchange: Exchange) => boolean} [isEnough] asked after each change
 */

/** How long a server may take to notice that the client goes. */
const GOODBYE = 1000;

export class Exchanging {
  #plan;
  #clock;
  #start;
  #dissector = new Dissector();
  #abort = new AbortController();
  #isOver = false;
  #overAt = 0;
  /** @type {() => void} */
  #end = () => {};
  /** @type {import('./connect.js').Answer | undefined} */
  #answer;
  /** @type {Exchange} */
  #seen;

  /**
   * @param {Plan} plan
   * @param {Clock} clock
   */
  constructor(plan, clock) {
    const { method, url } = plan;
    this.#plan = plan;
    this.#clock = clock;
    this.#start = clock.now();
    this.#seen = {
      request: { method, url: url.href },
      ...{ redirects: [], isConnected: false, headers: {}, arrivals: [], watched: 0 },
      body: this.#dissector.body,
    };
  }

  /** @returns {Promise<Exchange>} never rejects: a failure is something seen, too */
  async run() {
    const seen = this.#seen;
    const over = new Promise((resolve) => {
      this.#end = () => resolve(undefined);
    });
    this.#plan.signal?.addEventListener('abort', this.#end, { once: true });
    const cancel = this.#clock.after(this.#plan.milliseconds, this.#end);
    this.#follow().catch((error) => this.#fail(error));
    await over;
    cancel();
    this.#isOver = true;
    this.#overAt = this.#clock.now();
    seen.watched = this.#now();
    this.#dissector.end(seen.ending === 'ended');
    if (this.#plan.saysGoodbye && seen.ending === undefined) await this.#sayGoodbye();
    this.#abort.abort();
    return seen;
  }

  #now() {
    return this.#clock.now() - this.#start;
  }

  async #follow() {
    const { redirects } = this.#seen;
    const { signal } = this.#abort;
    const onConnect = () => {
      this.#seen.isConnected = true;
    };
    let { url, method, body, headers } = this.#plan;
    for (;;) {
      const answer = await connect({ url, method, headers, body, signal, onConnect });
      const { status } = answer;
      const { location } = answer.headers;
      if (!REDIRECTS.includes(status) || location === undefined) return this.#read(answer);
      answer.body.destroy();
      const next = new URL(location, url);
      redirects.push({ status, from: url.href, to: next.href });
      if (redirects.length > MOST_REDIRECTS) {
        throw Object.assign(new Error('too many redirects'), { code: 'REDIRECTS' });
      }
      if (status === 303 || (status < 303 && method === 'POST')) [method, body] = ['GET', undefined];
      if (next.protocol !== 'http:' && next.protocol !== 'https:') {
        throw Object.assign(new Error(`a redirect leads to ${next}`), { code: 'PROTOCOL' });
      }
      if (next.origin !== url.origin) headers = withoutSecrets(headers);
      url = next;
    }
  }

  /** @param {import('./connect.js').Answer} answer */
  #read(answer) {
    this.#answer = answer;
    const { status, httpVersion, headers, body } = answer;
    const seen = this.#seen;
    const cookies = 'set-cookie' in headers ? { 'set-cookie': '(left out)' } : {};
    Object.assign(seen, { status, httpVersion, headers: { ...headers, ...cookies }, headersAt: this.#now() });
    const decode = makeDecoder((headers['content-encoding'] ?? '').trim().toLowerCase());
    /** One chunk after another. @type {Promise<void>} */
    let reading = Promise.resolve();
    body.on('data', (/** @type {Buffer} */ chunk) => {
      const at = this.#now();
      if (this.#isOver) {
        seen.sentAfterClose = this.#clock.now() - this.#overAt;
        this.#plan.onChange?.(seen);
        return;
      }
      seen.arrivals.push({ at, bytes: chunk.length });
      reading = reading
        .then(async () => this.#take(await decode(chunk), at))
        .catch(({ message }) => {
          seen.badEncoding = message;
          this.#end();
        });
    });
    const finish = (/** @type {'ended' | 'broken'} */ ending) => {
      if (this.#isOver || seen.ending !== undefined) return;
      seen.ending = ending;
      seen.endedAt = this.#now();
      reading.then(this.#end);
    };
    body.on('end', () => finish('ended'));
    body.on('error', () => finish('broken'));
    body.on('close', () => finish('broken'));
    this.#changed();
  }

  /**
   * @param {Uint8Array} bytes
   * @param {number} at
   */
  #take(bytes, at) {
    if (this.#isOver) return;
    this.#dissector.feed(bytes, at);
    this.#changed();
  }

  #changed() {
    const seen = this.#seen;
    this.#plan.onChange?.(seen);
    const isMuch = seen.body.bytes > MOST_BYTES || seen.body.events.length > MOST_EVENTS;
    if (isMuch || this.#plan.isEnough?.(seen)) this.#end();
  }

  /** Closes this side, and looks whether the server stops. */
  async #sayGoodbye() {
    const { body, closeOurSide } = this.#answer ?? {};
    if (!body || !closeOurSide?.()) return;
    await new Promise((resolve) => {
      const cancel = this.#clock.after(GOODBYE, () => resolve(undefined));
      body.on('close', () => resolve(cancel()));
    });
  }

  /** @param {Error & { code?: string, errors?: Error[] }} error */
  #fail({ code = 'UNKNOWN', message, errors = [] }) {
    if (this.#isOver) return;
    this.#seen.failure = { code, message: message || `${errors[0]?.message}` };
    this.#end();
  }
}
