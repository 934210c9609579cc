// `for await` on a source, where the platform's fetch passes back-pressure on to the network: Firefox and WebKit do not.
import { assert } from '../support/assert.js';
import { open, serve, tearDown } from '../support/scene.js';
import { settled, within } from '../support/wait.js';

describe('for await on a source, in Node', () => {
  afterEach(tearDown);

  it('makes the server stall', async () => {
    const server = await serve([{}]);
    const source = open(server.url);
    const iterator = source[Symbol.asyncIterator]();
    const first = iterator.next();
    const request = await server.request(0);
    const chunk = `data: ${'x'.repeat(2 ** 20 - 8)}\n\n`;
    const size = 64;
    let written = 0;
    const writing = (async () => {
      for (let n = 0; n < size; n++) {
        await request.write(chunk);
        written++;
      }
    })();
    await within(first, 'the first event');
    // Until nothing moves any more: the sockets' buffers are full.
    for (let before = -1; before !== written;) {
      before = written;
      for (let turn = 0; turn < 20; turn++) await settled();
    }
    assert.ok(written < size, `all ${size} MiB were taken while the loop stood still`);
    for (let n = 1; n < size; n++) await within(iterator.next(), 'the next event');
    await within(writing, 'the rest to be written');
    await iterator.return();
  });
});
