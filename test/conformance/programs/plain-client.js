// A client that tells nothing but events: node plain-client.js [--FLAW] URL
import { EventSource } from 'eventsource-wasm';

const flaw = process.argv.find((value) => value.startsWith('--'));
const source = new EventSource(process.argv.at(-1));
for (const type of ['message', 'own', 'Message', 'open', 'error']) {
  source.addEventListener(type, ({ data, lastEventId }) => {
    if (data === undefined) return;
    const told = { type, data, lastEventId: flaw === '--forgets-ids' ? '' : lastEventId };
    console.log(JSON.stringify(told));
  });
}
