// Servers whose every byte the test says: for what node:http would not send. Node only.
import { createServer } from 'node:net';
import { assert } from '../support/assert.js';
import { atTearDown, open, record, serve } from '../support/scene.js';
import { within } from '../support/wait.js';

/**
 * Listens on 127.0.0.1 until the test ends.
 * @param {import('node:net').Server} server of any protocol
 * @param {number} [port] a free one unless given
 * @returns {Promise<number>} its port
 */
export async function listen(server, port = 0) {
  const sockets = new Set();
  for (const event of ['connection', 'secureConnection']) {
    server.on(event, (socket) => {
      sockets.add(socket);
      socket.on('error', () => {}).on('close', () => sockets.delete(socket));
    });
  }
  await new Promise((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve));
  atTearDown(() => stop(server, sockets));
  return server.address().port;
}

async function stop(server, sockets) {
  if (!server.listening) return;
  const closed = new Promise((resolve) => server.close(resolve));
  for (const socket of sockets) socket.destroy();
  await within(closed, 'a server to close');
}

/**
 * A server that hands over each request's head, as text of a character per byte, and its socket.
 * @param {(socket: import('node:net').Socket, head: string) => void} answer
 * @param {import('node:net').ServerOpts} [options]
 */
export async function serveBytes(answer, options) {
  const server = createServer(options, (socket) => {
    let head = '';
    socket.setNoDelay(true).setEncoding('latin1');
    socket.on('data', (text) => {
      head += text;
      if (!head.endsWith('\r\n\r\n')) return;
      answer(socket, head);
      head = '';
    });
  });
  return `http://127.0.0.1:${await listen(server)}/`;
}

/** What a head says under that name, a character per byte; undefined if it does not. */
export const readHeader = (head, name) => head.match(new RegExp(`^${name}: (.*)\r$`, 'im'))?.[1];

export const pathOf = (head) => head.split(' ')[1];

/**
 * @param {string | Uint8Array} body
 * @param {Record<string, string | number>} [headers]
 */
export function respond(body, headers = {}) {
  const lines = Object.entries({ 'Content-Type': 'text/event-stream', ...headers }).map((pair) => pair.join(': '));
  return Buffer.concat([Buffer.from(`HTTP/1.1 200 OK\r\n${lines.join('\r\n')}\r\n\r\n`), Buffer.from(body)]);
}

/**
 * An HTTP chunk.
 * @param {string | Uint8Array} data
 */
export function chunk(data) {
  const bytes = Buffer.from(data);
  return Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from('\r\n')]);
}

/** Sends bytes in pieces of that size, each by itself, so that they arrive like that. */
export async function drip(socket, bytes, size) {
  for (let at = 0; at < bytes.length; at += size) {
    await new Promise((resolve) => socket.write(bytes.subarray(at, at + size), () => setImmediate(resolve)));
  }
}

/** Events of all widths of UTF-8 and of all line ends, each with its number as id. */
const EVENTS = [
  'id: 1\r\ndata: a\r\n\r\n',
  'id: 2\rdata: é\rdata: ß\r\r',
  'id: 3\ndata: 日本\n\n',
  ': note\r\ndata: 🙂\r\nid: 4\r\n\r\n',
];

export const EXPECTED = ['1 a', '2 é\nß', '3 日本', '4 🙂'];

/** The stream from the event after that id on, a string per event. */
export const eventsAfter = (id) => ['\uFEFF', ...EVENTS.slice(id)];

/** The next message events must be those of the feed, from one place to another. */
export async function expectEvents(events, begin = 0, end = EXPECTED.length) {
  const got = [];
  while (got.length < end - begin) {
    const { lastEventId, data } = await events.until('message');
    got.push(`${lastEventId} ${data}`);
  }
  assert.deepEqual(got, EXPECTED.slice(begin, end));
}

/** Another source of this process, which must go on as if nothing had happened. */
export async function openBystander() {
  const server = await serve([{}]);
  const events = record(open(server.url));
  await events.next('open');
  const request = await server.request(0);
  let count = 0;
  return {
    /** Sends it an event; anything else that came before fails the test. */
    async expectUntouched() {
      const data = `${++count}`;
      await request.write(`data: ${data}\n\n`);
      assert.equal((await events.next('message')).data, data);
    },
  };
}
