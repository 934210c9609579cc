// The EventSource interface of the HTML standard, https://html.spec.whatwg.org/multipage/server-sent-events.html:
// the core decides, this file fetches, waits and fires events.
// @ts-check
import { Connection } from './core.js';
import { EventSourceErrorEvent, StreamMessageEvent } from './events.js';
import * as sse from '../dist/layout.js';

/** "the relevant settings object's API base URL": a page's honours <base>, a worker's is its script's, Node has none. */
function baseUrl() {
  return globalThis.document?.baseURI ?? globalThis.location?.href;
}

/**
 * @param {string} url
 * @returns {URL}
 */
function parseUrl(url) {
  const base = baseUrl();
  try {
    return new URL(url, base);
  } catch {
    const against =
      base === undefined
        ? 'there is no page or worker whose URL a relative one could be resolved against, so it must be absolute'
        : `it was resolved against ${base}`;
    throw new DOMException(
      `Cannot open an EventSource to '${url}': it is not a valid URL (${against}).`,
      'SyntaxError',
    );
  }
}

/** Strings of some engines hold no more than 2^29 - 24 code units. */
const LARGEST_EVENT = 2 ** 29 - 24;

/** @param {unknown} value */
function checkEventSize(value) {
  if (value === undefined) return sse.DEFAULT_LIMIT;
  if (typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= LARGEST_EVENT) return value;
  throw new TypeError(
    `Failed to construct 'EventSource': maxEventSize must be a whole number of bytes from 1 to ${LARGEST_EVENT}, not ${String(value)}.`,
  );
}

/**
 * fetch takes header values as byte strings, the standard sends the id as UTF-8.
 * @param {string} text
 */
function toByteString(text) {
  let bytes = '';
  for (const byte of new TextEncoder().encode(text)) bytes += String.fromCharCode(byte);
  return bytes;
}

/**
 * Gives the socket back; a body that comes from elsewhere than fetch may do without, or fail.
 * @param {{ cancel(): Promise<void> } | null | undefined} body
 */
async function cancel(body) {
  try {
    await body?.cancel();
  } catch {
    // There is nobody to tell.
  }
}

/**
 * Of any realm.
 * @param {unknown} value
 */
function isUint8Array(value) {
  return ArrayBuffer.isView(value) && Object.prototype.toString.call(value) === '[object Uint8Array]';
}

/**
 * The messages of an error and of its causes, in one line; whatever a `fetch` may reject with.
 * @param {any} error
 */
function explain(error) {
  /** @type {string[]} */
  const messages = [];
  for (let at = error, depth = 0; at && depth < 8; at = at.cause, depth++) {
    const first = at.errors?.[0]; // of an AggregateError: one for each address that was tried
    const message = String(at.message || first?.message || at.code || (typeof at === 'object' ? 'no message' : at));
    if (!messages.includes(message)) messages.push(message);
  }
  return messages.join(': ') || 'no reason given';
}

/** A server-sent events connection. */
export class EventSource extends EventTarget {
  #url;
  #withCredentials;
  #maxEventSize;
  #connection;
  #origin = '';
  /** What the last `error` event will tell. */
  #status = 0;
  #contentType = '';
  /** @type {unknown} */
  #cause;

  /** @type {AbortController | null} The current request's, null when there is none. */
  #controller = null;
  /** @type {ReadableStream<Uint8Array> | ReadableStreamDefaultReader<Uint8Array> | null} */
  #body = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  /** @type {Map<string, { callback: any, listener: (event: Event) => void }>} The event handlers that are set. */
  #handlers = new Map();

  /**
   * @param {string | URL} url
   * @param {{ withCredentials?: boolean, maxEventSize?: number } | null} [init]
   */
  constructor(url, init = undefined) {
    if (arguments.length === 0) {
      throw new TypeError("Failed to construct 'EventSource': 1 argument required (the URL), but only 0 present.");
    }
    super();
    const given = `${url}`;
    if (init !== undefined && init !== null && typeof init !== 'object' && typeof init !== 'function') {
      throw new TypeError(`Failed to construct 'EventSource': init must be an object, not ${typeof init}.`);
    }
    this.#withCredentials = Boolean(init?.withCredentials);
    this.#maxEventSize = checkEventSize(init?.maxEventSize);
    const parsed = parseUrl(given);
    this.#url = parsed.href;
    this.#connection = new Connection({ limit: this.#maxEventSize });
    queueMicrotask(() => {
      this.#connection.start(parsed.protocol);
      this.#perform();
    });
  }

