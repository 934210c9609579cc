// What a queue between a stream and a loop holds.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { EventQueue } from '../../js/source/read-ahead.js';
import { assert } from '../support/assert.js';
import { settled } from '../support/wait.js';

describe('events that wait for a loop', () => {
  it('are held no longer when they are taken, even if there is always a next one', async () => {
    setFlagsFromString('--expose-gc');
    const collectGarbage = runInNewContext('gc');
    const queue = new EventQueue();
    const taken = [];
    queue.push({ type: '', data: '' });
    for (let n = 0; n < 100; n++) {
      queue.push({ type: '', data: `${n}` });
      taken.push(new WeakRef(queue.take()));
    }
    await settled(); // a WeakRef holds its target for the turn in which it was made
    collectGarbage();
    assert.ok(taken.filter((ref) => ref.deref() !== undefined).length <= 1); // the queue's last may be in a register
    assert.equal(queue.take().data, '99');
    assert.equal(queue.isEmpty, true);
  });

  it('come in their order, whenever they are taken', () => {
    const queue = new EventQueue();
    const seen = [];
    for (let n = 0; n < 50; n++) {
      for (let i = 0; i < n % 4; i++) queue.push({ type: '', data: `${n}.${i}` });
      if (n % 3 > 0 && !queue.isEmpty) seen.push(queue.take().data);
    }
    while (!queue.isEmpty) seen.push(queue.take().data);
    const all = Array.from({ length: 50 }, (_, n) => Array.from({ length: n % 4 }, (__, i) => `${n}.${i}`)).flat();
    assert.deepEqual(seen, all);
  });
});
