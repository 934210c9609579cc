// SharedEventSource: the interface of EventSource, for a connection that all tabs share.
// @ts-check
import { Target, handlerAttributes } from '../source/handlers.js';
import { iterate } from '../source/iterate.js';
import { defineAttributes, defineInterface } from '../source/webidl.js';
import { Client } from './client.js';
import { readRequest } from './request.js';

/** @type {(source: any) => Client} */
let clientOf;

export class SharedEventSource extends Target {
  static {
    clientOf = (source) => source.#client;
  }

  #client;

  /** @param {string | URL} url @param {any} [init] */
  constructor(url, init = undefined) {
    if (arguments.length === 0) {
      throw new TypeError(
        "Failed to construct 'SharedEventSource': 1 argument required (the URL), but only 0 present.",
      );
    }
    super();
    this.#client = new Client(this, readRequest(`${url}`, init));
  }

  get url() {
    return this.#client.url;
  }

  get withCredentials() {
    return this.#client.withCredentials;
  }

  get readyState() {
    return this.#client.readyState;
  }

  close() {
    this.#client.close();
  }
}

const { prototype } = SharedEventSource;
defineInterface(SharedEventSource, ['url', 'withCredentials', 'readyState', 'close']);
Object.defineProperty(SharedEventSource, 'name', { value: 'SharedEventSource', configurable: true });
Object.defineProperty(prototype, Symbol.toStringTag, { value: 'SharedEventSource', configurable: true });
defineAttributes(SharedEventSource, handlerAttributes(['open', 'message', 'error'], clientOf));
defineAttributes(SharedEventSource, {
  get lastEventId() {
    return clientOf(this).lastEventId;
  },
  get reconnectionTime() {
    return clientOf(this).reconnectionTime;
  },
  get shared() {
    return clientOf(this).shared;
  },
});
iterate.define?.(SharedEventSource, /** @type {any} */ (clientOf));
