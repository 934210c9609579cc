// Uses the package and then has nothing more to do: the process must end by itself. For runners that end it anyway.
import { EventSource } from 'eventsource-wasm';
import cases from './cases.cjs';

await cases.readFromServer(EventSource);
await cases.readFromFetch(EventSource);
console.log('ended');
