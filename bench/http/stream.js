// Events over loopback HTTP as fast as a client reads them, in the Node that runs this or in a browser:
// stream.js [--browser NAME] [--quick] [--seed N] [--workload NAME]... [--rounds N] [--milliseconds N] [--json FILE]
import { takeTurns } from '../measure.js';
import { startBrowser } from './browser.js';
import { startClients, stopClients } from './clients.js';
import { BARE } from './openers.js';
import { Part, readOptions } from './part.js';
import { start } from './processes.js';

/** By seed: model-API tokens, tiny events, content deltas. */
const WORKLOADS = {
  1: ['model-API tokens', 'tiny', 'content deltas'],
  2: ['tokens in other words', 'tiny and empty', 'deltas with ids'],
};

/** Bytes of a write of the server, which sends each as an HTTP chunk: an event at a time, or many. */
const WRITES = { 'an event': 1, '64 KB': 65_536 };

const { quick, json, ...options } = readOptions({
  browser: { type: 'string' },
  seed: { type: 'string', default: '1' },
  workload: { type: 'string', multiple: true },
  rounds: { type: 'string' },
  milliseconds: { type: 'string' },
});
const seed = Number(options.seed);
const rounds = Number(options.rounds ?? (quick ? 3 : 5));
const milliseconds = Number(options.milliseconds ?? (quick ? 80 : 200));

const server = await start('server.js');
const url = await server.listen();

async function open() {
  if (options.browser) return startBrowser(options.browser, server, url);
  const clients = await startClients();
  return { clients, runtime: undefined, stop: () => stopClients(clients) };
}

/** Sees that a client gives the right data, and finds how often it is to read the stream in a round. */
async function warmUp(subject, client, stream, { events, bytes, sum }) {
  const read = (loops) => {
    const search = new URLSearchParams({ stream: JSON.stringify(stream), loops });
    return client.read(`${url}stream?${search}`, { events: events * loops, bytes: bytes * loops });
  };
  const loopsFor = (seconds) => Math.ceil(milliseconds / 1000 / seconds);
  const first = await read(1);
  if (subject !== BARE && first.sum !== sum) throw new Error(`${subject} gives other data.`);
  const tried = loopsFor(first.seconds);
  const { seconds } = await read(tried);
  const loops = loopsFor(seconds / tried);
  return async () => {
    const { seconds, cpu } = await read(loops);
    const rate = { 'events/s': (events * loops) / seconds };
    if (cpu === undefined) return rate; // a browser
    return { ...rate, 'CPU s/M events': (cpu / events / loops) * 1e6, 'CPU %': (cpu / seconds) * 100 };
  };
}

const { clients, runtime, stop } = await open();
try {
  const part = new Part('stream', runtime);
  for (const workload of options.workload ?? WORKLOADS[seed]) {
    for (const [write, size] of Object.entries(WRITES)) {
      const stream = { workload, size, seed };
      const prepared = await server.prepare(stream);
      const turns = {};
      for (const [subject, client] of Object.entries(clients)) {
        turns[subject] = await warmUp(subject, client, stream, prepared);
      }
      part.add({ seed, workload, write }, await takeTurns(turns, { rounds }));
    }
  }
  part.write(json);
} finally {
  await stop();
  await server.stop();
}
