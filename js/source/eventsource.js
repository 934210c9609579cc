// The EventSource interface and its processing model, step by step:
// https://html.spec.whatwg.org/multipage/server-sent-events.html, whose anchors and sentences the comments cite.
// The core makes the decisions (src/sse.h); this file performs them. What the package offers beyond the standard joins
// by `call`, `ask` and `hooks` (hooks.d.ts) and stands in files of its own, which extended.js lists.
// @ts-check
import { isUint8Array } from '../core/stream.js';
import { demand } from '../runtime.js';
import { makeMessageEvent } from './events.js';
import { Extensible } from './extensible.js';
import { cancel, makeAbort, toHeaderValue } from './fetching.js';
import { Target, handlerAttributes } from './handlers.js';
import { parseUrl } from './url.js';
import { defineAttributes, defineInterface, toDictionary } from './webidl.js';
import * as sse from '../../dist/layout.js';

/** @typedef {import('./hooks.d.ts').Hooks} Hooks */

const NEEDED = 'AbortController DOMException Event EventTarget Headers TextDecoder TextEncoder URL'.split(' ');

/**
 * The interface: #the-eventsource-interface
 * @param {import('../core/supply.js').Supply} supply
 * @param {readonly Hooks[]} hooks of every source
 * @param {import('./hooks.d.ts').Extensions} [extensions]
 * @returns {any}
 */
export function defineEventSource(supply, hooks, extensions = {}) {
  /** For this file and the extensions alone. @type {(source: any) => Connection} */
  let connectionOf;

  class EventSource extends Target {
    /** @type {Connection} */
    #connection;

    /** @param {string | URL} url @param {any} [init] */
    constructor(url, init = undefined) {
      if (arguments.length === 0) {
        throw new TypeError("Failed to construct 'EventSource': 1 argument required (the URL), but only 0 present.");
      }
      demand(NEEDED);
      super();
      this.#connection = new Connection(this, `${url}`, toDictionary(init), supply, hooks, extensions.join);
    }

    get url() {
      return this.#connection.url;
    }

    get withCredentials() {
      return this.#connection.withCredentials;
    }

    get readyState() {
      return this.#connection.readyState;
    }

    close() {
      this.#connection.close();
    }

    static {
      connectionOf = (source) => source.#connection;
    }
  }

  defineInterface(EventSource, 'EventSource', ['url', 'withCredentials', 'readyState', 'close']);
  defineAttributes(EventSource, handlerAttributes(['open', 'message', 'error'], connectionOf));
  extensions.define?.(EventSource, connectionOf);
  return EventSource;
}

/**
 * 8. to 11. of the constructor, and what #reestablish-the-connection adds.
 * @param {Connection} connection
 * @param {AbortSignal} signal
 * @param {boolean} withLastEventId
 * @returns {import('./hooks.d.ts').Request}
 */
function makeRequest({ withCredentials, lastEventId }, signal, withLastEventId) {
  /** @type {Record<string, string>} */
  const headers = { Accept: 'text/event-stream' }; // 10. "User agents may set (`Accept`, `text/event-stream`)"
  // "If the EventSource object's last event ID string is not the empty string, ... set (`Last-Event-ID`,
  // lastEventIDValue) in request's header list", "encoded as UTF-8"
  if (withLastEventId) headers['Last-Event-ID'] = toHeaderValue(lastEventId);
  return {
    method: 'GET',
    mode: 'cors', // 8. "create a potential-CORS request given urlRecord, the empty string, and corsAttributeState"
    credentials: withCredentials ? 'include' : 'same-origin',
    headers,
    cache: 'no-store', // 11. "Set request's cache mode to "no-store"."
    redirect: 'follow',
    signal,
  };
}

