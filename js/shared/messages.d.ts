import type { Entry } from './history.js';

/** One end of a line between a source and the holder: a MessagePort, or a BroadcastChannel for just these two. */
export interface Port {
  onmessage: ((event: MessageEvent) => void) | null;
  postMessage(message: unknown): void;
  close(): void;
}

/** What the connection is made of: plain data. */
export interface SharedRequest {
  /** The same for all that share a connection. */
  key: string;
  url: string;
  init: Record<string, unknown>;
}

/** The connection was opened, lost or failed. */
export interface Change {
  change: 'open' | 'error';
  state: number;
  details: any;
}

/** From a source to the holder. */
export type ToHolder =
  /** Wants what comes after these, which are the last that it knows. */
  | ['join', Entry[], SharedRequest]
  /** So much has been taken, by `weigh`, since it joined. */
  | ['taken', number]
  | ['ping']
  | ['leave'];

/** From the holder to a source. */
export type FromHolder =
  /** Only in the tab way: who knocked can join now. */
  | ['welcome', string]
  /** The place that it is at; what it has missed since; what `open` said, if the connection is open. */
  | ['joined', Entry | undefined, Entry[], Change | undefined, number]
  /** The holder does not know the place any more. Where it is itself. */
  | ['behind', Entry | undefined]
  | ['events', (Entry | Change)[], number]
  | ['pong']
  /** The holder goes, or has given this one up. */
  | ['out'];

/** What a way tells the source that takes it. */
export interface Listener {
  /** There is a new line to the holder. */
  ready(): void;
  receive(message: any[]): void;
  /** The holder is gone, or another one is there. */
  lost(): void;
  /** This way leads nowhere. */
  failed(): void;
}

/** A way from a source to the holder. */
export interface Way {
  name: 'worker' | 'tab' | 'own';
  post(message: ToHolder): void;
  /** Looks for the holder again; `isSilent`: there is one, but it says nothing. */
  renew(isSilent?: boolean): void;
  close(): void;
}
