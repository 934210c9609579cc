import type { EventSourceErrorEvent, EventSourceMessageEvent } from './index.js';
import type { Event, EventTargetClass, ListenerOptions, URL } from './platform.js';

export type { EventSourceErrorEvent, EventSourceMessageEvent } from './index.js';

export interface EventSourceInit {
  /** Send cookies and other credentials to another origin too (`credentials: 'include'`). Default: false. */
  withCredentials?: boolean;
}

export interface EventSourceEventMap {
  open: Event;
  message: EventSourceMessageEvent;
  error: EventSourceErrorEvent;
}

type Handler = (event: any) => unknown;
type HandlerOf<E> = (this: EventSource, event: E) => unknown;
type Listener<E> = HandlerOf<E> | { handleEvent(event: E): unknown } | null;

/**
 * The EventSource interface of the HTML standard, without options, whose `error` events say what happened:
 * https://html.spec.whatwg.org/multipage/server-sent-events.html#the-eventsource-interface
 * `Events` may say what a stream sends: `EventSource<{ light: EventSourceMessageEvent<'on' | 'off'> }>`.
 */
export declare class EventSource<Events extends object = {}> extends EventTargetClass {
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
   */
  constructor(url: string | URL, init?: EventSourceInit | null);

  /** The URL as the constructor resolved it; a redirect does not change it. */
  readonly url: string;
  readonly withCredentials: boolean;
  /** CONNECTING (0), OPEN (1) or CLOSED (2). */
  readonly readyState: 0 | 1 | 2;

  // Read as less than what is written, so that a source is assignable to lib.dom's EventSource, whose events tell less.
  get onopen(): Handler | null;
  set onopen(handler: HandlerOf<Event> | null);
  get onmessage(): Handler | null;
  set onmessage(handler: HandlerOf<EventSourceMessageEvent> | null);
  get onerror(): Handler | null;
  set onerror(handler: HandlerOf<EventSourceErrorEvent> | null);

  /** Aborts the request, or the wait for the next one; no event is delivered after it. */
  close(): void;

  addEventListener<T extends keyof Events & string>(
    type: T,
    listener: Listener<Events[T]>,
    options?: boolean | ListenerOptions,
  ): void;
  addEventListener<T extends keyof EventSourceEventMap>(
    type: T,
    listener: Listener<EventSourceEventMap[T]>,
    options?: boolean | ListenerOptions,
  ): void;
  addEventListener(
    type: string,
    listener: Listener<EventSourceMessageEvent>,
    options?: boolean | ListenerOptions,
  ): void;
  // With no more options than lib.dom's, so that a union with its EventSource can be called.
  removeEventListener<T extends keyof Events & string>(
    type: T,
    listener: Listener<Events[T]>,
    options?: boolean | { capture?: boolean },
  ): void;
  removeEventListener<T extends keyof EventSourceEventMap>(
    type: T,
    listener: Listener<EventSourceEventMap[T]>,
    options?: boolean | { capture?: boolean },
  ): void;
  removeEventListener(
    type: string,
    listener: Listener<EventSourceMessageEvent>,
    options?: boolean | { capture?: boolean },
  ): void;
}