  get url() {
    return this.#url;
  }

  get withCredentials() {
    return this.#withCredentials;
  }

  get readyState() {
    return this.#connection.readyState;
  }

  get onopen() {
    return this.#getHandler('open');
  }

  set onopen(value) {
    this.#setHandler('open', value);
  }

  get onmessage() {
    return this.#getHandler('message');
  }

  set onmessage(value) {
    this.#setHandler('message', value);
  }

  get onerror() {
    return this.#getHandler('error');
  }

  set onerror(value) {
    this.#setHandler('error', value);
  }

  close() {
    this.#connection.close();
    this.#perform();
  }

  /** @param {string} type */
  #getHandler(type) {
    return this.#handlers.get(type)?.callback ?? null;
  }

  /**
   * https://html.spec.whatwg.org/multipage/webappapis.html#event-handler-attributes: a handler keeps the place among
   * the listeners that it took when it was first set, until it is set to null.
   * @param {string} type
   * @param {any} callback
   */
  #setHandler(type, callback) {
    const handler = this.#handlers.get(type);
    if ((typeof callback !== 'object' && typeof callback !== 'function') || callback === null) {
      if (handler) this.removeEventListener(type, handler.listener);
      this.#handlers.delete(type);
    } else if (handler) {
      handler.callback = callback;
    } else {
      const added = {
        callback,
        /** @param {Event} event */
        listener: (event) => {
          if (typeof added.callback === 'function') added.callback.call(this, event);
        },
      };
      this.#handlers.set(type, added);
      this.addEventListener(type, added.listener);
    }
  }

  /** Performs what the core asks for. Listeners run within it may close the source, so it asks anew each time. */
  #perform() {
    for (;;) {
      switch (this.#connection.nextAction()) {
        case sse.ACTION_NONE:
          return;
        case sse.ACTION_ABORT:
          this.#abort();
          break;
        case sse.ACTION_CANCEL_TIMER:
          clearTimeout(this.#timer);
          break;
        case sse.ACTION_FETCH:
          this.#request(false);
          break;
        case sse.ACTION_FETCH_WITH_ID:
          this.#request(true);
          break;
        case sse.ACTION_FIRE_OPEN:
          this.dispatchEvent(new Event('open'));
          break;
        case sse.ACTION_FIRE_ERROR:
          this.dispatchEvent(this.#describeError());
          break;
        case sse.ACTION_WAIT:
          this.#timer = setTimeout(() => {
            this.#connection.timer();
            this.#perform();
          }, this.#connection.delay);
          break;
      }
    }
  }

  #abort() {
    const controller = this.#controller;
    const body = this.#body;
    this.#controller = this.#body = null;
    cancel(body); // for a fetch that ignores its signal
    controller?.abort();
  }

  /**
   * One attempt, from the request to the end of its body.
   * @param {boolean} withLastEventId
   */
  async #request(withLastEventId) {
    const connection = this.#connection;
    const controller = new AbortController();
    this.#controller = controller;
    try {
      const response = await this.#fetch(controller.signal, withLastEventId);
      if (this.#controller !== controller) {
        cancel(response.body);
        return;
      }
      this.#announce(response);
      if (this.#controller !== controller) return;
      await this.#read(response.body, controller);
      if (this.#controller !== controller) return;
      this.#cause = undefined;
      connection.endOfBody();
    } catch (error) {
      if (this.#controller !== controller) return;
      this.#cause = error;
      connection.networkError();
    }
    this.#controller = this.#body = null;
    this.#perform();
  }

  /**
   * @param {AbortSignal} signal
   * @param {boolean} withLastEventId
   */
  #fetch(signal, withLastEventId) {
    /** @type {Record<string, string>} */
    const headers = { Accept: 'text/event-stream' };
    if (withLastEventId) headers['Last-Event-ID'] = toByteString(this.#connection.lastEventId);
    return globalThis.fetch(this.#url, {
      method: 'GET',
      mode: 'cors',
      credentials: this.#withCredentials ? 'include' : 'same-origin',
      cache: 'no-store',
      redirect: 'follow',
      headers,
      signal,
    });
  }

  /** @param {Response} response */
  #announce(response) {
    this.#status = response.status;
    this.#contentType = response.headers.get('content-type') ?? '';
    this.#cause = undefined;
    this.#origin = new URL(response.url || this.#url).origin;
    this.#body = response.body;
    this.#connection.response(this.#status, this.#contentType);
    this.#perform();
  }

  /**
   * @param {ReadableStream<Uint8Array> | null} body
   * @param {AbortController} controller
   */
  async #read(body, controller) {
    if (body === null) return;
    const reader = body.getReader();
    this.#body = reader;
    const deliver = (/** @type {string} */ type, /** @type {string} */ data) => {
      this.dispatchEvent(new StreamMessageEvent(type, data, this.#origin, this.#connection.lastEventId));
    };
    try {
      for (;;) {
        const { done, value } = await reader.read();
        if (done || this.#controller !== controller) return;
        if (!isUint8Array(value)) {
          cancel(reader);
          throw new TypeError('the body of the response must yield only Uint8Arrays');
        }
        this.#connection.receive(value, deliver);
        this.#perform();
        if (this.#controller !== controller) return;
      }
    } finally {
      reader.releaseLock();
    }
  }

  #describeError() {
    const { reason, delay, isLastEventIdSendable } = this.#connection;
    switch (reason) {
      case sse.REASON_SCHEME:
        return new EventSourceErrorEvent(
          `The connection failed: ${new URL(this.#url).protocol} URLs cannot be fetched, only http:, https:, data: and blob: ones.`,
          undefined,
          undefined,
        );
      case sse.REASON_STATUS:
        return new EventSourceErrorEvent(
          `The connection failed: the server answered with status ${this.#status}, not 200.`,
          this.#status,
          undefined,
        );
      case sse.REASON_CONTENT_TYPE: {
        const type = this.#contentType === '' ? 'no Content-Type' : `Content-Type '${this.#contentType}'`;
        return new EventSourceErrorEvent(
          `The connection failed: the server answered with ${type}, not text/event-stream.`,
          this.#status,
          undefined,
        );
      }
      case sse.REASON_TOO_LARGE:
        return new EventSourceErrorEvent(
          `The connection failed: an event was larger than ${this.#maxEventSize} bytes; the maxEventSize option raises this limit.`,
          undefined,
          undefined,
        );
    }
    const what =
      reason === sse.REASON_NETWORK
        ? `The request failed (${explain(this.#cause)})`
        : reason === sse.REASON_BROKEN
          ? `The connection broke off (${explain(this.#cause)})`
          : 'The server ended the stream';
    const withoutId = isLastEventIdSendable
      ? ''
      : ', without Last-Event-ID, because the last event ID holds a control character that no header can carry';
    return new EventSourceErrorEvent(`${what}; reconnecting in ${delay} ms${withoutId}.`, undefined, this.#cause);
  }
}

// https://webidl.spec.whatwg.org/: constants on the interface and its prototype; attributes and operations are
// enumerable.
for (const [name, value] of Object.entries({ CONNECTING: sse.CONNECTING, OPEN: sse.OPEN, CLOSED: sse.CLOSED })) {
  Object.defineProperty(EventSource, name, { value, enumerable: true });
  Object.defineProperty(EventSource.prototype, name, { value, enumerable: true });
}
for (const name of ['url', 'withCredentials', 'readyState', 'onopen', 'onmessage', 'onerror', 'close']) {
  Object.defineProperty(EventSource.prototype, name, { enumerable: true });
}
Object.defineProperty(EventSource.prototype, Symbol.toStringTag, { value: 'EventSource', configurable: true });
