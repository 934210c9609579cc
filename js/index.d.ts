import type {
  AbortSignal,
  BodyInit,
  Event,
  EventClass,
  EventTargetClass,
  Headers,
  HeadersInit,
  ListenerOptions,
  MessageEvent,
  ReadableStream,
  ReadableStreamLike,
  URL,
  WritableStream,
} from './platform.js';

type Awaitable<T> = T | Promise<T>;

/** What this package calls `fetch` with: it fits what every `fetch` takes. */
export interface EventSourceFetchInit {
  method: string;
  mode: 'cors';
  credentials: 'include' | 'same-origin';
  cache: 'no-store';
  redirect: 'follow';
  headers: { [name: string]: string; Accept: string };
  /** As the option `body` gives it. */
  body?: any;
  signal: AbortSignal;
}

/** What it needs of a response. */
export interface FetchLikeResponse {
  readonly status: number;
  readonly url: string;
  readonly headers: { get(name: string): string | null };
  readonly body: ReadableStreamLike<Uint8Array> | null;
}

/** A `fetch`, or a function in its place. */
export type FetchLike = (url: string, init: EventSourceFetchInit) => Promise<FetchLikeResponse>;

/** How the wait before a reconnection grows with attempts in a row that came to nothing. */
export interface Backoff {
  /** The wait is multiplied by it for each such attempt, 1 to 100. Default: 2. */
  factor?: number;
  /** Milliseconds. Never less than the reconnection time. Default: 30,000. */
  maxDelay?: number;
  /** The share of the wait, 0 to 1, of which a random part is taken off. Default: 0. */
  jitter?: number;
}

/** What `retryOn` is asked about: a response that is refused, or a network error. */
export interface LostConnection {
  /** Of the response, if there was one. */
  status?: number;
  headers?: Headers;
  /** What `fetch` or the body threw. */
  error?: unknown;
  /** Reconnections in a row so far that came to nothing. */
  attempt: number;
}

/**
 * Options of `new EventSource(url, init)`. All but `withCredentials` are extensions: with none given, everything is
 * the standard's. A value that is not allowed throws a `TypeError` from the constructor.
 */
export interface EventSourceInit {
  /** Send cookies and other credentials to another origin too (`credentials: 'include'`). Default: false. */
  withCredentials?: boolean;
  /** Called instead of the global `fetch`. */
  fetch?: FetchLike;
  /** Headers of every request, or a function that is called for each attempt. Default: none but Accept. */
  headers?: HeadersInit | (() => Awaitable<HeadersInit>);
  /** Default: GET. */
  method?: string;
  /** Of every request; a function for one that can be read only once. Default: none. */
  body?: BodyInit | null | (() => Awaitable<BodyInit | null>);
  /** Makes the URL that each request goes to, from `url`; `source.url` stays. Default: `url` itself. */
  requestUrl?: (url: string) => Awaitable<string | URL>;
  /** The query parameter that carries the last event ID, in place of the header `Last-Event-ID`. Default: none. */
  lastEventIdQueryParameterName?: string;
  /** Take a response without a Content-Type for an event stream. Default: false. */
  allowMissingContentType?: boolean;
  /** Aborting it closes the source. */
  signal?: AbortSignal | null;
  /** The last event ID string to begin with, without NUL, CR and LF; sent with the first request. Default: ''. */
  lastEventId?: string;
  /** Milliseconds, 0 to 2,147,483,647, until the stream sets another by `retry`. Default: 3,000. */
  reconnectionTime?: number;
  /** Default: false, which is the standard's constant delay. `true` takes the defaults of its members. */
  backoff?: Backoff | boolean;
  /** Reconnections in a row that may come to nothing, 0 to 65,534, or Infinity (the default). Then it fails. */
  maxRetries?: number;
  /**
   * Milliseconds after which a connection that still lives is a good one even without an event, so that `maxRetries`
   * and `backoff` count from the start again, 0 to 2,147,483,647. Default: 5,000.
   */
  minUptime?: number;
  /** Whether to reconnect: true, false, or undefined for what the standard says. */
  retryOn?: (lost: LostConnection) => boolean | undefined;
  /** Milliseconds without a byte, comments counted, after which it reconnects. Default: none. */
  idleTimeout?: number;
  /**
   * Bytes of data, event type and id that one event may hold, 1 to 536,870,888; a larger one fails the connection.
   * Default: 134,217,728 (128 MiB).
   */
  maxEventSize?: number;
  /** The `eventsource` package's name for a limit that counts UTF-16 code units; `maxEventSize` goes before it. */
  maxBufferSize?: number;
  /** Have no request under way while the page is hidden. Default: false. */
  pauseWhenHidden?: boolean;
  /** false lets Node end while the source is not closed. Default: true. */
  ref?: boolean;
  /** How much may be read ahead of a `for await` loop, in characters of events, each counted with 100 more. Default: 1 MiB. */
  readAhead?: number;
  /** Called with the text of each comment line. */
  comment?: (text: string) => void;
  /** Called with each line that the standard ignores: one that is no field, and a `retry` that is not all digits. */
  ignoredLine?: (line: string) => void;
}

