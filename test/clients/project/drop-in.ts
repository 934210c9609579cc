// Code that is written for `eventsource` 5 and `eventsource-parser` 4 must compile against the types of this package.
import { SSEClientTransport } from '@modelcontextprotocol/sdk/client/sse.js';
import {
  EventSource,
  type ErrorEvent,
  type EventSourceConstructor,
  type EventSourceEventMap,
  type EventSourceFetchInit,
  type EventSourceInit,
  type FetchLike,
  type FetchLikeResponse,
} from 'eventsource';
import {
  createParser,
  ParseError,
  type ErrorType,
  type EventSourceMessage,
  type EventSourceParser,
  type ParserCallbacks,
  type ParserConfig,
} from 'eventsource-parser';
import { EventSourceParserStream, type StreamOptions } from 'eventsource-parser/stream';

const init: EventSourceInit = {
  withCredentials: true,
  fetch: (input, init) => fetch(input, { ...init, headers: { ...init.headers, Authorization: 'Bearer token' } }),
};
const Constructor: EventSourceConstructor = EventSource;
const source = new Constructor('https://example.test/', init);
source.onopen = (event: Event) => event.type;
source.onmessage = (event: MessageEvent) => event.data;
source.onerror = (event: ErrorEvent) => event.message;
source.addEventListener('error', ({ code, message }) => {
  const shown: [number | undefined, string | undefined] = [code, message];
  return shown;
});
source.addEventListener('notice', (event: MessageEvent) => event.lastEventId);
source.addEventListener('notice', { handleEvent: (event: Event) => event.type });
const state: number = source.readyState;
const map: EventSourceEventMap['message'] | undefined = undefined;
const fetchLike: FetchLike = async (url: string | URL, { headers, signal }: EventSourceFetchInit) => {
  const response: FetchLikeResponse = await fetch(url, { headers, signal });
  return response;
};
new EventSource(new URL('https://example.test/'), { fetch: fetchLike });
new SSEClientTransport(new URL('https://example.test/'), {
  eventSourceInit: { fetch: (url, init) => fetch(url, init) },
});

const callbacks: ParserCallbacks = {
  onEvent(event: EventSourceMessage) {
    const { id, event: type, data }: { id?: string | undefined; event?: string | undefined; data: string } = event;
    return [id, type, data];
  },
  onId: (id: string) => id,
  onRetry: (retry: number) => retry,
  onComment: (comment: string) => comment,
  onError(error: ParseError) {
    const { type, field, value, line }: { type: ErrorType; field?: string | undefined } & ParseError = error;
    return [type, field, value, line];
  },
};
const config: ParserConfig = { ...callbacks, maxBufferSize: undefined };
const parser: EventSourceParser = createParser(config);
parser.feed('data: x\n\n');
parser.reset();
parser.reset({ consume: true });
const error: Error = new ParseError('what', { type: 'unknown-field', field: 'f', value: 'v', line: 'f: v' });

const options: StreamOptions = { onError: 'terminate', onRetry: undefined, maxBufferSize: 1024 };
const events: ReadableStream<EventSourceMessage> = new ReadableStream<Uint8Array<ArrayBuffer>>()
  .pipeThrough(new TextDecoderStream())
  .pipeThrough(new EventSourceParserStream(options));

export { error, events, map, state };
