// make soak: prints what many sources hold at the begin and at the end of millions of events, and what closed ones
// leave; fails unless that is flat, and nothing.
//
//   node test/soak/main.js [--seed N] [--sources N] [--events N] [--cycles N] [--requests N] [--slow N] [--taken N]
import process from 'node:process';
import { readSettings } from './settings.js';
import { cycles, slowLoops, soak, startServer } from './soak.js';

/** Milliseconds; more would mean that something hangs. */
const BOUND = 900_000;

const settings = readSettings({
  ...{ seed: 1, sources: 1000, events: 5_000_000 },
  ...{ cycles: 100_000, requests: 2000 },
  ...{ slow: 50, taken: 50_000 },
});

setTimeout(() => {
  throw new Error(`The soak has not ended within ${BOUND / 1000} s.`);
}, BOUND).unref();

const server = await startServer(settings.seed);
try {
  for (const part of [cycles, slowLoops, soak]) {
    const { isGood, figures } = await part(server, settings);
    for (const [name, figure] of Object.entries(figures)) console.log(`${name}: ${figure}`);
    if (!isGood) {
      console.log(`FAILED: ${part.name}`);
      process.exitCode = 1;
    }
  }
} finally {
  await server.close();
}
