// A client that tells all it can: node client.js [--FLAW] URL [COUNT]
import { EventSource } from 'eventsource-wasm';

const [flaw, url, closesAfter] = process.argv[2].startsWith('--')
  ? process.argv.slice(2)
  : [undefined, ...process.argv.slice(2)];
const tell = (line) => console.log(JSON.stringify(line));

tell({ can: ['open', 'error', 'origin', 'close'] });
const source = new EventSource(url, {
  // Without what the standard asks for, or with more.
  headers: flaw === '--asks-for-json' ? { Accept: 'application/json' } : undefined,
  retryOn: flaw === '--tries-again' ? () => true : undefined,
});
let count = 0;
for (const type of ['open', 'message', 'error', 'own', 'Message']) {
  source.addEventListener(type, (event) => {
    const { data, lastEventId, origin } = event;
    if (data !== undefined) tell({ type, data, lastEventId, origin });
    else tell(type === 'error' ? { type, readyState: source.readyState } : { type });
    if (++count === Number(closesAfter)) source.close();
  });
}
