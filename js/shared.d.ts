import type { EventSource, EventSourceInit } from './index.js';
import type { URL } from './platform.js';

export type { EventSourceErrorEvent, EventSourceMessageEvent, EventSourceOpenEvent } from './index.js';

type SharedWorker = typeof globalThis extends { SharedWorker: { prototype: infer T } } ? T : { readonly port: unknown };

/** Options of `new SharedEventSource(url, init)`. What belongs to one tab throws a `TypeError` from the constructor. */
export interface SharedEventSourceInit extends Pick<
  EventSourceInit,
  | 'withCredentials'
  | 'method'
  | 'signal'
  | 'lastEventId'
  | 'reconnectionTime'
  | 'backoff'
  | 'maxRetries'
  | 'idleTimeout'
  | 'maxEventSize'
  | 'maxBufferSize'
> {
  /** Headers of every request. */
  headers?: Exclude<EventSourceInit['headers'], (...values: never[]) => unknown>;
  /** Of every request. Default: none. */
  body?: string | null;
  /** Only sources of the same group share a connection: whose cookies it is made with, for example. Default: ''. */
  group?: string;
  /**
   * Makes a SharedWorker, a new object for each call, that runs `eventsource-wasm/shared/worker`; false: do without one.
   * Default: one that runs the package's file.
   */
  worker?: (() => SharedWorker) | false;
}

/**
 * An EventSource whose connection is shared with all others of its origin that have the same URL and options, in
 * whatever tabs.
 */
export interface SharedEventSource extends EventSource {
  /** Who holds the connection: a SharedWorker, one of the tabs, or this tab for itself alone. */
  readonly shared: 'worker' | 'tab' | 'own';
}

export declare const SharedEventSource: {
  readonly prototype: SharedEventSource;
  readonly CONNECTING: 0;
  readonly OPEN: 1;
  readonly CLOSED: 2;

  /**
   * @param url Absolute, or relative to the document.
   * @throws {DOMException} `SyntaxError` if the URL does not parse
   * @throws {TypeError} on an option that is not allowed, or cannot be shared
   */
  new (url: string | URL, init?: SharedEventSourceInit | null): SharedEventSource;
};
