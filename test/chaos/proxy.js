// A proxy that cuts connections wherever chance has it: in the header, within an event, a line, a character.
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { pipeline } from 'node:stream/promises';

/** So many of the connections are cut within their first bytes: in the header, or the first event. */
const ONE_IN = 8;
const FIRST_BYTES = 400;

/** How many of the last chunks of a connection are kept. */
const KEPT = 16;

export class CuttingProxy {
  #server = createServer((client) => this.#serve(client));
  #sockets = new Set();
  #port;
  #random;
  #meanBytes;
  /** @type {Map<string, Buffer[]>} The last chunks of each path's last connection. */
  #passed = new Map();

  connections = 0;
  /** Connections that were cut while the server was sending. */
  cuts = 0;
  /** Bytes of the server that had not reached a client when it went by itself. */
  withheld = 0;

  /**
   * @param {number} port of the server behind it
   * @param {(below: number) => number} random
   * @param {number} meanBytes after how many bytes connections are cut, on the average
   */
  constructor(port, random, meanBytes) {
    this.#port = port;
    this.#random = random;
    this.#meanBytes = meanBytes;
  }

  async listen() {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return `http://127.0.0.1:${this.#server.address().port}`;
  }

  async close() {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    await once(this.#server, 'close');
  }

  /**
   * How often a text came from the server, lately, on the last connection for a path.
   * @param {string} path
   * @param {string} text
   */
  countLately(path, text) {
    return Buffer.concat(this.#passed.get(path)).toString().split(text).length - 1;
  }

  /** @param {import('node:net').Socket} client */
  async #serve(client) {
    this.connections++;
    /** @type {Buffer[]} */
    const passed = [];
    client.once('data', (request) => this.#passed.set(request.toString().split(' ', 2)[1], passed));
    const server = connect(this.#port, '127.0.0.1');
    for (const socket of [client, server]) {
      this.#sockets.add(socket);
      socket.on('error', () => {}).once('close', () => this.#sockets.delete(socket));
    }
    client.pipe(server);
    const isEarly = this.#random(ONE_IN) === 0;
    const isReset = this.#random(2) === 0;
    let left = this.#random(isEarly ? FIRST_BYTES : 2 * this.#meanBytes);
    let isCut = false;
    client.once('close', () => {
      if (!isCut && !server.readableEnded && !server.errored)
        this.withheld += server.readableLength + client.writableLength;
    });
    try {
      await pipeline(
        server,
        async function* (chunks) {
          for await (const chunk of chunks) {
            passed.push(chunk);
            if (passed.length > KEPT) passed.shift();
            yield chunk.subarray(0, left);
            left -= chunk.length;
            if (left <= 0) break;
          }
          isCut = left <= 0;
        },
        client,
        // The client is closed by a FIN unless it is reset.
        { end: !isReset },
      );
    } catch {
      // Either end is gone.
    }
    if (isCut) this.cuts++;
    if (isReset) client.resetAndDestroy();
    else client.end();
    server.destroy();
  }
}
