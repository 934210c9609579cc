// What kept ids hold of the chunks that they came in, and what a copy of an event's data would cost, in the Node that
// runs this: kept.js [--quick] [--rounds N] [--json FILE]
import { takeTurns } from '../measure.js';
import { Part, readOptions } from './part.js';
import { start } from './processes.js';

const SUBJECTS = ['eventsource-wasm', 'eventsource'];

const { quick, json, rounds = quick ? '1' : '5' } = readOptions({ rounds: { type: 'string' } });

async function measure(subject, name, ...values) {
  const child = await start('kept-child.js', { values: [subject], flags: ['--expose-gc'] });
  const measured = await child[name](...values);
  await child.stop();
  return measured;
}

const part = new Part('kept');
const held = Object.fromEntries(SUBJECTS.map((subject) => [subject, () => measure(subject, 'keepIds')]));
part.add({ kept: '200 ids of 50 KB chunks' }, await takeTurns(held, { rounds: Number(rounds) }));
for (const length of [100, 1000]) {
  const ways = { 'as it is': false, copied: true };
  const turns = Object.fromEntries(
    Object.entries(ways).map(([way, isCopied]) => [
      way,
      () => measure('eventsource-wasm', 'dispatch', length, isCopied),
    ]),
  );
  part.add({ 'data of characters': length }, await takeTurns(turns, { rounds: Number(rounds) }));
}
part.write(json);
