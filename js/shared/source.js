// SharedEventSource: the interface of EventSource, for a connection that all tabs share.
// @ts-check
import { Target, handlerAttributes } from '../source/handlers.js';
import { iterate } from '../source/iterate.js';
import { defineAttributes, defineInterface } from '../source/webidl.js';
import { Client } from './client.js';
import { readRequest } from './request.js';

/** @type {(source: any) => any} */
let clientOf;

export class SharedEventSource extends Target {
  static {
    clientOf = (source) => source.#client;
  }

  #client;

  /** @param {string | URL} url @param {any} [init] */
  constructor(url, init = undefined) {
    if (arguments.length === 0) throw new TypeError('A SharedEventSource needs a URL.');
    super();
    this.#client = new Client(this, readRequest(`${url}`, init));
  }

  close() {
    this.#client.close();
  }

  /** It would act on all tabs. */
  reconnect() {
    throw new TypeError(
      'A SharedEventSource has no connection of its own to make anew: make a source with another `group`.',
    );
  }
}

const { prototype } = SharedEventSource;
const attributes = ['url', 'withCredentials', 'readyState', 'lastEventId', 'reconnectionTime', 'shared'];
for (const name of attributes) {
  Object.defineProperty(prototype, name, {
    get() {
      return clientOf(this)[name];
    },
    configurable: true,
  });
}
defineInterface(SharedEventSource, 'SharedEventSource', [...attributes, 'close']);
defineAttributes(SharedEventSource, handlerAttributes(['open', 'message', 'error'], clientOf));
iterate.define?.(SharedEventSource, clientOf);
