// What `make chaos` does, in small.
import { assert } from '../support/assert.js';
import { tearDown } from '../support/scene.js';
import { runChaos } from './chaos.js';

describe('resuming from nchan', () => {
  afterEach(tearDown);

  it('brings each message once and in order, whatever is cut and while nginx is restarted', async function () {
    this.timeout(60_000);
    const settings = { seed: 1, messages: 2000, subscribers: 10, cuts: 40, restarts: 2 };
    const figures = await runChaos(settings);
    assert.ok(figures['connections cut'] >= settings.cuts);
    assert.equal(figures['restarts of nginx'], settings.restarts);
    const { deliveries, lost, doubled, garbled, 'out of order': disordered } = figures;
    assert.deepEqual(
      { deliveries, lost, doubled, garbled, disordered },
      { deliveries: 20_000, lost: 0, doubled: 0, garbled: 0, disordered: 0 },
    );
  });
});