/** What becomes of an event at the end of a body that no empty line follows. The standard drops it. */
export type Unfinished = 'drop' | 'yield' | 'error';

export interface FromStreamOptions extends Pick<
  EventSourceInit,
  'maxEventSize' | 'readAhead' | 'comment' | 'ignoredLine'
> {
  /** 'yield' fires it; 'error' has it as `event` of the `cause` of the `error` event. Default: 'drop'. */
  unfinished?: Unfinished;
}

/** The `open` event. Its members are extensions; the standard fires a plain Event. */
export interface EventSourceOpenEvent extends Event {
  readonly status: number;
  readonly headers: Headers;
  /** After redirects. */
  readonly url: string;
}

/** A `message` event, or one of the type that the stream gives it: the standard's MessageEvent. */
export interface EventSourceMessageEvent<Data extends string = string> extends MessageEvent {
  /** The `data` lines, joined by line feeds. */
  readonly data: Data;
}

/** The `error` event. Its members are extensions; the standard fires a plain Event. */
export declare class ErrorEvent extends EventClass {
  constructor(
    type: string,
    details?: { message?: string; code?: number; status?: number; headers?: Headers; cause?: unknown },
  );
  /** A sentence that says what happened and what follows. */
  readonly message: string;
  /** The HTTP status of a response that was refused, else undefined. */
  readonly code: number | undefined;
  /** The HTTP status of this attempt's response, if there was one. */
  readonly status: number | undefined;
  /** Of this attempt's response, if there was one. */
  readonly headers: Headers | undefined;
  /** What `fetch`, the body, `headers` or `retryOn` threw, else undefined. */
  readonly cause: unknown;
  /** Milliseconds until the next request; null when there will be none. */
  readonly retryIn: number | null;
  /**
   * The body of a response that was refused, as far as 64 KiB; '' without one. To be called while the event is
   * dispatched: afterwards the body is cancelled.
   */
  text(): Promise<string>;

  /** What JSON.stringify takes. */
  toJSON(): { type: string; message: string; code?: number; status?: number; retryIn: number | null };
}

export type EventSourceErrorEvent = ErrorEvent;

export type EventSourceConstructor = typeof EventSource;

export interface EventSourceEventMap {
  open: EventSourceOpenEvent;
  message: EventSourceMessageEvent;
  error: EventSourceErrorEvent;
}

type Handler = (event: any) => unknown;
type HandlerOf<E> = (this: EventSource, event: E) => unknown;
type Listener<E> = HandlerOf<E> | { handleEvent(event: E): unknown } | null;

/**
 * The EventSource interface of the HTML standard:
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
   * @throws {TypeError} on an option that is not allowed
   */
  constructor(url: string | URL, init?: EventSourceInit | null);

  /** The URL as the constructor resolved it; a redirect does not change it. */
  readonly url: string;
  readonly withCredentials: boolean;
  /** CONNECTING (0), OPEN (1) or CLOSED (2). */
  readonly readyState: 0 | 1 | 2;

  /** Extension: the last event ID string. */
  readonly lastEventId: string;
  /** Extension: the reconnection time, in milliseconds. */
  readonly reconnectionTime: number;

  // Read as less than what is written, so that a source is assignable to lib.dom's EventSource, whose events tell less.
  get onopen(): Handler | null;
  set onopen(handler: HandlerOf<EventSourceOpenEvent> | null);
  get onmessage(): Handler | null;
  set onmessage(handler: HandlerOf<EventSourceMessageEvent> | null);
  get onerror(): Handler | null;
  set onerror(handler: HandlerOf<EventSourceErrorEvent> | null);

  /**
   * Extension: reads a stream of bytes instead of a URL, after https://github.com/whatwg/html/issues/12272. `url` is
   * `about:event-stream`; the end of the stream closes it.
   * @throws {TypeError} if it is no stream, or is locked
   */
  static fromReadableStream(stream: ReadableStreamLike<Uint8Array>, init?: FromStreamOptions | null): EventSource;

  /**
   * Extension: every message event of any type, from now on. The network is read no further than `readAhead` while the
   * loop is busy. Leaving the loop closes the source.
   * @throws {Error} with `code`, `status` and `cause`, when the connection fails
   */
  [Symbol.asyncIterator](): AsyncGenerator<EventSourceMessageEvent, void, void>;

  /** Aborts the request, or the wait for the next one; no event is delivered after it. */
  close(): void;

  /** Extension, where the runtime has the symbol: `close()`. */
  // @ts-ignore -- where the project's library has it
  [Symbol.dispose](): void;
  // @ts-ignore
  [Symbol.asyncDispose](): Promise<void>;

  /** Extension: makes a new request at once, with the last event ID, unless the source is CLOSED. */
  reconnect(): void;

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