/** One source's state and its processing model: #sse-processing-model */
export class Connection extends Extensible {
  /** What `open` and `error` events say of this attempt's response, which is read once. @type {import('./hooks.d.ts').KnownResponse | null} */
  response = null;
  /** What this attempt threw. @type {unknown} */
  cause;
  /** Milliseconds until the next request; null if there will be none. @type {number | null} */
  retryIn = null;
  /** The event that said that the connection failed. @type {Event | null} */
  failure = null;
  /** The event handlers that are set; handlers.js keeps them. @type {import('./handlers.js').Handlers | null} */
  handlers = null;

  /** The current request's, null when there is none. @type {AbortController | null} */
  #controller = null;
  /** @type {ReadableStream<Uint8Array> | ReadableStreamDefaultReader<Uint8Array> | null} */
  #body = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  #origin = '';
  #isReleased = false;

  /**
   * #dom-eventsource: "The EventSource(url, eventSourceInitDict) constructor, when invoked, must run these steps". Its
   * step 1, "Let ev be a new EventSource object", has made `source`.
   * @param {EventTarget} source
   * @param {string} url
   * @param {any} init
   * @param {import('../core/supply.js').Supply} supply
   * @param {readonly Hooks[]} hooks of every source
   * @param {import('./hooks.d.ts').Extensions['join']} join
   */
  constructor(source, url, init, supply, hooks, join) {
    super(supply.now, hooks);
    this.source = source;
    this.withCredentials = Boolean(init?.withCredentials); // 5. to 7., the CORS attribute state
    if (init) join?.(init, this);
    // 2. "Let settings be ev's relevant settings object." 3. "Let urlRecord be the result of encoding-parsing a URL
    // given url, relative to settings." 4. "If urlRecord is failure, then throw a "SyntaxError" DOMException."
    const { protocol, href } = parseUrl(url);
    this.url = href; // "Set ev's url to urlRecord."
    this.#start(protocol, supply);
  }

