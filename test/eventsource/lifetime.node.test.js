// Section 7 and point 4.5: what only a process of its own shows.
import { getEventListeners } from 'node:events';
import { assert } from '../support/assert.js';
import { runWithEventSource } from '../support/child.js';
import {
  fakeClock,
  nativeFetch,
  open,
  record,
  replaceFetch,
  serve,
  streamResponse,
  tearDown,
} from '../support/scene.js';
import { settled } from '../support/wait.js';

/** Writes what keeps the process alive, beside its output, once everything due has run. */
const REPORT = `
  const report = async () => {
    for (let turn = 0; turn < 5; turn++) await new Promise(setImmediate);
    const left = process.getActiveResourcesInfo().filter((name) => !/Pipe|TTY|Immediate/.test(name));
    console.log('left: [' + left + ']');
  };`;

describe('life time, in Node', () => {
  afterEach(tearDown);

  it('7.1 keeps the process alive while it connects', async () => {
    const server = await serve([{ before: 'stall' }]);
    const child = runWithEventSource(`const es = new EventSource(url); es.onopen = () => es.close();`, server.url);
    const request = await child.alive(server.request(0));
    await child.alive(settled());
    await request.play({});
    assert.deepEqual(await child.exit(), { exitCode: 0, out: '', err: '' });
    await request.closed();
  });

  it('7.1 keeps the process alive while it is open', async () => {
    const server = await serve([{}]);
    const child = runWithEventSource(
      `const es = new EventSource(url);
       es.onopen = () => console.log('open');
       es.onmessage = ({ data }) => { console.log(data); es.close(); };`,
      server.url,
    );
    await child.wrote('open');
    await (await server.request(0)).write('data: late\n\n');
    assert.deepEqual(await child.exit(), { exitCode: 0, out: 'open\nlate\n', err: '' });
  });

  it('7.1 keeps the process alive while it waits to reconnect (trap: the process ends)', async () => {
    const server = await serve([
      { chunks: ['retry: 30\n'], then: 'end' },
      { status: 204, then: 'end' },
    ]);
    const child = runWithEventSource(
      `const es = new EventSource(url); es.onerror = () => console.log(es.readyState);`,
      server.url,
    );
    await child.alive(server.request(1));
    assert.deepEqual(await child.exit(), { exitCode: 0, out: '0\n2\n', err: '' });
  });

  const endings = {
    'close() right after the constructor': { code: 'es.close(); report();' },
    'close() while it connects': {
      answer: { before: 'stall' },
      code: `process.once('SIGUSR2', () => { es.close(); report(); });`,
      nudge: true,
    },
    'close() while it is open': {
      answer: { chunks: ['data: x\n\n'] },
      code: 'es.onmessage = () => { es.close(); report(); };',
    },
    'close() while it waits': {
      answer: { then: 'end' },
      code: 'es.onerror = () => queueMicrotask(() => { es.close(); report(); });',
    },
    'a refused status, whose body goes on': { answer: { status: 404, chunks: ['x'] }, code: 'es.onerror = report;' },
    'a refused type, whose body goes on': { answer: { type: 'a/b', chunks: ['x'] }, code: 'es.onerror = report;' },
    'an event over the limit': {
      answer: { chunks: ['data: xx\n\n'] },
      code: 'es.onerror = report;',
      init: '{ maxEventSize: 1 }',
    },
    'a scheme that cannot be fetched': { url: 'ftp://127.0.0.1/', code: 'es.onerror = report;' },
  };
  for (const [name, { answer, code, init = '{}', url, nudge }] of Object.entries(endings)) {
    const test = init !== '{}' && process.env.EVENT_SOURCE === 'standard' ? it.skip : it; // it takes no options
    test(`7.1 lets the process end after ${name}, and 7.2 leaves nothing behind`, async () => {
      const server = await serve(answer ? [answer] : []);
      const child = runWithEventSource(
        `${REPORT} const es = new EventSource(url, ${init}); ${code}`,
        url ?? server.url,
      );
      if (nudge) {
        await child.alive(server.request(0));
        child.nudge();
      }
      assert.deepEqual(await child.exit(), { exitCode: 0, out: 'left: []\n', err: '' });
      if (answer) await (await server.request(0)).closed();
    });
  }

  it('7.2 leaves no listener on a signal, and a signal of its own for every request', async () => {
    const clock = fakeClock();
    const streams = [streamResponse(), streamResponse()];
    const calls = replaceFetch(async () => streams[calls.length - 1].response);
    const source = open('http://127.0.0.1/');
    const events = record(source);
    await events.next('open');
    streams[0].end();
    await events.next('error');
    clock.pass();
    await events.next('open');
    source.close();
    const [first, second] = calls.map(({ init }) => init.signal);
    assert.notEqual(first, second);
    assert.equal(second.aborted, true);
    for (const signal of [first, second]) assert.deepEqual(getEventListeners(signal, 'abort'), []);
  });

  const listeners = {
    'a listener': `es.addEventListener(type, fail);`,
    'a handler': `es['on' + type] = fail;`,
  };
  for (const [name, attach] of Object.entries(listeners)) {
    for (const type of ['open', 'message', 'error']) {
      it(`4.5 reports ${name} of ${type} that throws, and goes on (trap: it becomes a connection error)`, async () => {
        const server = await serve([
          { chunks: ['retry: 1\ndata: 1\n\ndata: 2\n\n'], then: 'end' },
          { chunks: ['data: 3\n\n'] },
        ]);
        const child = runWithEventSource(
          `const es = new EventSource(url);
           const type = '${type}';
           let reports = 0;
           const fail = () => { throw new Error('thrown by a listener'); };
           process.on('uncaughtException', (error, from) => {
             if (error.message === 'thrown by a listener' && from === 'uncaughtException') reports++;
             else console.log('unexpected', from, error);
           });
           ${attach}
           const seen = [];
           es.addEventListener('open', () => seen.push('open' + es.readyState));
           es.addEventListener('error', ({ message }) => seen.push('error' + es.readyState + (/ended/.test(message) ? '' : message)));
           es.addEventListener('message', ({ data }) => {
             seen.push(data + es.readyState);
             if (data === '3') { es.close(); setImmediate(() => console.log(seen.join(' '), reports)); }
           });`,
          server.url,
        );
        const reports = { open: 2, message: 3, error: 1 }[type];
        assert.deepEqual(await child.exit(), { exitCode: 0, out: `open1 11 21 error0 open1 31 ${reports}\n`, err: '' });
      });
    }
  }

  it('4.5 lets a process end by a listener that throws, as any listener does', async () => {
    const server = await serve([{ chunks: ['data: 1\n\n'] }]);
    const child = runWithEventSource(
      `const es = new EventSource(url); es.onmessage = () => { throw new Error('thrown by a listener'); };`,
      server.url,
    );
    const { exitCode, err } = await child.exit();
    assert.equal(exitCode, 1);
    assert.match(err, /thrown by a listener/);
    await (await server.request(0)).closed();
  });

  it('2.4 needs no fetch at import', async () => {
    const server = await serve([{ chunks: ['data: x\n\n'] }]);
    const child = runWithEventSource(
      `const { fetch } = globalThis; delete globalThis.fetch;
       const es = new EventSource(url);
       globalThis.fetch = fetch;
       es.onmessage = ({ data }) => { console.log(data); es.close(); };`,
      server.url,
    );
    assert.equal((await child.exit()).out, 'x\n');
  });

  it('2.2 sends the bytes of the id, not its characters', async () => {
    const clock = fakeClock();
    const server = await serve([{ chunks: ['id: \u2026\n\n'], then: 'end' }, {}]);
    replaceFetch(nativeFetch);
    const events = record(open(server.url));
    await events.until('error');
    clock.pass();
    const { headers } = await server.request(1);
    assert.deepEqual(Buffer.from(headers['last-event-id'], 'latin1'), Buffer.from('\u2026'));
  });
});
