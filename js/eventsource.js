// The EventSource interface of the HTML standard, https://html.spec.whatwg.org/multipage/server-sent-events.html:
// the core decides, this file fetches, waits and fires events.
// @ts-check
import { Connection, isUint8Array } from './core.js';
import { EventSourceErrorEvent, EventSourceOpenEvent, makeMessageEvent } from './events.js';
import { readOptions, readRetryAfter, standardOptions } from './options.js';
import { classOf, demand, isWorkerd } from './runtime.js';
import { unrefed } from './unref.js';
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

/**
 * fetch takes header values as byte strings, the standard sends the id as UTF-8; workerd makes UTF-8 of text by itself.
 * @param {string} text
 */
function toHeaderValue(text) {
  if (isWorkerd) return text;
  const bytes = new TextEncoder().encode(text);
  let string = '';
  // In pieces: joined from single characters, a long id would take forty times its size, and seconds.
  for (let at = 0; at < bytes.length; at += 8192) string += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return string;
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
 * The messages of an error and of its causes, in one line.
 * @param {any} error
 */
function messagesOf(error) {
  /** @type {string[]} */
  const messages = [];
  for (let at = error, depth = 0; at && depth < 8; at = at.cause, depth++) {
    const first = at.errors?.[0]; // of an AggregateError: one for each address that was tried
    const message = String(at.message || first?.message || at.code || (typeof at === 'object' ? 'no message' : at));
    if (!messages.includes(message)) messages.push(message);
  }
  return messages.join(': ') || 'no reason given';
}

/**
 * Whatever a `fetch` may reject with: what cannot even be read is no reason to lose the connection for good.
 * @param {unknown} error
 */
function explain(error) {
  try {
    return messagesOf(error);
  } catch {
    return 'for a reason that cannot be read';
  }
}

/**
 * Reports an error of a callback as the platform reports those of listeners.
 * @param {unknown} error
 */
function report(error) {
  if (typeof globalThis.reportError === 'function') {
    globalThis.reportError(error);
  } else {
    queueMicrotask(() => {
      throw error;
    });
  }
}

/** Events on their way from the stream to a `for await` loop, which holds the reading back while there are any. */
class EventQueue {
  /** @type {Event[]} */
  #events = [];
  /** What the loop, or the reading, waits for. */
  #wake = () => {};

  get isEmpty() {
    return this.#events.length === 0;
  }

  /** @param {Event} event */
  push(event) {
    this.#events.push(event);
    this.#wake();
  }

  /** Hands over all there is. */
  take() {
    const events = this.#events;
    this.#events = [];
    this.#wake();
    return events;
  }

  /** @returns {Promise<void>} */
  change() {
    return new Promise((resolve) => {
      const others = this.#wake;
      this.#wake = () => {
        this.#wake = () => {};
        others();
        resolve();
      };
    });
  }

  wake() {
    this.#wake();
  }
}

const NEEDED = [
  'AbortController',
  'DOMException',
  'Event',
  'EventTarget',
  'Headers',
  'TextDecoder',
  'TextEncoder',
  'URL',
];

/** The type of the event whose handler is looked for as its dispatch begins. */
let soughtType = '';

/**
 * The EventTarget of workerd calls what it finds as on*, before all listeners: it is to find no handler, since those are
 * among the listeners.
 */
class TargetWithoutHandlers extends classOf('EventTarget') {
  /** @param {Event} event */
  dispatchEvent(event) {
    soughtType = event?.type;
    try {
      return super.dispatchEvent(event);
    } finally {
      soughtType = '';
    }
  }
}

/**
 * What is kept of a response, read once: a fetch of the owner's may answer with anything.
 * @typedef {{ status: number, contentType: string, headers: Headers, url: string }} Answer
 */

/** A server-sent events connection. */
export class EventSource extends (isWorkerd ? TargetWithoutHandlers : classOf('EventTarget')) {
  #url;
  #withCredentials;
  #options;
  #connection;
  #origin = '';
  /**
   * What the `open` and `error` events tell of this attempt.
   * @type {Answer | null}
   */
  #response = null;
  /** @type {unknown} */
  #cause;
  /** Milliseconds; what the server asked for by Retry-After, and what the next wait will take. */
  #notBefore = 0;
  #retryIn = 0;
  /** The error that failed the connection. @type {Error | null} */
  #failure = null;

