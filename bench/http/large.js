// One event in chunks of 1 KB, up to 100 MB, through the parser, in the Node that runs this:
// large.js [--quick] [--rounds N] [--json FILE]
import { takeTurns } from '../measure.js';
import { Part, readOptions } from './part.js';
import { start } from './processes.js';

const SUBJECTS = ['eventsource-wasm', 'eventsource-parser'];

const { quick, json, rounds = quick ? '1' : '5' } = readOptions({ rounds: { type: 'string' } });

async function measure(subject, megabytes) {
  const child = await start('large-child.js', { values: [subject], flags: ['--expose-gc'] });
  const measured = await child.measure(megabytes);
  await child.stop();
  return measured;
}

const part = new Part('large');
for (const megabytes of [10, 50, 100]) {
  const turns = Object.fromEntries(SUBJECTS.map((subject) => [subject, () => measure(subject, megabytes)]));
  part.add({ megabytes }, await takeTurns(turns, { rounds: Number(rounds) }));
}
part.write(json);
