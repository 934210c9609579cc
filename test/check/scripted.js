// A server that does as a test says, and a check of it under a clock that the server turns: nobody waits for time to pass.
import { createServer } from 'node:http';
import { observe } from '../../js/command/check/observe.js';
import { judge } from '../../js/command/check/rules.js';
import { atTearDown } from '../support/scene.js';
import { deferred, within } from '../support/wait.js';

/** Turned by hand. */
class Clock {
  #now = 0;
  #timers = new Set();

  now = () => this.#now;

  after = (milliseconds, callback) => {
    const timer = { due: this.#now + milliseconds, callback };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  };

  advance(milliseconds) {
    const end = this.#now + milliseconds;
    for (;;) {
      const [next] = [...this.#timers].filter(({ due }) => due <= end).sort((a, b) => a.due - b.due);
      if (next === undefined) break;
      this.#timers.delete(next);
      this.#now = next.due;
      next.callback();
    }
    this.#now = end;
  }
}

/** What the check asks with this request. */
function phaseOf({ method, headers }) {
  if (method === 'OPTIONS') return 'preflight';
  if (method === 'TRACE') return 'hop';
  const id = headers['last-event-id'];
  if (id !== undefined) return /^0+$|^eventsource-wasm-check-0$/.test(id) ? 'stale' : 'resume';
  return headers['accept-encoding'] === 'identity' ? 'identity' : 'watch';
}

/** What one response has sent, and whether the check has it. */
class Ledger {
  #sent = 0;
  #taken = 0;
  #hasHeaders = false;
  #isOver = false;
  #news = deferred();
  #response;

  /** @param {import('node:http').ServerResponse} response */
  constructor(response) {
    this.#response = response;
    response
      .on('error', () => {})
      .on('close', () => {
        this.#isOver = true; // Nobody listens any more.
        this.#news.resolve();
      });
  }

  send(bytes) {
    this.#sent += bytes;
  }

  take({ arrivals }) {
    this.#hasHeaders = true;
    this.#taken = arrivals.reduce((sum, { bytes }) => sum + bytes, 0);
    this.#news.resolve();
  }

  /** When the check has something more of it. */
  changed() {
    this.#news = deferred();
    return within(this.#news.promise, 'the check to take more');
  }

  async settled() {
    const hasSent = () => this.#response.headersSent || this.#sent > 0;
    while (!this.#isOver && hasSent() && !(this.#hasHeaders && this.#taken >= this.#sent)) await this.changed();
  }
}

/**
 * How a request is answered.
 * @typedef {object} Answer
 * @property {number} [status]
 * @property {Record<string, string>} [headers]
 * @property {boolean} [goesOn] the connection stays open when the client closes its side
 * @property {(stage: Stage) => unknown} [play] after the headers; unless given, the response ends with them
 * @property {(request: import('node:http').IncomingMessage, response: import('node:http').ServerResponse, stage: Stage) => unknown} [raw] instead of all that
 */

/**
 * @typedef {object} Stage
 * @property {string | undefined} lastEventId
 * @property {(chunk: string | Uint8Array) => void} write
 * @property {(milliseconds: number) => Promise<void>} wait until the check has everything; then turns its clock
 * @property {(milliseconds: number) => void} advance turns the clock, whatever the check has
 * @property {(phase: string) => Promise<void>} came when the check asks that, too
 * @property {() => Promise<void>} changed when the check has more of this response
 * @property {() => void} end
 * @property {() => void} destroy
 * @property {import('node:net').Socket} socket
 * @property {import('node:http').ServerResponse} response
 * @property {(bytes: number) => void} send counts bytes of the body that are written in another way
 */

/**
 * Checks a server that answers so.
 * @param {Record<string, Answer>} answers by what the check asks
 * @param {Partial<import('../../js/command/check/observe.js').Wish>} [wish]
 */
export async function observeServer(answers, wish = {}) {
  const clock = new Clock();
  /** @type {Record<string, Ledger>} */
  const ledgers = {};
  const settled = () => Promise.all(Object.values(ledgers).map((ledger) => ledger.settled()));
  /** @type {Record<string, ReturnType<typeof deferred>>} */
  const coming = {};

  const server = createServer((request, response) => {
    const phase = phaseOf(request);
    const { status = 200, headers = {}, play, raw } = answers[phase] ?? answers.watch;
    const ledger = (ledgers[phase] = new Ledger(response));
    coming[phase]?.resolve();
    /** @type {Stage} */
    const stage = {
      lastEventId: request.headers['last-event-id'],
      ...{ response, socket: request.socket, send: (bytes) => ledger.send(bytes) },
      write(chunk) {
        ledger.send(Buffer.byteLength(chunk));
        response.write(chunk);
      },
      async wait(milliseconds) {
        await settled();
        clock.advance(milliseconds);
        await new Promise((resolve) => setImmediate(resolve)); // for what follows from it
      },
      advance: (milliseconds) => clock.advance(milliseconds),
      async came(other) {
        coming[other] = deferred();
        if (!(other in ledgers)) await within(coming[other].promise, `the request '${other}'`);
      },
      changed: () => ledger.changed(),
      end: () => response.end(),
      destroy: () => request.socket.destroy(),
    };
    if (raw) return raw(request, response, stage);
    response.writeHead(status, headers);
    response.flushHeaders();
    return play ? play(stage) : response.end();
  });
  server.httpAllowHalfOpen = answers.watch?.goesOn ?? false;
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  atTearDown(async () => {
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await within(closed, 'the server to close');
  });

  const observation = observe({
    url: new URL(`http://127.0.0.1:${server.address().port}/stream`),
    seconds: 10,
    clock,
    onProgress: (phase, exchange) => ledgers[phase]?.take(exchange),
    ...wish,
  });
  return within(observation, 'the check to end');
}

/** The names of what is found, without those that every server over HTTP/1.1 has. */
export async function findIn(answers, wish, ignored = ['six-connections']) {
  const observation = await observeServer(answers, wish);
  return judge(observation, ignored).map(({ name }) => name);
}
