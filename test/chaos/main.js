// make chaos: prints what became of the messages; fails unless every subscriber has each of them once, in order.
//
//   node test/chaos/main.js [--seed N] [--messages N] [--subscribers N] [--cuts N] [--restarts N]
import process from 'node:process';
import { readSettings } from '../soak/settings.js';
import { tearDown } from '../support/scene.js';
import { runChaos } from './chaos.js';

const settings = readSettings({ seed: 1, messages: 100_000, subscribers: 50, cuts: 500, restarts: 2 });

try {
  const figures = await runChaos(settings);
  for (const [name, figure] of Object.entries(figures)) console.log(`${name}: ${figure}`);
  const { lost, doubled, garbled, 'out of order': disordered, 'connections cut': cuts } = figures;
  process.exitCode = Number(lost + doubled + disordered + garbled > 0 || cuts < settings.cuts);
} finally {
  await tearDown();
}
