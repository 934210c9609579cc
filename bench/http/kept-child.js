// A new process of kept.js: kept-child.js SUBJECT.
import process from 'node:process';
import { measureMemory } from './memory.js';
import { offer } from './processes.js';

const MODULES = { 'eventsource-wasm': '../../dist/node/index.js', eventsource: 'eventsource' };

const { EventSource } = await import(MODULES[process.argv[2]]);

const encoder = new TextEncoder();
const longId = (n) => `abcdefghijklmnopqrstuvwxyz012345${n}`;

/** Has a source read these chunks, and calls `listen` with each event. */
function read(chunks, listen) {
  const pull = (controller) => {
    const { value, done } = chunks.next();
    if (done) controller.close();
    else controller.enqueue(encoder.encode(value));
  };
  const fetch = async (url) =>
    Object.defineProperty(
      new Response(new ReadableStream({ pull }), { headers: { 'content-type': 'text/event-stream' } }),
      'url',
      { value: `${url}` },
    );
  const source = new EventSource('http://127.0.0.1/', { fetch });
  source.onmessage = listen;
  return new Promise((resolve) => {
    source.onerror = () => {
      source.close();
      resolve();
    };
  });
}

function* largeChunks() {
  for (let n = 1000; n < 1200; n++) yield `id: ${longId(n)}\ndata: ${'x'.repeat(50_000)}\n\n`;
}

function* chunksOfSmall(length, count) {
  const chunk = `data: ${'x'.repeat(length)}\n\n`.repeat(60_000 / length);
  for (let n = 0; n < count; n++) yield chunk;
}

/** As short as a copy of a string can be made that was cut from another. */
const copy = (text) => ` ${text}`.slice(1);

offer({
  async keepIds() {
    const kept = [];
    await read(chunksOfSmall(100, 1), () => {}); // loads what fetch needs
    const before = await measureMemory();
    await read(largeChunks(), ({ lastEventId }) => kept.push(lastEventId));
    const after = await measureMemory();
    if (kept.length !== 200) throw new Error(`${kept.length} events came.`);
    return { 'heap KB': (after.heap - before.heap) / 1024 };
  },

  /** The last 64 are kept, as a program keeps some. */
  async dispatch(length, isCopied) {
    const kept = new Array(64);
    let count = 0;
    const listen = ({ data }) => {
      kept[count++ & 63] = isCopied ? copy(data) : data;
    };
    await read(chunksOfSmall(length, 200), listen); // to be warm
    count = 0;
    const begin = performance.now();
    await read(chunksOfSmall(length, 400), listen);
    return { 'ns/event': ((performance.now() - begin) * 1e6) / count };
  },
});
