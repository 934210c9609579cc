// What is kept of a stream beside its strings: nothing. In Node, where garbage can be counted.
import { assert } from '../support/assert.js';
import { runNode } from '../support/child.js';
import { tearDown } from '../support/scene.js';

/** Bytes that are held by what `keep` keeps of 200 chunks of 50 KB, each with an id and a type of 36 characters. */
async function heldBy(keep) {
  const { exitCode, out, err } = await runNode(`
    import { setFlagsFromString } from 'node:v8';
    import { runInNewContext } from 'node:vm';
    import { EventSource } from 'eventsource-wasm';
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc');
    const encoder = new TextEncoder();
    const name = (n) => 'abcdefghijklmnopqrstuvwxyz012345' + n;
    let n = 1000;
    const pull = (controller) =>
      n < 1200
        ? controller.enqueue(encoder.encode('id: ' + name(n) + '\\nevent: ' + name(n++) + '\\ndata: ' + 'x'.repeat(50000) + '\\n\\n'))
        : controller.close();
    const source = EventSource.fromReadableStream(new ReadableStream({ pull }));
    const kept = [];
    for (let n = 1000; n < 1200; n++) source.addEventListener(name(n), (event) => kept.push((${keep})(event)));
    collect();
    const before = process.memoryUsage().heapUsed;
    await new Promise((resolve) => (source.onerror = resolve));
    collect();
    console.log(process.memoryUsage().heapUsed - before, kept.length);
  `).exit();
  assert.equal(exitCode, 0, err);
  const [held, count] = out.split(' ').map(Number);
  assert.equal(count, 200);
  return held;
}

describe('what is kept of a stream, in Node', () => {
  afterEach(tearDown);

  // Their chunks are 10 MB.
  for (const [what, keep] of [
    ['ids', '(event) => event.lastEventId'],
    ['types', '(event) => event.type'],
    ['nothing, but by the source', '() => source.lastEventId'],
  ]) {
    it(`${what}: no chunk`, async () => {
      const held = await heldBy(keep);
      assert.ok(held < 1_000_000, `${held} bytes`);
    });
  }
});
