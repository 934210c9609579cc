// Milliseconds from the server's write of an event to its listener, in the Node that runs this:
// latency.js [--quick] [--rounds N] [--json FILE]
import { takeTurns } from '../measure.js';
import { startClients, stopClients } from './clients.js';
import { Part, readOptions } from './part.js';
import { start } from './processes.js';

/** How many sources of one process get an event at a time, and how many milliseconds apart. */
const LOADS = {
  idle: { sources: 1, milliseconds: 2 },
  'under load': { sources: 100, milliseconds: 5 },
};

const { quick, json, ...options } = readOptions({ rounds: { type: 'string' } });
const rounds = Number(options.rounds ?? (quick ? 3 : 9));
const duration = quick ? 300 : 1000;

const server = await start('server.js');
const url = `${await server.listen()}hold`;

/** @param {number[]} sorted */
const quantile = (sorted, part) => sorted[Math.floor((sorted.length - 1) * part)];

async function measure(client, { sources, milliseconds }) {
  await client.open(url, sources);
  await client.takeLatencies(await server.pulse({ milliseconds, times: 20 })); // to be warm
  const sent = await server.pulse({ milliseconds, times: duration / milliseconds });
  const { latencies, cpu } = await client.takeLatencies(sent);
  await client.close();
  await server.waitForHeld(0);
  latencies.sort((a, b) => a - b);
  return {
    'p50 ms': quantile(latencies, 0.5),
    'p99 ms': quantile(latencies, 0.99),
    'CPU s/M events': (cpu / sent) * 1e6,
  };
}

const clients = await startClients();
const part = new Part('latency');
for (const [load, { sources, milliseconds }] of Object.entries(LOADS)) {
  const turns = Object.fromEntries(
    Object.entries(clients).map(([subject, client]) => [subject, () => measure(client, { sources, milliseconds })]),
  );
  part.add({ load, sources, 'events/s': (1000 / milliseconds) * sources }, await takeTurns(turns, { rounds }));
}
part.write(json);
await stopClients(clients);
await server.stop();
