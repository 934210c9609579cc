// With lib.dom, and with lib.webworker.
import { EventSource, EventSourceParserStream, events, type EventSourceMessage } from 'eventsource-wasm';
import { SharedEventSource } from 'eventsource-wasm/shared';

type Native = globalThis.EventSource;
declare const native: Native;
declare const ours: EventSource;

// Wherever lib.dom's is wanted.
export const asNative: Native = ours;
export const asEventTarget: EventTarget = ours;
export const asClass: typeof globalThis.EventSource = EventSource;
globalThis.EventSource = EventSource;
const handle = (event: MessageEvent<string>) => event.data;
const listen = (source: Native) => source.addEventListener('message', handle);
listen(ours);
ours.addEventListener('error', (event: Event) => event.type);
ours.addEventListener('price', handle);
ours.onmessage = handle;
ours.onopen = ours.onerror = (event: Event) => event.type;
const options: AddEventListenerOptions = { once: true, passive: true, signal: new AbortController().signal };
ours.addEventListener('message', handle, options);

// The other way, but for what lib.dom's does not have: the extensions, and that readyState is one of three.
export const asOurs: Pick<EventSource, Exclude<keyof Native, 'readyState'>> = native;
// @ts-expect-error -- it has no extensions
export const isOurs: EventSource = native;
export const init: ConstructorParameters<typeof EventSource>[1] = {
  withCredentials: true,
} as globalThis.EventSourceInit;

// Where both are meant. TypeScript knows no parameter of a handler there, since the two events differ.
declare const either: Native | EventSource;
const forget = (event: Event) => event.type;
either.addEventListener('message', handle);
either.addEventListener('price', (event) => event.data);
either.addEventListener('error', (event) => event.type);
either.removeEventListener('message', handle);
either.removeEventListener('price', handle);
either.removeEventListener('error', forget, true);
either.onmessage = (event: MessageEvent<string>) => event.data.length;
either.onopen = either.onerror = forget;
either.onerror = null;
either.close();
const EitherClass: typeof globalThis.EventSource | typeof EventSource = EventSource;
new EitherClass('/', { withCredentials: true }).removeEventListener('open', forget);
const Given = globalThis.EventSource ?? EventSource;
new Given('/').onmessage = (event) => event.data;

new EventSource(new URL('https://example.test/'), {
  fetch,
  headers: new Headers({ Authorization: 'Bearer token' }),
  body: new FormData(),
  signal: AbortSignal.timeout(1000),
  retryOn: ({ headers }) => headers?.has('retry-after') && new Headers(headers).has('date'),
});
new EventSource('/', { fetch: (url, init) => fetch(url, { ...init, priority: 'high' }) });

export const shared: Native = new SharedEventSource('/', { worker: false });

export async function read(response: Response) {
  for await (const event of events(response)) event.data.at(0);
  EventSource.fromReadableStream(response.body!).close();
  const parsed: ReadableStream<EventSourceMessage> = response.body!.pipeThrough(new EventSourceParserStream());
  new ReadableStream<string>().pipeThrough(new EventSourceParserStream()).pipeTo(new WritableStream());
  return parsed;
}
