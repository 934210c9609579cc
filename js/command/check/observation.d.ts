// What was seen of a server: plain data, from the command or from a page, which the rules judge. Times are milliseconds
// from the start of the request they belong to. What a place cannot see is undefined: a page sees no HTTP version.

/** Where the bytes so far end: between events, after a line of an event, or within a line. */
export type Place = 'between' | 'in-event' | 'in-line';

export interface SeenEvent {
  at: number;
  type: string;
  /** Of the event itself; undefined if it has none. */
  id: string | undefined;
  /** UTF-16 units of its data. */
  size: number;
  /** The time in milliseconds since 1970 that its data or id mentions. */
  told: number | undefined;
}

/** What the bytes of a stream hold, after decompression. */
export interface Body {
  bytes: number;
  /** As the bytes came. */
  pieces: { at: number; bytes: number; place: Place; events: number }[];
  events: SeenEvent[];
  /** When comments came. */
  comments: number[];
  lineEnds: { lf: number; cr: number; crlf: number };
  /** Offset of the first byte that is not UTF-8. */
  malformedAt: number | undefined;
  hasByteOrderMark: boolean;
  /** Lines that begin with a byte order mark, other than the first. */
  strayByteOrderMarks: number;
  emptyLines: number;
  dataLines: number;
  /** Lines that the standard ignores, the first of them in full. */
  unknownLines: string[];
  misspeltLines: { line: string; field: string }[];
  jsonLines: string[];
  /** Data that is the first part of JSON whose other lines are missing `data:`, or that a line break cuts in a string. */
  splitJson: string[];
  /** Types of blocks that have no data. */
  typesWithoutData: string[];
  /** The values of `retry` lines. */
  retries: string[];
  /** Id lines that are ignored, because they contain NULL. */
  idsWithNull: number;
  /** The last block has data and no empty line yet. */
  isUnfinished: boolean;
}

export interface Exchange {
  /** Without its headers, of which some are secret. */
  request: { method: string; url: string };
  redirects: { status: number; from: string; to: string }[];
  /** How long it was watched. */
  watched: number;
  /** Whether the server could be reached. */
  isConnected?: boolean;
  status?: number;
  httpVersion?: string;
  /** By lower-case name; several values are joined with ', '. */
  headers: Record<string, string>;
  headersAt?: number;
  /** Compressed, as they came. */
  arrivals: { at: number; bytes: number }[];
  body: Body;
  /** The server ended the body, or it broke off; else the watch ended. */
  ending?: 'ended' | 'broken';
  endedAt?: number;
  failure?: { code: string; message: string };
  /** The body cannot be decompressed. */
  badEncoding?: string;
  /** When the last bytes came after the client had closed its side. */
  sentAfterClose?: number;
}

export interface Observation {
  url: string;
  /** The page's origin to judge CORS for. */
  origin?: string;
  /** Names of the headers that the user adds to the request and that CORS asks about; their values may be secret. */
  askedHeaders: string[];
  method: string;
  seconds: number;
  watch: Exchange;
  /** The same without compression. */
  identity?: Exchange;
  /** What the first server on the way says of itself, asked because no headers came. */
  hop?: Exchange;
  /** With the last event id but one, whose next event is known; with the only one, if there is one. */
  resume?: { id: string; expected: string | undefined; exchange: Exchange };
  /** With an id that the server never sent. */
  stale?: { id: string; exchange: Exchange };
  preflights: { lastEventId?: Exchange; request?: Exchange };
}

export type Level = 'error' | 'warning' | 'note';

export interface Rule {
  name: string;
  level: Level;
  /** What a finding means, in one sentence. */
  meaning: string;
  why: string;
  mend: string;
  /** For this server; `mend` unless it says something. */
  mendFor?: (observation: Observation) => string | undefined;
  /** A further page, from docs/. */
  see?: string;
  /** What was found, with figures; undefined if all is well. */
  judge: (observation: Observation) => string | undefined | false;
}

export interface Finding {
  level: Level;
  name: string;
  message: string;
  meaning: string;
  why: string;
  mend: string;
  link: string;
}
