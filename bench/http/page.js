// The client in a page: asks the server what to do, does it, and posts what came of it.
import { EventSourcePolyfill } from 'event-source-polyfill';
import { EventSource as PeerEventSource } from 'eventsource';
import { EventSource } from '../../js/index.js';
import { BARE, openerOf, readBare } from './openers.js';
import { readStream } from './reader.js';

const OPENERS = {
  'eventsource-wasm': openerOf(EventSource),
  eventsource: openerOf(PeerEventSource),
  'event-source-polyfill': openerOf(EventSourcePolyfill),
  native: openerOf(globalThis.EventSource),
  [BARE]: readBare,
};

async function run({ name, subject, given }) {
  if (name === 'subjects') return Object.keys(OPENERS);
  // Hidden pages are slowed down.
  if (globalThis.document.visibilityState !== 'visible') throw new Error('The page is not visible.');
  return readStream(OPENERS[subject], ...given);
}

async function obey() {
  for (;;) {
    const response = await fetch('/command');
    const result = await run(await response.json()).then(
      (value) => ({ value }),
      (error) => ({ error: String(error) }),
    );
    await fetch('/result', { method: 'POST', body: JSON.stringify(result) });
  }
}

// Not within the load of the page, during which Firefox holds timers back.
globalThis.addEventListener('load', obey);
