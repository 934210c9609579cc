// A program that prints the events of its standard input.
import { events } from 'eventsource-wasm';

for await (const { type, data, lastEventId } of events(process.stdin)) {
  console.log(JSON.stringify({ type, data, lastEventId }));
}
