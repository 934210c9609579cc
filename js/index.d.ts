/** Options of `new EventSource(url, init)`. */
export interface EventSourceInit {
  /** Send cookies and other credentials to another origin too (`credentials: 'include'`). Default: false. */
  withCredentials?: boolean;
  /**
   * Extension. Bytes of data, event type and id that one event may hold, 1 to 536,870,888; a larger one fails the
   * connection. Default: 134,217,728 (128 MiB).
   */
  maxEventSize?: number;
}

/** The `error` event. `message`, `code` and `cause` are extensions; the standard fires a plain Event. */
export interface EventSourceErrorEvent extends Event {
  /** A sentence that says what happened and what follows. */
  readonly message: string;
  /** The HTTP status of a response that was refused, else undefined. */
  readonly code: number | undefined;
  /** What `fetch` or the body threw, else undefined. */
  readonly cause: unknown;
}

export interface EventSourceEventMap {
  open: Event;
  message: MessageEvent<string>;
  error: EventSourceErrorEvent;
}

type Listener<E extends Event> = ((this: EventSource, event: E) => unknown) | { handleEvent(event: E): unknown } | null;

/**
 * The EventSource interface of the HTML standard:
 * https://html.spec.whatwg.org/multipage/server-sent-events.html#the-eventsource-interface
 */
export declare class EventSource extends EventTarget {
  static readonly CONNECTING: 0;
  static readonly OPEN: 1;
  static readonly CLOSED: 2;
  readonly CONNECTING: 0;
  readonly OPEN: 1;
  readonly CLOSED: 2;

  /**
   * Opens a connection at once and keeps it up until `close()`.
   * @param url Absolute, or relative to the document or the worker; in Node always absolute.
   * @throws {DOMException} `SyntaxError` if the URL does not parse
   * @throws {TypeError} on an option that is not allowed
   */
  constructor(url: string | URL, init?: EventSourceInit | null);

  /** The URL as the constructor resolved it; a redirect does not change it. */
  readonly url: string;
  readonly withCredentials: boolean;
  /** CONNECTING (0), OPEN (1) or CLOSED (2). */
  readonly readyState: 0 | 1 | 2;

  onopen: ((this: EventSource, event: Event) => unknown) | null;
  onmessage: ((this: EventSource, event: MessageEvent<string>) => unknown) | null;
  onerror: ((this: EventSource, event: EventSourceErrorEvent) => unknown) | null;

  /** Aborts the request, or the wait for the next one; no event is delivered after it. */
  close(): void;

  addEventListener<T extends keyof EventSourceEventMap>(
    type: T,
    listener: Listener<EventSourceEventMap[T]>,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener(
    type: string,
    listener: Listener<MessageEvent<string>>,
    options?: boolean | AddEventListenerOptions,
  ): void;
  removeEventListener<T extends keyof EventSourceEventMap>(
    type: T,
    listener: Listener<EventSourceEventMap[T]>,
    options?: boolean | EventListenerOptions,
  ): void;
  removeEventListener(
    type: string,
    listener: Listener<MessageEvent<string>>,
    options?: boolean | EventListenerOptions,
  ): void;
}
