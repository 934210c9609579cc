// The cost of many open sources in one process, over as many fetches, in the Node that runs this:
// many.js [--quick] [--rounds N] [--json FILE]
import { execFileSync } from 'node:child_process';
import { takeTurns } from '../measure.js';
import { startClients, stopClients } from './clients.js';
import { BARE } from './openers.js';
import { Part, readOptions } from './part.js';
import { start } from './processes.js';

const SUBJECTS = ['eventsource-wasm', 'eventsource', 'undici', BARE];

/** Of 100 sources one receives, so many events each, this far apart. */
const EVERY = 100;
const EVENTS = 100;
const MILLISECONDS = 10;

/** Each measures new processes: what a process once held leaves traces in its memory. */
async function measure(subject, sources) {
  const server = await start('server.js');
  const client = await start('client.js', { values: [subject], flags: ['--expose-gc'] });
  const url = `${await server.listen()}hold`;

  // What the first one loads is no cost of the others.
  await client.open(url, 1);
  const before = await client.measureMemory();
  const seconds = await client.open(url, sources);
  const after = await client.measureMemory();

  await client.takeLatencies(0);
  const sent = await server.pulse({ every: EVERY, times: EVENTS, milliseconds: MILLISECONDS });
  const { cpu } = await client.takeLatencies(sent);

  const begin = performance.now();
  await Promise.all([client.close(), server.waitForHeld(0)]);
  const closing = (performance.now() - begin) / 1000;

  await Promise.all([client.stop(), server.stop()]);
  const kilobytes = (name) => (after[name] - before[name]) / 1024 / sources;
  return {
    'heap KB': kilobytes('heap'),
    'resident KB': kilobytes('resident'),
    'CPU s/M events': (cpu / sent) * 1e6,
    'opened/s': sources / seconds,
    'closed/s': sources / closing,
  };
}

const { quick, json, rounds } = readOptions({ rounds: { type: 'string' } });
// Node raises its own limit to the hard one.
const limit = Number(execFileSync('sh', ['-c', 'ulimit -Hn'], { encoding: 'utf8' }));

const clients = await startClients(SUBJECTS);
await stopClients(clients);
const part = new Part('many');
for (const sources of quick ? [100, 1000] : [100, 1000, 10_000]) {
  if (limit < sources + 100) {
    console.log(`${sources} sources need a higher limit of open files than ${limit}: not measured.`);
    continue;
  }
  const turns = Object.fromEntries(Object.keys(clients).map((subject) => [subject, () => measure(subject, sources)]));
  const most = quick || sources > 1000 ? 1 : 3; // ten thousand differ little from round to round, and take minutes
  part.add({ sources }, await takeTurns(turns, { rounds: Number(rounds ?? most) }));
}
part.write(json);