  /**
   * 8. to 16., "in parallel": the constructor has returned before anything that can be observed happens.
   * @param {string} scheme
   * @param {import('../core/supply.js').Supply} supply
   */
  async #start(scheme, supply) {
    try {
      if (!this.hasCore) {
        const core = await supply.later();
        if (this.isStopped) return;
        this.core = core;
      }
    } catch (error) {
      if (this.isStopped) return;
      super.close();
      this.cause = error;
      this.#fireError();
      this.#release();
      return;
    }
    this.call('ready');
    await null;
    if (this.isStopped) return;
    this.start(scheme);
    this.call('started');
    this.perform();
  }

  /** A closed source leaves nothing behind. */
  #release() {
    if (!this.#isReleased) this.call('closed');
    this.#isReleased = true;
  }

  /** #dom-eventsource-close: "abort any instances of the fetch algorithm", "set the readyState attribute to CLOSED" */
  close() {
    super.close();
    this.perform();
  }

  /** Performs what the core asks for. Listeners that run within it may close the source, so each action is asked for. */
  perform() {
    for (;;) {
      switch (this.hasCore ? this.load().nextAction() : sse.ACTION_NONE) {
        case sse.ACTION_NONE:
          if (this.readyState === sse.CLOSED) this.#release();
          return;
        case sse.ACTION_ABORT:
          this.#abort();
          break;
        case sse.ACTION_CANCEL_TIMER:
          clearTimeout(this.#timer);
          break;
        case sse.ACTION_FETCH:
          this.#attempt(false);
          break;
        case sse.ACTION_FETCH_WITH_ID:
          this.#attempt(true);
          break;
        case sse.ACTION_FIRE_OPEN:
          this.fire(this.ask('makeEvent', 'open') ?? new Event('open'));
          break;
        case sse.ACTION_DECIDE:
          this.load().decide(this.ask('decide'));
          break;
        case sse.ACTION_FIRE_ERROR:
          this.#fireError();
          break;
        case sse.ACTION_WAIT: // "Wait a delay equal to the reconnection time of the event source."
          this.#timer = this.after(/** @type {number} */ (this.retryIn), () => this.load().timerFired());
          break;
      }
    }
  }

  /**
   * "Fetch request, with ... processResponseEndOfBody", from the request to the end of its body.
   * @param {boolean} withLastEventId
   */
  async #attempt(withLastEventId) {
    const controller = new AbortController();
    this.#controller = controller;
    this.response = null;
    this.cause = undefined;
    this.call('requesting');
    try {
      const response = await this.fetch(this.url, makeRequest(this, controller.signal, withLastEventId));
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
      this.load().bodyEnded(); // "reestablish the connection"
    } catch (error) {
      if (this.#controller !== controller) return;
      this.#endAttempt();
      this.cause = error;
      // "if res is a network error, then reestablish the connection, unless the user agent knows that to be futile"
      this.load().networkFailed(Number(Boolean(this.ask('isFutile'))));
    }
    this.perform();
  }

  /**
   * "process response res": the core decides whether to announce the connection or to fail it.
   * @param {Response} response
   */
  #announce(response) {
    const { status, headers, url } = response;
    const contentType = `${headers.get('content-type') ?? ''}`;
    this.response = { status, contentType, headers, url };
    this.#origin = new URL(url || this.requestedUrl).origin; // #dispatchMessage: "the origin of the event stream's final URL"
    this.#body = response.body;
    const hasStream = response.body === null || typeof response.body?.getReader === 'function';
    this.receiveResponse(status, contentType, hasStream);
    this.perform();
  }

  /**
   * #event-stream-interpretation, chunk by chunk
   * @param {ReadableStream<Uint8Array> | null} body
   * @param {AbortController} controller
   */
  async #read(body, controller) {
    if (body === null) return;
    const reader = body.getReader();
    this.#body = reader;
    const deliver = (/** @type {string} */ type, /** @type {string} */ data) => this.#dispatch(type, data);
    const callbacks = this.joined.find(({ line }) => line);
    try {
      for (;;) {
        this.call('reading');
        const { done, value } = await reader.read();
        if (done || this.#controller !== controller) return;
        this.call('received');
        if (!isUint8Array(value)) {
          cancel(reader);
          throw new TypeError('the body of the response must yield only Uint8Arrays');
        }
        this.receive(value, deliver, callbacks);
        this.perform();
        for (const { hold } of this.joined) if (hold) await hold();
        if (this.#controller !== controller) return;
      }
    } finally {
      reader.releaseLock?.(); // a reader of a caller's own fetch may lack it
    }
  }

  /**
   * #dispatchMessage: "Initialize event's type attribute to "message", its data attribute to data, its origin attribute
   * to ..., and its lastEventId attribute to the last event ID string of the event source."
   * @param {string} type
   * @param {string} data
   */
  #dispatch(type, data) {
    const event = makeMessageEvent(type || 'message', data, this.#origin, this.lastEventId);
    this.fire(event);
    for (const { dispatched } of this.joined) if (dispatched) dispatched(event);
  }

  /** #fail-the-connection and #reestablish-the-connection: "fires an event named error" */
  #fireError() {
    const isFinal = this.readyState === sse.CLOSED;
    this.retryIn = isFinal ? null : (this.ask('delay') ?? this.load().delay());
    const event = this.ask('makeEvent', 'error') ?? new Event('error');
    if (isFinal) this.failure = event;
    this.fire(event);
  }

  #abort() {
    const abort = makeAbort(this.#body, this.#controller);
    const body = this.#body;
    this.#endAttempt();
    if (!this.ask('keepBody', { body, abort })) abort();
  }

  #endAttempt() {
    this.#controller = this.#body = null;
    this.call('ended');
  }

  // ---- What the hooks use too ----

  /** Fires an event whatever dispatchEvent a page or a subclass has given the source. @param {Event} event */
  fire(event) {
    Target.prototype.dispatchEvent.call(this.source, event);
  }

  /**
   * @param {number} milliseconds
   * @param {() => void} input to the core
   */
  after(milliseconds, input) {
    const timer = setTimeout(() => {
      input();
      this.perform();
    }, milliseconds);
    for (const { madeTimer } of this.joined) madeTimer?.(timer);
    return timer;
  }
}