  /** @type {AbortController | null} The current request's, null when there is none. */
  #controller = null;
  /** @type {ReadableStream<Uint8Array> | ReadableStreamDefaultReader<Uint8Array> | null} */
  #body = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #idleTimer;
  /** @type {Map<string, { callback: any, listener: (event: Event) => void }> | null} The event handlers that are set. */
  #handlers = null;
  /** @type {Set<EventQueue> | null} Of the `for await` loops over this source. */
  #queues = null;
  /** Takes the listeners off that this source has put on others' objects. @type {(() => void) | null} */
  #release = null;

  /**
   * @param {string | URL} url
   * @param {import('./index.d.ts').EventSourceInit | null} [init]
   */
  constructor(url, init = undefined) {
    if (arguments.length === 0) {
      throw new TypeError("Failed to construct 'EventSource': 1 argument required (the URL), but only 0 present.");
    }
    demand(NEEDED);
    super();
    const given = `${url}`;
    if (init !== undefined && init !== null && typeof init !== 'object' && typeof init !== 'function') {
      throw new TypeError(`Failed to construct 'EventSource': init must be an object, not ${typeof init}.`);
    }
    this.#withCredentials = Boolean(init?.withCredentials);
    this.#options = init ? readOptions(init) : standardOptions();
    const { protocol, href } = parseUrl(given);
    this.#url = href;
    this.#connection = new Connection(this.#options.setup);
    this.#prepare(this.#options);
    queueMicrotask(() => {
      this.#connection.start(protocol);
      this.#watchVisibility();
      this.#perform();
    });
  }

