// The other end of the soak, in a process of its own, so that its memory is not measured: it drops connections in every
// way there is, or answers with one event. It tells its address when it listens, and how many connections are open when
// it is asked.
import { createServer } from 'node:net';
import process from 'node:process';
import { randomFrom } from '../../bench/workloads.js';

const random = randomFrom(Number(process.argv[2]));

/** Events of one connection, on the average. */
const MEAN_EVENTS = 100;

/** Events of one write, on the average. */
const MEAN_BATCH = 8;

const HEADER = 'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n';

const texts = ['grüße', '日本語 日本語', '😀', '{"delta":"word"}'];

const chunk = (text) => `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`;

const write = (socket, text) => new Promise((resolve) => socket.write(text, resolve));

/** How a connection is lost: by a proper end, a FIN, a RST, or within an HTTP chunk. */
const losses = [
  (socket) => socket.end('0\r\n\r\n'),
  (socket) => socket.end(),
  (socket) => socket.resetAndDestroy(),
  (socket) => socket.end('ff\r\ndata: cut'),
];

const answers = {
  /** Some events after the last that was seen, each with its number as id; then the connection is lost. */
  async '/drops'(socket, last) {
    const end = last + 1 + random(2 * MEAN_EVENTS);
    for (let n = last + 1; n < end;) {
      let batch = '';
      for (const next = Math.min(end, n + 1 + random(2 * MEAN_BATCH)); n < next; n++) {
        batch += `id: ${n}\ndata: ${n} ${texts[n % texts.length]}\n\n`;
      }
      await write(socket, chunk(batch));
    }
    losses[random(losses.length)](socket);
  },

  /** One event, and nothing more. */
  '/one': (socket) => write(socket, chunk('data: one\n\n')),

  /** One event, and the end. */
  '/end': (socket) => socket.end(`${chunk('data: one\n\n')}0\r\n\r\n`),
};

const server = createServer((socket) => {
  socket.setNoDelay(true).on('error', () => {});
  socket.once('data', (bytes) => {
    const request = bytes.toString(); // whole, as it is small
    const [, path] = request.match(/^GET (\S+) /);
    const [, last = '0'] = request.match(/^last-event-id: (\d+)/im) ?? [];
    socket.write(HEADER);
    answers[path](socket, Number(last));
  });
});
server.listen({ port: 0, host: '127.0.0.1', backlog: 2000 }, () =>
  process.send(`http://127.0.0.1:${server.address().port}`),
);
process.on('message', () => server.getConnections((_, count) => process.send(count)));
process.once('disconnect', () => process.exit());
