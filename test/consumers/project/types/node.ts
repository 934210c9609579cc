// With @types/node in place of lib.dom.
import { ReadableStream } from 'node:stream/web';
import { EventSource, EventSourceParserStream, events, type EventSourceMessage } from 'eventsource-wasm';

globalThis.EventSource = EventSource;
const source: EventTarget = new EventSource(new URL('https://example.test/'), {
  fetch,
  headers: new Headers({ Authorization: 'Bearer token' }),
  body: Buffer.from('question'),
  signal: AbortSignal.timeout(1000),
});
source.addEventListener('error', (event: Event) => event.type);

export async function read(response: Response) {
  for await (const event of events(response)) event.data.at(0);
  for await (const event of events(process.stdin)) event.data.at(0);
  EventSource.fromReadableStream(new ReadableStream<Uint8Array>()).close();
  const parsed: ReadableStream<EventSourceMessage> = response.body!.pipeThrough(new EventSourceParserStream());
  return parsed;
}
