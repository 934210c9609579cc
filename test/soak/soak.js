// Sources under load, for long: what they hold must not grow, and a source that is closed must leave nothing.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import process from 'node:process';
import { setImmediate as turn, setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { EventSource } from '../../js/index.js';
import { MEGABYTE, collect, compare, measure } from './memory.js';

/** The first events, in which caches fill and code is compiled, are not judged. */
const WARM_UP = 0.2;
const SAMPLES = 60;

/** Sockets, and timers, that sources have at a time: one each, and some that are about to go. */
const MOST_OF_A_SOURCE = 1.5;

/** One source of so many has a listener that throws. */
const THROWS = 10;

/** What a source may hold whose loop is slow: the chunks that a ReadableStream has ready, and the events of one. */
const EVENTS_OF_CHUNK = 64;
const CHUNKS_AHEAD = 2;
const SLOW_BOUND = MEGABYTE;

/** Milliseconds until what was given up must be gone: Node 20 may close the socket of an aborted request after 4 s. */
const GONE = 15_000;

const megabytes = (bytes) => (bytes / MEGABYTE).toFixed(2);

export async function startServer(seed) {
  const child = fork(fileURLToPath(new URL('server.js', import.meta.url)), [`${seed}`]);
  const [origin] = await once(child, 'message');
  return {
    origin,
    async connections() {
      child.send('count');
      return (await once(child, 'message'))[0];
    },
    async close() {
      child.disconnect();
      await once(child, 'exit');
    },
  };
}

/**
 * Many sources on a server that drops their connections: every event once and in order, and nothing grows.
 * @param {{ origin: string }} server
 * @param {{ sources: number, events: number }} settings
 */
export async function soak({ origin }, { sources: count, events }) {
  const numbers = new Array(count).fill(0); // of each source's last event
  const samples = [];
  const every = (events * (1 - WARM_UP)) / SAMPLES;
  let received = 0;
  let wrong = 0;
  let errors = 0;
  let thrown = 0;
  let reported = 0;
  let nextSample = events * WARM_UP;
  let finish;
  const finished = new Promise((resolve) => (finish = resolve));
  let inFetch = 0;
  const report = (error) => {
    if (error.message === 'thrown by a listener') reported++;
    // Node puts the ticks after one that throws off, so that a socket may close before its error is known: undici's own
    // listener of the latter then throws, too. That the request has ended it knows by then.
    else if (/undici/.test(error.stack)) inFetch++;
    else throw error;
  };
  process.on('uncaughtException', report);

  const begin = performance.now();
  const sources = numbers.map((_, i) => {
    const source = new EventSource(`${origin}/drops`, { reconnectionTime: 1 + (i % 50) });
    source.onmessage = ({ data }) => {
      const number = parseInt(data, 10);
      if (number !== numbers[i] + 1) wrong++;
      numbers[i] = number;
      if (++received === events) finish();
    };
    source.onerror = () => {
      errors++;
      if (received < nextSample) return;
      nextSample += every;
      samples.push(measure());
    };
    if (i % THROWS === 0) {
      source.addEventListener('message', () => {
        thrown++;
        throw new Error('thrown by a listener');
      });
    }
    return source;
  });
  await finished;
  for (const source of sources) source.close();
  const seconds = (performance.now() - begin) / 1000;
  while (reported < thrown) await turn();
  process.off('uncaughtException', report);

  const of = (name) => samples.map((sample) => sample[name]);
  const most = (name) => Math.max(...of(name));
  const heap = compare(of('heap'));
  const external = compare(of('external'));
  const show = ({ first, last }) => `${megabytes(first)} MB, at the end ${megabytes(last)} MB`;
  return {
    isGood:
      wrong === 0 &&
      heap.isFlat &&
      external.isFlat &&
      Math.max(most('sockets'), most('timers')) <= count * MOST_OF_A_SOURCE &&
      most('core') === samples[0].core,
    figures: {
      'sources on a server that drops them': count,
      events: received,
      'connections lost': errors,
      'events lost, doubled or out of order': wrong,
      'errors thrown by listeners': thrown,
      "errors thrown by Node's fetch in consequence": inFetch,
      'heap at the begin': show(heap),
      'external memory at the begin': show(external),
      'sockets at a time': most('sockets'),
      'timers at a time': most('timers'),
      'memory of the core at the begin': `${samples[0].core} bytes, at the end ${samples.at(-1).core} bytes`,
      samples: samples.length,
      'seconds of it': Math.round(seconds),
    },
  };
}

/** How far a source has come when it is closed. */
const STAGES = {
  constructed: () => {},
  connecting: () => turn(),
  open: (source) => once(source, 'open'),
  delivering: (source) => once(source, 'message'),
  waiting: (source) => once(source, 'error'),
};

/** A source by the function makes, closed at one stage after the other. */
async function cycle(make, count, width, registry) {
  const stages = Object.entries(STAGES);
  let made = 0;
  const worker = async () => {
    while (made < count) {
      const [stage, reach] = stages[made++ % stages.length];
      const source = make(stage);
      registry.register(source);
      source.onopen = source.onmessage = source.onerror = () => {};
      await reach(source);
      source.close();
    }
  };
  await Promise.all(Array.from({ length: width }, worker));
}

/** Waits, within bounds, until `isDone`. */
async function eventually(isDone) {
  const end = performance.now() + GONE;
  while (!(await isDone()) && performance.now() < end) {
    collect();
    await delay(1);
  }
}

/**
 * Opens and closes sources, on a fetch that does nothing and on a server: nothing of them is left.
 * @param {Awaited<ReturnType<typeof startServer>>} server
 * @param {{ cycles: number, requests: number }} settings
 */
export async function cycles(server, { cycles: count, requests }) {
  let collected = 0;
  const registry = new FinalizationRegistry(() => collected++);
  const bytes = new TextEncoder().encode('data: one\n\n');
  const answer = (stage) => async () => {
    const start = (controller) => {
      controller.enqueue(bytes);
      if (stage === 'waiting') controller.close();
    };
    return new Response(new ReadableStream({ start }), { headers: { 'content-type': 'text/event-stream' } });
  };
  const onStub = (stage) => new EventSource('http://stub.test/', { fetch: answer(stage) });
  const onServer = (stage) => new EventSource(`${server.origin}/${stage === 'waiting' ? 'end' : 'one'}`);

  const round = async (make, n, width) => {
    collected = 0;
    await cycle(make, n, width, registry);
    await eventually(() => collected === n);
    return n - collected;
  };
  // What is made once and stays, as the platform's pools, is there after a few.
  await round(onStub, Math.ceil(count / 10), 10);
  await round(onServer, Math.ceil(requests / 10), 10);
  const begin = performance.now();
  await eventually(async () => (await server.connections()) === 0);
  const before = measure();
  const left = await round(onStub, count, 10);
  const leftOfServer = await round(onServer, requests, 10);
  await eventually(async () => (await server.connections()) === 0);
  const after = measure();
  const connections = await server.connections();
  const grown = after.heap + after.external - before.heap - before.external;
  const isGood =
    left + leftOfServer + connections === 0 &&
    grown < MEGABYTE &&
    after.sockets <= before.sockets &&
    after.timers <= before.timers;
  return {
    isGood,
    figures: {
      'sources opened and closed on a stub of fetch': count,
      'on a server': requests,
      'of these still in memory': left + leftOfServer,
      'connections left': connections,
      'sockets and timers left': after.sockets - before.sockets + (after.timers - before.timers),
      'memory grown by': `${megabytes(grown)} MB`,
      'seconds of this': Math.round((performance.now() - begin) / 1000),
    },
  };
}

/**
 * Loops that take events slowly, from a fetch whose body never ends and counts what is read of it.
 * @param {unknown} _server
 * @param {{ slow: number, taken: number }} settings
 */
export async function slowLoops(_server, { slow, taken }) {
  const event = `data: ${'x'.repeat(1024)}\n\n`;
  const chunk = new TextEncoder().encode(event.repeat(EVENTS_OF_CHUNK));
  const before = measure();
  let peak = 0;
  let events = 0;
  let ahead = 0;
  const loop = async () => {
    let chunks = 0;
    let own = 0;
    const pull = (controller) => {
      chunks++;
      controller.enqueue(chunk.slice());
    };
    const fetch = async () =>
      new Response(new ReadableStream({ pull }), { headers: { 'content-type': 'text/event-stream' } });
    for await (const { data } of new EventSource('http://stub.test/', { fetch, readAhead: 0 })) {
      if (data.length !== 1024) throw new Error(`An event of ${data.length} characters.`);
      ahead = Math.max(ahead, chunks - Math.ceil(++own / EVENTS_OF_CHUNK));
      if (++events >= taken) return;
      if (events % Math.ceil(taken / SAMPLES) === 0) {
        const { heap, external } = measure();
        peak = Math.max(peak, heap + external - before.heap - before.external);
      }
      await delay(1);
    }
  };
  await Promise.all(Array.from({ length: slow }, loop));
  return {
    isGood: ahead <= CHUNKS_AHEAD && peak < slow * SLOW_BOUND,
    figures: {
      'slow loops': slow,
      'events taken': events,
      'chunks read ahead of a loop': `${ahead}, of ${EVENTS_OF_CHUNK} events of 1 KB`,
      'memory held by a loop': `${megabytes(peak / slow)} MB`,
    },
  };
}