/** What `events()` yields. */
export interface StreamEvent {
  /** `message` unless the stream says otherwise. */
  type: string;
  data: string;
  /** The last event ID string, which stays when an event brings none. */
  lastEventId: string;
}

export interface EventsOptions extends Pick<EventSourceInit, 'maxEventSize' | 'readAhead' | 'comment' | 'ignoredLine'> {
  /** Aborting it cancels the input, drops the events that wait, and throws its reason. */
  signal?: AbortSignal | null;
  /** Milliseconds without a byte, comments counted, after which it throws a `TimeoutError`. Default: none. */
  idleTimeout?: number;
  /** 'error' throws an error with the event as `event`, if there was data of it. Default: 'drop'. */
  unfinished?: Unfinished;
}

/** What `events()` takes as a body, or alone. */
export type EventsBody =
  | ReadableStream<Uint8Array>
  | ReadableStream<string>
  | AsyncIterable<Uint8Array | string>
  | Iterable<Uint8Array | string>;

/**
 * The events of one response or stream, without reconnection. Ends with the body; a body that breaks off throws, after
 * the events before it.
 * @throws {Error} with `status` and `response`, if a Response is not ok or not text/event-stream; its body is untouched
 * @throws {TypeError} if the input is none of these
 */
export declare function events(
  input:
    | {
        readonly ok: boolean;
        readonly status: number;
        readonly headers: { get(name: string): string | null };
        readonly body: EventsBody | null;
      }
    | EventsBody,
  options?: EventsOptions | null,
): AsyncGenerator<StreamEvent, void, void>;

export interface EventSourceMessage {
  /** Undefined if the event has no type. */
  event?: string | undefined;
  /** Undefined if this event brought none. */
  id?: string | undefined;
  data: string;
}

export interface ParserCallbacks {
  onEvent?: ((event: EventSourceMessage) => void) | undefined;
  /** At the end of a block that has an id, before its event. */
  onId?: ((id: string) => void) | undefined;
  /** Milliseconds. */
  onRetry?: ((retry: number) => void) | undefined;
  onComment?: ((comment: string) => void) | undefined;
  onError?: ((error: ParseError) => void) | undefined;
  /** Extension: each line that the standard ignores, as of EventSource; `onError` hears of it too. */
  ignoredLine?: ((line: string) => void) | undefined;
}

export interface ParserConfig extends ParserCallbacks {
  /** Characters of the values of one event, and of a line that is called back, however they are cut. Default: no limit. */
  maxBufferSize?: number | undefined;
}

export interface EventSourceParser {
  /**
   * Bytes are the fast way, and need no TextDecoder.
   * @throws {Error} after `maxBufferSize` was exceeded, until `reset()`
   */
  feed(chunk: string | Uint8Array): void;
  /** Makes it ready for another stream; `consume` takes what stands of a line as a whole one first. */
  reset(options?: { consume?: boolean }): void;
}

/** The interface of the `eventsource-parser` package. */
export declare function createParser(config: ParserConfig): EventSourceParser;

export type ErrorType = 'invalid-retry' | 'unknown-field' | 'max-buffer-size-exceeded';

export declare class ParseError extends Error {
  constructor(message: string, options: { type: ErrorType; field?: string; value?: string; line?: string });
  type: ErrorType;
  field?: string | undefined;
  value?: string | undefined;
  line?: string | undefined;
}

export interface ParserStreamOptions extends Omit<ParserConfig, 'onEvent' | 'onError'> {
  /** 'terminate' errors the stream at the first ParseError. */
  onError?: 'terminate' | ((error: ParseError) => void) | undefined;
}

/** A TransformStream, from chunks of text or bytes to events. */
export declare class EventSourceParserStream {
  constructor(options?: ParserStreamOptions);
  readonly readable: ReadableStream<EventSourceMessage>;
  readonly writable: WritableStream<string | Uint8Array>;
}

// Nothing is exported that does not say so.
export {};
