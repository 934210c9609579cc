// The server, in a process of its own. What it sends as fast as it can is made before.
import { EventEmitter, once } from 'node:events';
import { createServer } from 'node:http';
import process from 'node:process';
import { text } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';
import { join, makeWorkload } from '../workloads.js';
import { offer } from './processes.js';

/** About how many bytes of events are sent over and over. */
const LOOP = 1_000_000;

/** Milliseconds that a page may take for a command; only turns a hang into a failure. */
const BOUND = 60_000;

const headers = { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' };

/** As HTTP/1.1 sends a write. */
const frame = (bytes) => Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from('\r\n')]);

/** Events in writes of about `size` bytes. */
function group(events, size) {
  const writes = [];
  for (let at = 0; at < events.length;) {
    const begin = at;
    for (let bytes = 0; at < events.length && bytes < size; at++) bytes += events[at].length;
    writes.push(join(events.slice(begin, at)));
  }
  return writes;
}

/** What a client's checksum of the data has to be, by a plain reading of the text. */
function sumData(events) {
  let sum = 0;
  for (const event of events) {
    const lines = [...new TextDecoder().decode(event).matchAll(/^data: ?(.*)$/gm)].map(([, line]) => line);
    const data = lines.join('\n');
    sum = (sum + data.length + data.charCodeAt(data.length >> 1)) | 0;
  }
  return sum;
}

/** @type {Map<string, Buffer>} */
const prepared = new Map();

/** Sends a stream so many times. */
function play(response, searchParams) {
  const framed = prepared.get(searchParams.get('stream'));
  let loops = Number(searchParams.get('loops'));
  response.writeHead(200, headers).flushHeaders();
  // Past node:http, which would frame each write anew.
  const { socket } = response;
  const send = () => {
    while (loops-- > 0) if (!socket.write(framed)) return;
    socket.end('0\r\n\r\n');
  };
  socket.on('drain', send);
  send();
}

/** @type {Set<import('node:http').ServerResponse>} Connections that hear what pulse() sends. */
const held = new Set();

function hold(response) {
  held.add(response);
  response.on('close', () => held.delete(response));
  response.writeHead(200, headers).flushHeaders();
}

/** @type {Map<string, { type: string, content: string }>} By path. */
const files = new Map();
/** The page that asks for commands, and posts the result of each. */
const client = new EventEmitter();
let asking;

function give(response, { type, content }) {
  response.writeHead(200, { 'Content-Type': type }).end(content);
}

function ask(response) {
  asking = response;
  client.emit('ask');
}

async function takeResult(request, response) {
  client.emit('result', JSON.parse(await text(request)));
  response.end();
}

const server = createServer((request, response) => {
  const { pathname, searchParams } = new URL(request.url, 'http://localhost');
  if (pathname === '/stream') play(response, searchParams);
  else if (pathname === '/hold') hold(response);
  else if (pathname === '/command') ask(response);
  else if (pathname === '/result') takeResult(request, response);
  else if (files.has(pathname)) give(response, files.get(pathname));
  else response.writeHead(404).end();
});
server.on('connection', (socket) => socket.setNoDelay(true).on('error', () => {}));

offer({
  async listen() {
    server.listen(0, '127.0.0.1', 10_000);
    await once(server, 'listening');
    return `http://127.0.0.1:${server.address().port}/`;
  },

  /** @param {{ workload: string, size: number, seed: number }} stream */
  prepare(stream) {
    const events = makeWorkload(stream.workload, LOOP, stream.seed);
    const writes = group(events, stream.size);
    prepared.set(JSON.stringify(stream), Buffer.concat(writes.map(frame)));
    return {
      events: events.length,
      bytes: writes.reduce((sum, write) => sum + write.length, 0),
      sum: sumData(events),
    };
  },

  /** Sends an event with the time to every so manyth held connection, again and again; tells how many it sent. */
  async pulse({ every = 1, milliseconds, times }) {
    const chosen = [...held].filter((_, i) => i % every === 0);
    for (let i = 0; i < times; i++) {
      for (const response of chosen) response.write(`data: ${Number(process.hrtime.bigint()) / 1e6}\n\n`);
      await setTimeout(milliseconds);
    }
    return chosen.length * times;
  },

  /** Waits until so few connections are held. */
  async waitForHeld(wanted) {
    while (held.size > wanted) await setTimeout(1);
  },

  serve: (path, type, content) => void files.set(path, { type, content }),

  /** Has the page carry out a command. */
  async instruct(command) {
    const bound = { signal: AbortSignal.timeout(BOUND) };
    if (!asking) await once(client, 'ask', bound);
    const resulted = once(client, 'result', bound);
    asking.end(JSON.stringify(command));
    asking = undefined;
    const [{ value, error }] = await resulted;
    if (error) throw new Error(error);
    return value;
  },
});
