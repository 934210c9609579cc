import type { AbortSignal, BodyInit, Headers, HeadersInit, ReadableStream, URL } from './platform.js';

/** What of `RequestInit` XMLHttpRequest can do; the rest is not looked at. */
export interface XhrFetchInit {
  /** Default: GET. */
  method?: string;
  headers?: HeadersInit;
  /** Anything but a stream. */
  body?: BodyInit | null;
  /** Other than `include`: no cookies to other origins, and none at all in React Native. */
  credentials?: 'include' | 'same-origin' | 'omit';
  cache?: string;
  signal?: AbortSignal | null;
}

/** What EventSource and events() need of a `Response`. */
export interface XhrResponse {
  readonly status: number;
  readonly statusText: string;
  readonly ok: boolean;
  /** After redirects. */
  readonly url: string;
  readonly headers: Headers;
  /** It has `getReader` and `cancel`, and no more. It fills whether it is read or not. */
  readonly body: ReadableStream<Uint8Array>;
}

export type XhrFetch = (url: string | URL, init?: XhrFetchInit) => Promise<XhrResponse>;

/** `fetch` over XMLHttpRequest, whose response has its body as it comes. For the option `fetch`, and for `events()`. */
export const fetch: XhrFetch;

/** One with another limit: a body that passes `maxLength` characters fails. Default: 8,388,608. */
export function createFetch(options?: { maxLength?: number }): XhrFetch;
