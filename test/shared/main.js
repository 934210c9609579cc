// make shared: prints what became of the messages while who held the connection was closed, reloaded, crashed, frozen;
// and what 20 tabs need. Fails unless each tab has each message once, in order.
//
//   node test/shared/main.js [--engine NAME]... [--way NAME]... [--messages N] [--changes N]
import process from 'node:process';
import { parseArgs } from 'node:util';
import { runChanges, runMany } from './changes.js';

const { values } = parseArgs({
  options: {
    engine: { type: 'string', multiple: true, default: ['Chromium', 'Firefox', 'WebKit'] },
    way: { type: 'string', multiple: true, default: ['worker', 'tab', 'own'] },
    messages: { type: 'string', default: '10000' },
    changes: { type: 'string', default: '50' },
  },
});

const say = (what, figures) =>
  console.log(
    `${what}: ${Object.entries(figures)
      .map(([name, figure]) => `${figure} ${name}`)
      .join(', ')}`,
  );

for (const engine of values.engine) {
  const { what, isRight, ...figures } = await runMany(engine);
  say(what, figures);
  if (!isRight) process.exitCode = 1;
  for (const way of values.way) {
    const settings = { engine, way, messages: Number(values.messages), changes: Number(values.changes) };
    const { what, isRight, ...figures } = await runChanges(settings);
    say(what, figures);
    if (!isRight) process.exitCode = 1;
  }
}
