/**
 * What this package uses of the platform: as the project's libraries declare it (lib.dom, lib.webworker, @types/node),
 * else the least that there must be. So its types need no library but ES2022.
 */

type Global<Name extends string, Least> = typeof globalThis extends Record<Name, infer T> ? T : Least;

type Instance<Name extends string, Least> = typeof globalThis extends Record<Name, { prototype: infer T }> ? T : Least;

export type AbortSignal = Instance<
  'AbortSignal',
  {
    readonly aborted: boolean;
    readonly reason: unknown;
    addEventListener(type: 'abort', listener: () => void, options?: ListenerOptions): void;
    removeEventListener(type: 'abort', listener: () => void): void;
  }
>;

export type Event = Instance<
  'Event',
  { readonly type: string; readonly target: EventTarget | null; readonly currentTarget: EventTarget | null }
>;

export type MessageEvent = Instance<
  'MessageEvent',
  Event & { readonly data: unknown; readonly lastEventId: string; readonly origin: string }
>;

export type EventTarget = Instance<
  'EventTarget',
  {
    addEventListener(
      type: string,
      listener: ((event: Event) => void) | null,
      options?: boolean | ListenerOptions,
    ): void;
    removeEventListener(
      type: string,
      listener: ((event: Event) => void) | null,
      options?: boolean | ListenerOptions,
    ): void;
    dispatchEvent(event: Event): boolean;
  }
>;

/** The classes, to extend. */
export declare const EventClass: Global<'Event', new (type: string) => Event>;
export declare const EventTargetClass: Global<'EventTarget', new () => EventTarget>;

export interface ListenerOptions {
  capture?: boolean;
  once?: boolean;
  passive?: boolean;
  signal?: AbortSignal;
}

export type Headers = Instance<
  'Headers',
  {
    get(name: string): string | null;
    has(name: string): boolean;
    forEach(callback: (value: string, name: string) => void): void;
  }
>;

/** What makes headers: the argument of `Headers`. */
export type HeadersInit =
  | (typeof globalThis extends { Headers: new (init?: infer T) => unknown } ? T : Headers | Record<string, string>)
  | Iterable<readonly [string, string]>; // other classes of the name too

/** What makes a body: the argument of `Response`. */
export type BodyInit = typeof globalThis extends { Response: new (body?: infer T, ...rest: any) => unknown }
  ? NonNullable<T>
  : string | ArrayBuffer | Uint8Array | ReadableStreamLike<Uint8Array>;

export type URL = Instance<'URL', { readonly href: string }>;

/** What this package needs of a ReadableStream: those of every library, and of every `fetch`, fit. */
export interface ReadableStreamLike<T> {
  readonly locked: boolean;
  cancel(reason?: any): Promise<void>;
  getReader(): {
    read(): Promise<{ done: boolean; value?: T | undefined }>;
    cancel(reason?: any): Promise<void>;
    releaseLock(): void;
  };
}

interface LeastWritableStream<T> {
  readonly locked: boolean;
  abort(reason?: unknown): Promise<void>;
  getWriter(): { write(chunk: T): Promise<void>; close(): Promise<void>; releaseLock(): void };
}

// No type can say "the generic type of this name, if there is one": where there is none, its branch is never taken.

export type ReadableStream<T> = typeof globalThis extends { ReadableStream: unknown }
  ? // @ts-ignore
    globalThis.ReadableStream<T>
  : ReadableStreamLike<T>;

export type WritableStream<T> = typeof globalThis extends { WritableStream: unknown }
  ? // @ts-ignore
    globalThis.WritableStream<T>
  : LeastWritableStream<T>;

export {};
