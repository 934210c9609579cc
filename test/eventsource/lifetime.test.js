// Section 7: a closed source leaves nothing behind.
import { assert } from '../support/assert.js';
import { fakeClock, open, record, replaceFetch, serve, streamResponse, tearDown } from '../support/scene.js';
import { itUnless, limits } from '../support/platform.js';
import { settled } from '../support/wait.js';

describe('life time', () => {
  afterEach(tearDown);

  it('7.2 leaves no reader lock after close()', async () => {
    const stream = streamResponse();
    replaceFetch(async () => stream.response);
    const source = open('http://127.0.0.1/');
    const events = record(source);
    await events.next('open');
    stream.write('data: x\n\n');
    await events.next('message');
    assert.equal(stream.body.locked, true);
    source.close();
    await stream.cancelled();
    await settled();
    assert.equal(stream.body.locked, false);
  });

  for (const [name, finish] of Object.entries({
    'the end of the body': (stream) => stream.end(),
    'a body that broke off': (stream) => stream.fail(new Error('cut')),
  })) {
    it(`7.2 leaves no reader lock after ${name}`, async () => {
      fakeClock();
      const stream = streamResponse();
      replaceFetch(async () => stream.response);
      const events = record(open('http://127.0.0.1/'));
      await events.next('open');
      finish(stream);
      await events.next('error');
      assert.equal(stream.body.locked, false);
    });
  }

  itUnless(limits.resets)('7.2 leaves no timer, whatever state it is closed in', async () => {
    const clock = fakeClock();
    const server = await serve([{}, { before: 'reset' }, {}]);
    const source = open(server.url);
    const events = record(source);
    assert.deepEqual(clock.waits, []);
    await events.next('open');
    assert.deepEqual(clock.waits, []);
    await (await server.request(0)).finish('end');
    for (let n = 0; n < 2; n++) {
      await events.next('error');
      clock.pass();
      assert.deepEqual(clock.waits, []);
    }
    await events.next('open');
    source.close();
    assert.deepEqual(clock.waits, []);
  });
});