  /**
   * A source that reads a stream of bytes instead of a URL, after the proposal at
   * https://github.com/whatwg/html/issues/12272. The end of the stream closes it; it never reconnects.
   * @param {ReadableStream<Uint8Array>} stream
   * @param {{ maxEventSize?: number, comment?: (text: string) => void } | null} [init]
   */
  static fromReadableStream(stream, init = undefined) {
    const { maxEventSize, comment } = init ?? {};
    if (typeof stream?.getReader !== 'function') {
      throw new TypeError(`EventSource.fromReadableStream takes a ReadableStream, not ${typeof stream}.`);
    }
    if (stream.locked) throw new TypeError('EventSource.fromReadableStream takes a stream that is not locked.');
    const headers = new Headers({ 'Content-Type': 'text/event-stream' });
    const source = new this('about:event-stream', {
      maxEventSize,
      comment,
      maxRetries: 0,
      fetch: async () => {
        const body = { getReader: () => reader, cancel: () => reader.cancel() };
        return /** @type {any} */ ({ status: 200, headers, url: '', body });
      },
    });
    const reader = stream.getReader(); // once the options are known to be right
    // Closed before it began: no request will ever take the reader.
    queueMicrotask(() => {
      if (source.readyState === sse.CLOSED) cancel(reader);
    });
    return source;
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

  /** Extension: the last event ID string. */
  get lastEventId() {
    return this.#connection.lastEventId;
  }

  /** Extension: the reconnection time, in milliseconds. */
  get reconnectionTime() {
    return this.#connection.reconnectionTime;
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

  /**
   * Extension: every message event of any type, from now on. The network is read no further while events wait to be
   * taken. Leaving the loop closes the source; a failed connection throws.
   * @returns {AsyncGenerator<MessageEvent<string>, void, void>}
   */
  async *[Symbol.asyncIterator]() {
    const queue = new EventQueue();
    (this.#queues ??= new Set()).add(queue);
    try {
      for (;;) {
        for (const event of queue.take()) {
          yield /** @type {MessageEvent<string>} */ (event);
          if (this.#connection.readyState === sse.CLOSED && this.#failure === null) return;
        }
        if (queue.isEmpty) {
          if (this.#failure !== null) throw this.#failure;
          if (this.#connection.readyState === sse.CLOSED) return;
          await queue.change();
        }
      }
    } finally {
      this.#queues.delete(queue);
      queue.wake();
      this.close();
    }
  }

  /** @param {string} type */
  #getHandler(type) {
    if (type === soughtType) {
      soughtType = '';
      return null;
    }
    return this.#handlers?.get(type)?.callback ?? null;
  }

  /**
   * https://html.spec.whatwg.org/multipage/webappapis.html#event-handler-attributes: a handler keeps the place among
   * the listeners that it took when it was first set, until it is set to null.
   * @param {string} type
   * @param {any} callback
   */
  #setHandler(type, callback) {
    const handlers = (this.#handlers ??= new Map());
    const handler = handlers.get(type);
    if ((typeof callback !== 'object' && typeof callback !== 'function') || callback === null) {
      if (handler) this.removeEventListener(type, handler.listener);
      handlers.delete(type);
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
      handlers.set(type, added);
      this.addEventListener(type, added.listener);
    }
  }

  /**
   * What the options ask for before the start.
   * @param {import('./options.js').Options} options
   */
  #prepare({ signal, lastEventId, reconnectionTime, comment, isLimitInUnits }) {
    if (lastEventId !== undefined) this.#connection.setLastEventId(lastEventId);
    if (reconnectionTime !== undefined) this.#connection.setReconnectionTime(reconnectionTime);
    const report = (comment ? sse.REPORT_COMMENTS : 0) | (isLimitInUnits ? sse.LIMIT_IN_UNITS : 0);
    if (report !== 0) this.#connection.report(report);
    if (!signal) return;
    if (signal.aborted) {
      this.#connection.close();
      return;
    }
    const close = () => this.close();
    signal.addEventListener('abort', close, { once: true });
    this.#release = () => signal.removeEventListener('abort', close);
  }

  #watchVisibility() {
    const { document } = globalThis;
    if (!this.#options.pauseWhenHidden || !document || this.#connection.readyState === sse.CLOSED) return;
    const follow = () => {
      if (document.visibilityState === 'hidden') this.#connection.pause();
      else this.#connection.resume();
      this.#perform();
    };
    const release = this.#release;
    document.addEventListener('visibilitychange', follow);
    this.#release = () => {
      document.removeEventListener('visibilitychange', follow);
      release?.();
    };
    if (document.visibilityState === 'hidden') this.#connection.pause();
  }

  /** Performs what the core asks for. Listeners run within it may close the source, so it asks anew each time. */
  #perform() {
    for (;;) {
      switch (this.#connection.nextAction()) {
        case sse.ACTION_NONE:
          if (this.#release !== null || this.#queues !== null) this.#endIfClosed();
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
        case sse.ACTION_WATCH:
          this.#watch();
          break;
        case sse.ACTION_FIRE_OPEN:
          super.dispatchEvent(new EventSourceOpenEvent(/** @type {Answer} */ (this.#response)));
          break;
        case sse.ACTION_ASK:
          this.#ask();
          break;
        case sse.ACTION_FIRE_ERROR:
          this.#fireError();
          break;
        case sse.ACTION_WAIT:
          this.#timer = this.#after(this.#retryIn, () => this.#connection.timer());
          break;
      }
    }
  }

  /** The idle time begins anew. */
  #watch() {
    clearTimeout(this.#idleTimer);
    this.#idleTimer = this.#after(this.#options.idleTimeout, () => this.#connection.idle());
  }

  /** A closed source leaves nothing behind. */
  #endIfClosed() {
    if (this.#connection.readyState !== sse.CLOSED) return;
    this.#release?.();
    this.#release = null;
    for (const queue of this.#queues ?? []) queue.wake();
  }

  /**
   * @param {number} milliseconds
   * @param {() => void} input
   */
  #after(milliseconds, input) {
    const timer = setTimeout(() => {
      input();
      this.#perform();
    }, milliseconds);
    if (!this.#options.ref) /** @type {any} */ (timer).unref?.();
    return timer;
  }

  #abort() {
    const controller = this.#controller;
    const body = this.#body;
    this.#endAttempt();
    cancel(body); // for a fetch that ignores its signal
    controller?.abort();
  }

  #endAttempt() {
    clearTimeout(this.#idleTimer);
    this.#controller = this.#body = null;
    for (const queue of this.#queues ?? []) queue.wake();
  }

  #ask() {
    const { status, headers } = this.#response ?? {};
    const attempt = this.#connection.tries;
    let isRetried;
    try {
      isRetried = this.#options.retryOn({ status, headers, error: this.#cause, attempt });
      if (isRetried !== undefined && typeof isRetried !== 'boolean') {
        throw new TypeError(`retryOn must return true, false or undefined, not ${typeof isRetried}.`); // nor a promise
      }
      if (isRetried) this.#notBefore = readRetryAfter(headers?.get('retry-after'));
    } catch (error) {
      this.#cause = error;
      isRetried = false;
    }
    const answer = isRetried ? sse.ANSWER_RETRY : isRetried === undefined ? sse.ANSWER_STANDARD : sse.ANSWER_FAIL;
    this.#connection.answer(answer);
  }

  #fireError() {
    const isFinal = this.#connection.readyState === sse.CLOSED;
    this.#retryIn = isFinal ? 0 : this.#connection.delay(this.#options.backoff, this.#notBefore);
    this.#notBefore = 0;
    const details = this.#describeError(isFinal);
    if (isFinal) {
      const { message, code, status, cause } = details;
      this.#failure = Object.assign(new Error(message, { cause }), { code, status });
    }
    super.dispatchEvent(new EventSourceErrorEvent('error', details));
  }

  /**
   * One attempt, from the request to the end of its body.
   * @param {boolean} withLastEventId
   */
  async #request(withLastEventId) {
    const connection = this.#connection;
    const controller = new AbortController();
    this.#controller = controller;
    this.#response = null;
    this.#cause = undefined;
    try {
      const response = await this.#fetch(controller.signal, withLastEventId);
      if (this.#controller !== controller) {
        cancel(response.body);
        return;
      }
      if (response.type === 'error') throw new TypeError('fetch answered with a network error'); // Response.error()
      this.#announce(response);
      if (this.#controller !== controller) return;
      await this.#read(response.body, controller);
      if (this.#controller !== controller) return;
      this.#endAttempt();
      connection.endOfBody();
    } catch (error) {
      if (this.#controller !== controller) return;
      this.#endAttempt();
      this.#cause = error;
      connection.networkError();
    }
    this.#perform();
  }

  /**
   * @param {AbortSignal} signal
   * @param {boolean} withLastEventId
   */
  async #fetch(signal, withLastEventId) {
    const { headers, body, method = 'GET', fetch = globalThis.fetch, ref } = this.#options;
    /** @type {Record<string, string>} */
    const sent = { Accept: 'text/event-stream' };
    if (headers) {
      const own = new Headers(typeof headers === 'function' ? await headers() : headers);
      sent.Accept = own.get('accept') ?? sent.Accept;
      own.delete('accept');
      if (withLastEventId) own.delete('last-event-id');
      Object.assign(sent, Object.fromEntries(own));
    }
    if (withLastEventId) sent['Last-Event-ID'] = toHeaderValue(this.#connection.lastEventId);
    /** @type {RequestInit & { duplex?: string }} */
    const init = {
      method,
      mode: 'cors',
      credentials: this.#withCredentials ? 'include' : 'same-origin',
      cache: 'no-store',
      redirect: 'follow',
      headers: sent,
      signal,
    };
    if (body !== undefined && body !== null) {
      init.body = typeof body === 'function' ? await body() : body;
      // Required where the body is a stream, which fetch would send before it reads the response.
      const given = /** @type {any} */ (init.body);
      if (given?.getReader || given?.[Symbol.asyncIterator]) init.duplex = 'half';
    }
    // close() during headers() or body()
    signal.throwIfAborted();
    return ref ? fetch(this.#url, init) : unrefed(() => fetch(this.#url, init));
  }

  /** @param {Response} response */
  #announce(response) {
    const { status, headers, url } = response;
    const contentType = `${headers.get('content-type') ?? ''}`;
    this.#response = { status, contentType, headers, url };
    this.#origin = new URL(url || this.#url).origin;
    this.#body = response.body;
    const hasStream = response.body === null || typeof response.body?.getReader === 'function';
    this.#connection.response(status, contentType, hasStream);
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
      const event = makeMessageEvent(type || 'message', data, this.#origin, this.#connection.lastEventId);
      super.dispatchEvent(event);
      if (this.#queues !== null) for (const queue of this.#queues) queue.push(event);
    };
    const hooks = this.#options.comment ? { line: this.#comment } : undefined;
    try {
      for (;;) {
        const { done, value } = await reader.read();
        if (done || this.#controller !== controller) return;
        if (!isUint8Array(value)) {
          cancel(reader);
          throw new TypeError('the body of the response must yield only Uint8Arrays');
        }
        this.#connection.receive(value, deliver, hooks);
        this.#perform();
        if (this.#queues !== null) await this.#drained(controller);
        if (this.#controller !== controller) return;
      }
    } finally {
      reader.releaseLock?.(); // a reader of a fetch of the owner's may lack it
    }
  }

  /**
   * Back-pressure: waits until every loop over this source has taken its events.
   * @param {AbortController} controller
   */
  async #drained(controller) {
    // It is not the server that is idle meanwhile.
    clearTimeout(this.#idleTimer);
    for (;;) {
      const full = [...(this.#queues ?? [])].find((queue) => !queue.isEmpty);
      if (this.#controller !== controller) return;
      if (full === undefined) break;
      await full.change();
    }
    if (this.#options.idleTimeout) this.#watch();
  }

  /** A comment's line begins with the colon. */
  #comment = (/** @type {number} */ _kind, /** @type {string} */ line) => {
    try {
      this.#options.comment(line.slice(line[1] === ' ' ? 2 : 1));
    } catch (error) {
      report(error);
    }
  };

  /**
   * @param {boolean} isFinal
   * @returns {import('./events.js').ErrorDetails}
   */
  #describeError(isFinal) {
    const { reason, isLastEventIdSendable } = this.#connection;
    const status = this.#response?.status;
    const isRefused = [sse.REASON_STATUS, sse.REASON_CONTENT_TYPE, sse.REASON_BODY].includes(reason);
    const what = this.#describeReason(reason);
    const withoutId = isLastEventIdSendable
      ? ''
      : ', without Last-Event-ID, because the last event ID holds a control character that no header can carry';
    /** @type {Record<number, boolean>} */
    const isFailure = { [sse.REASON_SCHEME]: true, [sse.REASON_TOO_LARGE]: true };
    const message = !isFinal
      ? `${what}; reconnecting in ${this.#retryIn} ms${withoutId}.`
      : isRefused || isFailure[reason]
        ? `The connection failed: ${what[0].toLowerCase()}${what.slice(1)}.`
        : `${what}; the connection failed, since no retry is left.`;
    return {
      message,
      code: isRefused ? status : undefined,
      status,
      cause: this.#cause,
      retryIn: isFinal ? null : this.#retryIn,
    };
  }

  /** @param {number} reason */
  #describeReason(reason) {
    const { maxEventSize, idleTimeout } = this.#options;
    switch (reason) {
      case sse.REASON_SCHEME:
        return `A URL of the scheme ${new URL(this.#url).protocol} cannot be fetched, only http:, https:, data: and blob:`;
      case sse.REASON_STATUS:
        return `The server answered with status ${this.#response?.status}, not 200`;
      case sse.REASON_CONTENT_TYPE: {
        const type = this.#response?.contentType;
        return `The server answered with ${type ? `Content-Type '${type}'` : 'no Content-Type'}, not text/event-stream`;
      }
      case sse.REASON_BODY:
        return 'The body of the response is not a ReadableStream';
      case sse.REASON_TOO_LARGE:
        return `An event was larger than ${maxEventSize} bytes; the maxEventSize option raises this limit`;
      case sse.REASON_NETWORK:
        return `The request failed (${explain(this.#cause)})`;
      case sse.REASON_BROKEN:
        return `The connection broke off (${explain(this.#cause)})`;
      case sse.REASON_IDLE:
        return `The server sent nothing for ${idleTimeout} ms`;
      default:
        return 'The stream ended';
    }
  }
}

// https://webidl.spec.whatwg.org/: constants on the interface and its prototype; attributes and operations are
// enumerable.
for (const [name, value] of Object.entries({ CONNECTING: sse.CONNECTING, OPEN: sse.OPEN, CLOSED: sse.CLOSED })) {
  Object.defineProperty(EventSource, name, { value, enumerable: true });
  Object.defineProperty(EventSource.prototype, name, { value, enumerable: true });
}
for (const name of [
  'url',
  'withCredentials',
  'readyState',
  'lastEventId',
  'reconnectionTime',
  'onopen',
  'onmessage',
  'onerror',
  'close',
]) {
  Object.defineProperty(EventSource.prototype, name, { enumerable: true });
}
Object.defineProperty(EventSource, 'name', { value: 'EventSource', configurable: true }); // whatever a minifier makes of it
Object.defineProperty(EventSource.prototype, Symbol.toStringTag, { value: 'EventSource', configurable: true });
// As the eventsource package tells that its `fetch` option is understood.
Object.defineProperty(EventSource, Symbol.for('eventsource.supports-fetch-override'), { value: true });
