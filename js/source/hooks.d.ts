import type { Connection } from './eventsource.js';

/** What is kept of a response, which a caller's own fetch may have made. */
export interface KnownResponse {
  status: number;
  contentType: string;
  headers: Headers;
  url: string;
}

export type Request = Omit<RequestInit, 'headers' | 'signal'> & {
  headers: Record<string, string>;
  signal: AbortSignal;
  duplex?: string;
};

type Promised<T> = T | Promise<T>;

/** What calls fetch as the source does: with the URL as a string. */
export type Fetch = (url: string, request: Request) => Promise<Response>;

/** A body that is over, and what gives its socket back. */
export interface Kept {
  body: ReadableStream<Uint8Array> | ReadableStreamDefaultReader<Uint8Array> | null;
  abort(): void;
}

/**
 * How what is beyond the standard joins a source. A hook that calls a callback of the caller's gives it no `this`, and
 * nothing of these: page script is not to reach them.
 */
export interface Hooks {
  /** What the core is to do otherwise; `flags` of several hooks are joined. */
  policy?: { limit?: number; maxRetries?: number; flags?: number; minUptime?: number };
  /** Lines that the core is to report, and how the limit counts: bits of sse_parser_flag. */
  reports?: number;
  /** Milliseconds, for who asks before the core is there. */
  reconnectionTime?: number;
  /** How much may be read ahead of a loop. */
  readAhead?: number;
  /** The core is there, and nothing has started. */
  ready?(connection: Connection): void;
  /** The first request is about to be made. */
  started?(connection: Connection): void;
  /** An attempt begins. */
  requesting?(connection: Connection): void;
  /** Changes what fetch is given, and may return another URL. */
  prepare?(request: Request, url: string, connection: Connection): Promised<string | void>;
  /** Returns what is called in place of the fetch given. What no further attempt can mend it throws by `makeFutile`. */
  wrapFetch?(fetch: Fetch, connection: Connection): Fetch;
  /** The body is about to be read. */
  reading?(connection: Connection): void;
  /** A chunk has come. */
  received?(connection: Connection): void;
  /** A line came that the core was asked to report: bits of sse_record_flag, and the line. */
  line?(kind: number, line: string): void;
  /** A message event was dispatched. */
  dispatched?(event: Event): void;
  /** Holds back the reading of the body. */
  hold?(): Promise<void> | undefined;
  /** The attempt is over. */
  ended?(connection: Connection): void;
  /** The core wants to know whether to try again: one of sse_answer. */
  decide?(connection: Connection): number | undefined;
  /** Whether no further attempt can mend what this one threw. */
  isFutile?(connection: Connection): boolean;
  /** Milliseconds until the next request. */
  delay?(connection: Connection): number | undefined;
  /** A timer was made. */
  madeTimer?(timer: unknown): void;
  /** The event to fire, in place of a plain one. */
  makeEvent?(connection: Connection, type: 'open' | 'error'): Event | undefined;
  /** What happened, as a sentence without its full stop. */
  describe?(connection: Connection, reason: number): string | undefined;
  /** Why the next request says nothing of the last event ID, as the end of a sentence; '' if it does. */
  describeId?(connection: Connection): string | undefined;
  /** Whether the body of a response that is over is to be kept: then `abort` is to be called later. */
  keepBody?(connection: Connection, kept: Kept): boolean;
  /** The source is closed, and nothing of it may be left behind. */
  closed?(connection: Connection): void;
}

/** A file of its own, listed in extended.js. */
export interface Extension {
  /** Of every source: those that are asked, or change a request. What tells of a moment is for `join`. */
  hooks?: Pick<
    Hooks,
    'prepare' | 'wrapFetch' | 'decide' | 'delay' | 'makeEvent' | 'describe' | 'describeId' | 'keepBody' | 'isFutile'
  >;
  /** Reads its options, which may be refused by a TypeError; undefined if none is given. */
  join?(init: any, connection: Connection): Hooks | undefined;
  /** Adds members to the class. `connectionOf` throws a TypeError for what is no source. */
  define?(EventSource: any, connectionOf: (source: unknown) => Connection): void;
}

/** All of them, as a class knows them. */
export interface Extensions {
  join?(init: any, connection: Connection): void;
  define?(EventSource: any, connectionOf: (source: unknown) => Connection): void;
}
