// Milliseconds that import and the first constructor take in a new process, in the Node that runs this:
// startup.js [--quick] [--rounds N] [--json FILE]
import { takeTurns } from '../measure.js';
import { Part, readOptions } from './part.js';
import { start } from './processes.js';

const SUBJECTS = ['eventsource-wasm', 'eventsource', 'empty module'];

const { quick, json, rounds = quick ? '15' : '60' } = readOptions({ rounds: { type: 'string' } });

async function measure(subject) {
  const child = await start('startup-child.js', { values: [subject] });
  const times = await child.measure();
  await child.stop();
  return times;
}

const part = new Part('startup');
const turns = Object.fromEntries(SUBJECTS.map((subject) => [subject, () => measure(subject)]));
part.add({ what: 'first source' }, await takeTurns(turns, { rounds: Number(rounds) }));
part.write(json);
