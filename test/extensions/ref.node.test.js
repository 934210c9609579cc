// The option ref: whether a source keeps Node alive.
import { assert } from '../support/assert.js';
import { runWithEventSource } from '../support/child.js';
import { serve, tearDown } from '../support/scene.js';
import { settled } from '../support/wait.js';

describe('ref, in Node', () => {
  afterEach(tearDown);

  it('false: the process ends while the source is open', async () => {
    const server = await serve([{ chunks: ['data: x\n\n'] }]);
    const child = runWithEventSource(
      `const es = new EventSource(url, { ref: false });
       const alive = setInterval(() => {}, 1000);
       es.onmessage = ({ data }) => { console.log(data); clearInterval(alive); };
       process.on('exit', () => console.log('state', es.readyState));`,
      server.url,
    );
    assert.deepEqual(await child.exit(), { exitCode: 0, out: 'x\nstate 1\n', err: '' });
  });

  it('false: the process ends while the source waits for the response', async () => {
    const server = await serve([{ before: 'stall' }]);
    const child = runWithEventSource(
      `const es = new EventSource(url, { ref: false });
       const alive = setInterval(() => {}, 1000);
       process.once('SIGUSR2', () => clearInterval(alive));
       process.on('exit', () => console.log('state', es.readyState));`,
      server.url,
    );
    await child.alive(server.request(0));
    child.nudge();
    assert.deepEqual(await child.exit(), { exitCode: 0, out: 'state 0\n', err: '' });
  });

  it('false: the process ends while the source waits to reconnect', async () => {
    const server = await serve([{ chunks: ['retry: 600000\n'], then: 'end' }]);
    const child = runWithEventSource(
      `const es = new EventSource(url, { ref: false });
       const alive = setInterval(() => {}, 1000);
       es.onerror = ({ retryIn }) => { console.log(retryIn); clearInterval(alive); };`,
      server.url,
    );
    assert.deepEqual(await child.exit(), { exitCode: 0, out: '600000\n', err: '' });
    assert.equal(await server.count(), 1);
  });

  it('false: the idle time does not keep it alive either', async () => {
    const server = await serve([{ chunks: ['data: x\n\n'] }]);
    const child = runWithEventSource(
      `const es = new EventSource(url, { ref: false, idleTimeout: 600000 });
       const alive = setInterval(() => {}, 1000);
       es.onmessage = ({ data }) => { console.log(data); clearInterval(alive); };`,
      server.url,
    );
    assert.deepEqual(await child.exit(), { exitCode: 0, out: 'x\n', err: '' });
  });

  it('false: the source works for as long as something else keeps the process alive', async () => {
    const server = await serve([{ chunks: ['retry: 1\ndata: 1\n\n'], then: 'end' }, { chunks: ['data: 2\n\n'] }]);
    const child = runWithEventSource(
      `const es = new EventSource(url, { ref: false });
       const alive = setInterval(() => {}, 1000);
       es.onmessage = ({ data }) => { console.log(data); if (data === '2') clearInterval(alive); };`,
      server.url,
    );
    assert.deepEqual(await child.exit(), { exitCode: 0, out: '1\n2\n', err: '' });
  });

  for (const init of ['', '{}', '{ ref: true }', '{ ref: undefined }']) {
    it(`the source keeps the process alive: ${init || 'no options'}`, async () => {
      const server = await serve([{}]);
      const child = runWithEventSource(
        `const es = new EventSource(url${init && ', '}${init});
         es.onopen = () => console.log('open');
         es.onmessage = ({ data }) => { console.log(data); es.close(); };`,
        server.url,
      );
      await child.wrote('open');
      await child.alive(settled());
      await (await server.request(0)).write('data: late\n\n');
      assert.deepEqual(await child.exit(), { exitCode: 0, out: 'open\nlate\n', err: '' });
    });
  }

  it('false for one source leaves another of the same URL alone', async () => {
    const server = await serve([{}, {}]);
    const child = runWithEventSource(
      `const unrefed = new EventSource(url, { ref: false });
       const es = new EventSource(url);
       let count = 0;
       unrefed.onopen = es.onopen = () => { if (++count === 2) console.log('open'); };
       unrefed.onmessage = es.onmessage = ({ data }) => { console.log(data); es.close(); };`,
      server.url,
    );
    await child.wrote('open');
    for (const n of [0, 1]) await child.alive((await server.request(n)).write('data: late\n\n'));
    const { exitCode, out, err } = await child.exit();
    assert.deepEqual({ exitCode, err }, { exitCode: 0, err: '' });
    assert.match(out, /late/);
  });

  it('false does not touch a later request of the program, when its own was never sent', async () => {
    const server = await serve([{ before: 'stall' }]);
    const child = runWithEventSource(
      `const es = new EventSource(url, { ref: false, maxRetries: 0, fetch: async () => { throw new Error('not sent'); } });
       await new Promise((resolve) => (es.onerror = resolve));
       const response = await fetch(url);
       console.log(await response.text());`,
      server.url,
    );
    const request = await child.alive(server.request(0));
    await child.alive(settled());
    await request.play({ chunks: ['answer'], then: 'end' });
    assert.deepEqual(await child.exit(), { exitCode: 0, out: 'answer\n', err: '' });
  });
});
