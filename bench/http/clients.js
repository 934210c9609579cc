// What is measured in Node. A process loads only the one that it measures.
import { BARE, openerOf, readBare } from './openers.js';
import { start } from './processes.js';

/** @type {Record<string, () => Promise<import('./openers.js').Open>>} */
export const CLIENTS = {
  'eventsource-wasm': async () => openerOf((await import('../../js/index.js')).EventSource),
  eventsource: async () => openerOf((await import('eventsource')).EventSource),
  undici: async () => openerOf((await import('undici')).EventSource),
  async 'eventsource-client'() {
    const { createEventSource } = await import('eventsource-client');
    return (url, use) => createEventSource({ url, onConnect: use.open, onMessage: ({ data }) => use.data(data) });
  },
  async 'event-source-polyfill'() {
    const { default: polyfill } = await import('event-source-polyfill');
    return openerOf(polyfill.EventSourcePolyfill);
  },
  [BARE]: async () => readBare,
};

/**
 * A process for each, but for those that do not run in this Node, of which it tells.
 * @param {string[]} [subjects]
 */
export async function startClients(subjects = Object.keys(CLIENTS)) {
  const clients = {};
  for (const subject of subjects) {
    try {
      clients[subject] = await start('client.js', { values: [subject] });
    } catch (error) {
      console.log(`${subject} does not run here: ${/^\w*Error.*/m.exec(error.message)?.[0] ?? error.message}`);
    }
  }
  return clients;
}

/** @param {Record<string, { stop(): Promise<void> }>} clients */
export const stopClients = (clients) => Promise.all(Object.values(clients).map((client) => client.stop()));
