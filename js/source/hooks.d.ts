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

/**
 * How what is beyond the standard joins a source. A hook that calls a callback of the caller's gives it no `this`, and
 * nothing of these: page script is not to reach them.
 */
export interface Hooks {
  /** What the core is to do otherwise; `flags` of several hooks are joined. */
  policy?: { limit?: number; maxTries?: number; flags?: number };
  /** Lines that the core is to report, and how the limit counts: bits of sse_report. */
  reports?: number;
  /** Milliseconds, for who asks before the core is there. */
  reconnectionTime?: number;
  /** The core is there, and nothing has started. */
  ready?(connection: Connection): void;
  /** The first request is about to be made. */
  started?(connection: Connection): void;
  /** An attempt begins. */
  requesting?(connection: Connection): void;
  /** Changes what fetch is given. */
  prepare?(request: Request): void | Promise<void>;
  /** Returns what is called in place of the fetch given. */
  wrapFetch?(fetch: typeof globalThis.fetch): typeof globalThis.fetch;
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
  /** Milliseconds until the next request. */
  delay?(connection: Connection): number;
  /** A timer was made. */
  madeTimer?(timer: unknown): void;
  /** The event to fire, in place of a plain one. */
  makeEvent?(connection: Connection, type: 'open' | 'error'): Event | undefined;
  /** What happened, as a sentence without its full stop. */
  describe?(connection: Connection, reason: number): string | undefined;
  /** The source is closed, and nothing of it may be left behind. */
  closed?(connection: Connection): void;
}

/** A file of its own, listed in extended.js. */
export interface Extension {
  /** Of every source. */
  hooks?: Hooks;
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
