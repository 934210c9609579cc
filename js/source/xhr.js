// `fetch` over XMLHttpRequest, for where the response of fetch has no stream: React Native and old web views. It has what
// EventSource and events() ask of a fetch: https://fetch.spec.whatwg.org/#fetch-method
// @ts-check
import { reasonOf, throwIfAborted } from './signal.js';

/** Characters. XMLHttpRequest keeps the whole text of a response. */
const MAX_LENGTH = 2 ** 23;

/** What a body needs of a ReadableStream to be read. It fills whether it is read or not: there is no back-pressure. */
class Body {
  /** @type {Uint8Array[]} */
  #chunks = [];
  #isClosed = false;
  /** @type {{ reason: unknown } | null} */
  #failure = null;
  #wake = () => {};

  /** @param {() => void} abort */
  constructor(abort) {
    this.cancel = async () => {
      this.#chunks = [];
      this.close();
      abort();
    };
  }

  /** @param {Uint8Array} chunk */
  enqueue(chunk) {
    this.#chunks.push(chunk);
    this.#wake();
  }

  close() {
    this.#isClosed = true;
    this.#wake();
  }

  /** @param {unknown} reason */
  error(reason) {
    this.#failure = { reason };
    this.#wake();
  }

  getReader() {
    return { read: () => this.#read(), cancel: this.cancel, releaseLock() {} };
  }

  async #read() {
    while (this.#chunks.length === 0) {
      if (this.#isClosed) return { done: true, value: undefined };
      if (this.#failure !== null) throw this.#failure.reason;
      await /** @type {Promise<void>} */ (new Promise((resolve) => (this.#wake = resolve)));
    }
    return { done: false, value: this.#chunks.shift() };
  }
}

/**
 * Makes bytes of the text as it comes. An event stream is UTF-8 whatever its charset says, so a browser is asked for each
 * byte as a character; React Native knows only text, which the platform has decoded.
 * @param {XMLHttpRequest} xhr
 * @returns {(text: string) => Uint8Array}
 */
function bytesOf(xhr) {
  if (typeof xhr.overrideMimeType === 'function') {
    xhr.overrideMimeType('text/plain; charset=x-user-defined');
    return (text) => {
      const bytes = new Uint8Array(text.length);
      for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i); // 0xF780 to 0xF7FF are the bytes from 0x80
      return bytes;
    };
  }
  const encoder = new TextEncoder();
  let highSurrogate = '';
  return (text) => {
    const whole = highSurrogate + text;
    const isCut = (whole.charCodeAt(whole.length - 1) & 0xfc00) === 0xd800;
    highSurrogate = isCut ? whole.slice(-1) : '';
    return encoder.encode(isCut ? whole.slice(0, -1) : whole);
  };
}

/**
 * The body as XMLHttpRequest sends it, and its type: that of React Native knows neither URLSearchParams nor the types that
 * https://fetch.spec.whatwg.org/#concept-bodyinit-extract gives to bodies.
 * @param {any} body
 * @returns {{ data: any, type?: string }}
 */
function extract(body) {
  if (typeof body === 'string') return { data: body, type: 'text/plain;charset=UTF-8' };
  const { URLSearchParams } = globalThis;
  if (URLSearchParams && body instanceof URLSearchParams) {
    return { data: `${body}`, type: 'application/x-www-form-urlencoded;charset=UTF-8' };
  }
  if (body?.getReader || body?.[Symbol.asyncIterator]) throw new TypeError('XMLHttpRequest cannot send a stream.');
  return { data: body ?? null, type: body?.type || undefined };
}

/**
 * @param {XMLHttpRequest} xhr
 * @param {any} init
 */
function send(xhr, { headers: given, body, credentials, cache }) {
  const headers = new Headers(given);
  const { data, type } = extract(body);
  if (type !== undefined && !headers.has('content-type')) headers.set('content-type', type);
  // In a page it would need a preflight.
  if (cache === 'no-store' && !xhr.overrideMimeType && !headers.has('cache-control')) {
    headers.set('cache-control', 'no-cache');
  }
  headers.forEach((value, name) => xhr.setRequestHeader(name, value));
  xhr.withCredentials = credentials === 'include'; // true from the start in React Native
  xhr.send(data);
}

/** @param {XMLHttpRequest} xhr */
function headersOf(xhr) {
  const headers = new Headers();
  for (const line of (xhr.getAllResponseHeaders() ?? '').split('\r\n')) {
    const colon = line.indexOf(':');
    if (colon > 0) headers.append(line.slice(0, colon), line.slice(colon + 1).trim());
  }
  return headers;
}

/**
 * @param {string} url
 * @param {XMLHttpRequest} xhr
 * @param {Body} body
 */
function makeResponse(url, xhr, body) {
  const { status, statusText = '', responseURL } = xhr;
  const ok = status >= 200 && status <= 299;
  return { status, statusText, ok, url: responseURL || url, headers: headersOf(xhr), body };
}

/** One request and its response. */
class Exchange {
  #xhr = new globalThis.XMLHttpRequest();
  #body = new Body(() => this.#stop());
  #length = 0;
  #isOver = false;
  #url;
  #signal;
  #maxLength;
  #resolve;
  #reject;
  #bytesOf;

  /**
   * @param {string} url
   * @param {any} init
   * @param {number} maxLength
   * @param {(response: any) => void} resolve
   * @param {(reason: unknown) => void} reject
   */
  constructor(url, init, maxLength, resolve, reject) {
    const xhr = this.#xhr;
    this.#url = url;
    this.#signal = init.signal;
    this.#maxLength = maxLength;
    this.#resolve = resolve;
    this.#reject = reject;
    xhr.open(init.method ?? 'GET', url);
    this.#bytesOf = bytesOf(xhr);
    xhr.onreadystatechange = () => this.#follow();
    xhr.onload = () => this.#end();
    xhr.onerror = () => this.#fail(new TypeError('XMLHttpRequest failed'));
    xhr.ontimeout = () => this.#fail(new TypeError('XMLHttpRequest timed out'));
    send(xhr, init);
    this.#signal?.addEventListener('abort', this.#abort);
  }

  #follow() {
    if (this.#isOver) return;
    if (this.#xhr.readyState === 2) this.#respond();
    if (this.#xhr.readyState === 3) this.#read();
  }

  /** A moment later: React Native tells the state before it sets responseURL. */
  #respond() {
    this.#resolve(Promise.resolve().then(() => makeResponse(this.#url, this.#xhr, this.#body)));
  }

  #read() {
    const text = this.#xhr.responseText;
    if (text.length > this.#length) this.#body.enqueue(this.#bytesOf(text.slice(this.#length)));
    this.#length = text.length;
    if (this.#length > this.#maxLength) {
      this.#fail(new Error(`The response is longer than ${this.#maxLength} characters, all of which were in memory`));
      this.#xhr.abort();
    }
  }

  #end() {
    if (this.#isOver) return;
    this.#read();
    this.#body.close();
    this.#finish();
  }

  /** @param {unknown} reason */
  #fail(reason) {
    if (this.#isOver) return;
    this.#finish();
    this.#reject(reason);
    this.#body.error(reason);
  }

  #abort = () => {
    this.#fail(reasonOf(this.#signal));
    this.#xhr.abort();
  };

  /** For a body that is cancelled. */
  #stop() {
    this.#finish();
    this.#xhr.abort();
  }

  #finish() {
    this.#isOver = true;
    this.#signal?.removeEventListener('abort', this.#abort);
  }
}

/**
 * @param {{ maxLength?: number }} [options]
 * @returns {import('../xhr.d.ts').XhrFetch}
 */
export function createFetch({ maxLength = MAX_LENGTH } = {}) {
  return (url, init = {}) =>
    new Promise((resolve, reject) => {
      throwIfAborted(init.signal);
      new Exchange(`${url}`, init, maxLength, resolve, reject);
    });
}

export const fetch = /* @__PURE__ */ createFetch();
