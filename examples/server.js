// A stream of numbered events that resumes after Last-Event-ID, over connections that do not last. By itself
// (node examples/server.js) it prints its URL and streams until it is stopped.
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';

/** Milliseconds: the reconnection time that clients are told. */
const RETRY = 150;

/** Events kept for those who resume. */
const LOG_LENGTH = 64;

/** How the connections go, one after another: how many events each delivers, and how it then drops. */
const PLAN = [
  { events: 14, drop: 'end' },
  { events: 17, drop: 'reset' },
  { events: 0, drop: 'refuse' },
  { events: 11, drop: 'reset' },
  { events: 0, drop: 'refuse' },
  { events: 0, drop: 'refuse' },
  { events: 19, drop: 'end' },
];

const TEXTS = [
  (id) => `reading ${id}`,
  (id) => `{"id":${id},"celsius":${(20 + Math.sin(id / 9)).toFixed(2)}}`,
  (id) => `Grüße, 你好, здравствуйте, 🚀 ${id}`,
  (id) => `reading ${id} has\ntwo lines, the second with an € sign`,
  () => '',
];

/** @param {number} id */
export function textOf(id) {
  return TEXTS[id % TEXTS.length](id);
}

/** @param {{ id: number, type: string }} event */
function format({ id, type }) {
  const data = textOf(id).replaceAll('\n', '\ndata: ');
  return Buffer.from(`id: ${id}\nevent: ${type}\ndata: ${data}\n\n`);
}

/**
 * Listens on a free port of 127.0.0.1. `report` is told of every request: its Last-Event-ID, and whether it is going to
 * be answered. Event number `count` is the last and has the type `done`.
 * @param {{ count?: number, report?: (lastEventId: string | undefined, isAnswered: boolean) => void }} [options]
 */
export async function startServer({ count = Infinity, report = () => {} } = {}) {
  const log = [];
  const streams = new Set();
  const drops = { end: 0, reset: 0, refuse: 0 };
  let produced = 0;
  let requests = 0;
  let timer;

  function produce() {
    produced++;
    log.push({ id: produced, type: produced === count ? 'done' : 'message' });
    if (log.length > LOG_LENGTH) log.shift();
    for (const stream of streams) send(stream);
    if (produced < count) timer = setTimeout(produce, 50 + 50 * Math.random());
  }

  /** Sends what is new to a stream, until its plan says to drop it. */
  function send(stream) {
    for (const event of log) {
      if (event.id <= stream.lastId) continue;
      if (stream.left === 0) {
        dropStream(stream, event);
        return;
      }
      stream.response.write(format(event));
      stream.lastId = event.id;
      stream.left--;
    }
  }

  function dropStream(stream, nextEvent) {
    const { response } = stream;
    streams.delete(stream);
    drops[stream.drop]++;
    if (stream.drop === 'end') {
      response.end();
      return;
    }
    const bytes = format(nextEvent);
    response.write(bytes.subarray(0, bytes.length >> 1));
    // Not at once: a reset takes away what the client has not read yet.
    setTimeout(() => response.socket?.resetAndDestroy(), 25);
  }

  const server = createServer((request, response) => {
    const { events, drop } = PLAN[requests++ % PLAN.length];
    const lastEventId = request.headers['last-event-id'];
    report(lastEventId, drop !== 'refuse');
    if (drop === 'refuse') {
      drops.refuse++;
      request.socket.destroy();
      return;
    }
    const stream = { response, drop, left: events, lastId: Number(lastEventId ?? 0) };
    response.on('close', () => streams.delete(stream));
    response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
    response.write(`retry: ${RETRY}\n\n`);
    streams.add(stream);
    send(stream);
  });

  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  produce();
  return {
    url: `http://127.0.0.1:${server.address().port}/`,
    /** How many connections dropped, by kind. */
    drops,
    close() {
      clearTimeout(timer);
      server.close();
      server.closeAllConnections();
    },
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { url } = await startServer();
  console.log(url);
}
