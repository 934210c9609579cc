// Compiles with every library and without any but ES2022's.
import { SharedEventSource, type SharedEventSourceInit } from 'eventsource-wasm/shared';
import {
  createParser,
  type ErrorEvent,
  events,
  EventSource,
  EventSourceParserStream,
  ParseError,
  type Backoff,
  type EventSourceInit,
  type EventsOptions,
  type EventSourceMessage,
  type EventSourceMessageEvent,
  type FetchLike,
  type LostConnection,
  type StreamEvent,
} from 'eventsource-wasm';
import { EventSource as FallbackEventSource } from 'eventsource-wasm/js';
import { EventSource as FallbackStandardEventSource } from 'eventsource-wasm/js/standard';
import { EventSource as StandardEventSource } from 'eventsource-wasm/standard';
import { EventSourceParserStream as SameParserStream, type StreamOptions } from 'eventsource-wasm/stream';
import { createFetch, fetch as xhrFetch, type XhrResponse } from 'eventsource-wasm/xhr';
import 'eventsource-wasm/polyfill';
import 'eventsource-wasm/polyfill/force';

/** Whether two types are the same; `any` is the same as itself only. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const holds = <_ extends true>() => {};

declare const fetchLike: FetchLike;
const backoff: Backoff = { factor: 2, maxDelay: 30_000, jitter: 0.5 };
export const everyOption: Required<EventSourceInit> = {
  withCredentials: true,
  fetch: (url, { method, mode, credentials, cache, redirect, headers, signal }) => {
    const accept: string = headers.Accept;
    const given: 'cors' | 'include' | 'same-origin' | 'no-store' | 'follow' = mode ?? credentials ?? cache ?? redirect;
    const isAborted: boolean = signal.aborted;
    return fetchLike(url, { method, mode, credentials, cache, redirect, headers: { Accept: accept, given }, signal });
  },
  headers: async () => [['Authorization', 'Bearer token']],
  method: 'POST',
  body: async () => 'question',
  requestUrl: async (url) => `${url}?x`,
  lastEventIdQueryParameterName: 'lastEventId',
  allowMissingContentType: true,
  signal: null,
  lastEventId: '7',
  reconnectionTime: 100,
  backoff,
  maxRetries: Infinity,
  minUptime: 1000,
  retryOn: ({ status, headers, error, attempt }: LostConnection): boolean | undefined => {
    holds<Same<typeof error, unknown>>();
    return headers?.get('retry-after') !== null && status === 503 && attempt < 3 ? true : undefined;
  },
  idleTimeout: 45_000,
  maxEventSize: 1024,
  maxBufferSize: 1024,
  pauseWhenHidden: true,
  ref: false,
  readAhead: 1024,
  comment: (text) => holds<Same<typeof text, string>>(),
  ignoredLine: (line) => holds<Same<typeof line, string>>(),
};
export const everyOptionOfEvents: Required<EventsOptions> = {
  signal: null,
  maxEventSize: 1024,
  readAhead: 0,
  idleTimeout: 45_000,
  unfinished: 'error',
  comment() {},
  ignoredLine() {},
};
// @ts-expect-error -- one of three words
events('', { unfinished: 'keep' });
new EventSource('/', { headers: { Authorization: 'Bearer token' }, body: 'question', backoff: true });
new EventSource('/', null);

// @ts-expect-error -- there is no such option
new EventSource('/', { widthCredentials: true });
// @ts-expect-error -- a number
new EventSource('/', { idleTimeout: '45s' });
// @ts-expect-error -- a URL is needed
new EventSource();

const source = new EventSource('/', everyOption);
holds<Same<typeof source.readyState, 0 | 1 | 2>>();
holds<Same<typeof source.CLOSED, 2>>();
holds<Same<typeof EventSource.OPEN, 1>>();
holds<Same<[typeof source.lastEventId, typeof source.reconnectionTime], [string, number]>>();
// @ts-expect-error -- read-only
source.url = '/';

source.onopen = (event) => {
  holds<Same<[typeof event.type, typeof event.status, typeof event.url], [string, number, string]>>();
  holds<Same<ReturnType<typeof event.headers.get>, string | null>>();
};
source.onmessage = function (event) {
  holds<Same<[typeof event.data, typeof event.lastEventId, typeof event.origin], [string, string, string]>>();
  this.close();
};
source.onerror = (event) => {
  holds<Same<[typeof event.message, typeof event.cause], [string, unknown]>>();
  holds<Same<[typeof event.code, typeof event.status], [number | undefined, number | undefined]>>();
  holds<Same<typeof event.retryIn, number | null>>();
};
source.onerror = null;
source.addEventListener('open', ({ status }) => holds<Same<typeof status, number>>(), { once: true });
source.addEventListener('error', { handleEvent: ({ retryIn }) => holds<Same<typeof retryIn, number | null>>() });
source.addEventListener('price', ({ data }) => holds<Same<typeof data, string>>());
source.removeEventListener('price', null, true);
holds<Same<ErrorEvent['type'], string>>();
new FallbackEventSource('/').close();
new FallbackStandardEventSource('/').close();
new StandardEventSource('/', { withCredentials: true }).close();
// @ts-expect-error -- the standard has no such option
new StandardEventSource('/', { headers: {} });

interface Home {
  light: EventSourceMessageEvent<'on' | 'off'>;
}
const home = new EventSource<Home>('/');
const onLight = ({ data }: EventSourceMessageEvent<'on' | 'off'>) => data;
home.addEventListener('light', ({ data }) => holds<Same<typeof data, 'on' | 'off'>>(), { once: true });
home.addEventListener('light', { handleEvent: ({ data }) => holds<Same<typeof data, 'on' | 'off'>>() });
home.addEventListener('light', onLight);
home.removeEventListener('light', onLight, { capture: true });
home.addEventListener('other', ({ data }) => holds<Same<typeof data, string>>());
home.addEventListener('error', ({ retryIn }) => holds<Same<typeof retryIn, number | null>>());
// @ts-expect-error -- it is never red
home.addEventListener('light', (event: EventSourceMessageEvent<'red'>) => event);
export const plain: EventSource = home;
new FallbackEventSource<Home>('/').addEventListener('light', onLight);

class Counting extends EventSource {
  count = 0;
}
export const counting: EventSource = new Counting('/');

export async function iterate(input: AsyncIterable<Uint8Array>) {
  for await (const event of source) holds<Same<typeof event.data, string>>();
  for await (const event of events(input, { maxEventSize: 1024 })) holds<Same<typeof event, StreamEvent>>();
  const options: StreamOptions = { onError: 'terminate', onRetry: (retry) => holds<Same<typeof retry, number>>() };
  const { readable, writable } = new SameParserStream(options);
  await writable.getWriter().write('data: x\n\n');
  const { value } = await readable.getReader().read();
  holds<Same<typeof value, EventSourceMessage | undefined>>();
  EventSource.fromReadableStream((await fetchLike('/', {} as never)).body!, {
    comment: () => {},
    unfinished: 'yield',
  }).close();
}
holds<Same<typeof SameParserStream, typeof EventSourceParserStream>>();

const parser = createParser({
  onEvent: (event) => holds<Same<typeof event, EventSourceMessage>>(),
  onError: (error) => holds<Same<typeof error, ParseError>>(),
  ignoredLine: (line) => holds<Same<typeof line, string>>(),
});
parser.feed(new Uint8Array());
parser.reset({ consume: true });

// One connection for all tabs: an EventSource, but for what one tab has alone.
const init: SharedEventSourceInit = { group: 'a', headers: { A: 'b' }, worker: false, backoff: true };
export const shared: EventSource = new SharedEventSource('/', init);
export const holder: 'worker' | 'tab' | 'own' = new SharedEventSource('/').shared;
// @ts-expect-error -- belongs to one tab
new SharedEventSource('/', { retryOn: () => true });
// @ts-expect-error -- cannot be shared as a function
new SharedEventSource('/', { headers: () => ({}) });
export const overXhr = new EventSource('https://example.org/', { fetch: xhrFetch });
export async function readOverXhr() {
  const response: XhrResponse = await createFetch({ maxLength: 1000 })('https://example.org/', {
    method: 'POST',
    headers: { 'Content-Type': 'text/plain' },
    body: 'x',
  });
  for await (const { data } of events(response)) return data;
  return response.headers.get('x');
}
