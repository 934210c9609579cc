#!/usr/bin/env node
// The command; docs/cli.md is its manual.
// @ts-check
/// <reference types="node" />
import * as fs from 'node:fs';
import { Socket } from 'node:net';
import process from 'node:process';
import { arrayBuffer } from 'node:stream/consumers';
import { ReadableStream } from 'node:stream/web';
import { parseArgs } from 'node:util';
import { EventSource, events as readEvents } from '../index.js';
import { Display, escapeControls } from './terminal.js';
import { UsageError } from './usage.js';

const NAME = 'eventsource-wasm';
const MANIFEST = new URL('../../package.json', import.meta.url);

const HELP = `Usage: ${NAME} [options] URL | FILE | -

Prints the events of a server-sent events stream as they come: readable on a
terminal, otherwise one JSON object a line (type, data, lastEventId). A file, or
- for standard input, is read as the body of such a stream.

Output
      --json                 JSON lines on a terminal too
      --event TYPE           only events of this type (repeatable; unnamed
                             events are of the type message)
      --save FILE            also write the bytes of the stream to FILE

When to end
      --max-events N         after N printed events
      --timeout SECONDS      after that time
      --no-reconnect         with the connection, instead of reconnecting

The request (URL only)
  -H, --header 'NAME: VALUE' send this header (repeatable)
  -X, --method METHOD        default GET, or POST with --data
  -d, --data DATA | @FILE    send this body, as it is (@-: standard input)
      --last-event-id ID     resume after this event
      --retry-on LIST        reconnect when the server answers with one of these
                             statuses, such as 429,5xx

  -h, --help
      --version

Other commands, which have a --help of their own
  conformance                whether a parser, or a client, follows the standard

Exit status: 0 ended as asked, 1 failed, 2 wrong usage, 130 interrupted.`;

const REQUEST_OPTIONS = /** @type {const} */ ({
  data: { type: 'string', short: 'd' },
  header: { type: 'string', short: 'H', multiple: true },
  'last-event-id': { type: 'string' },
  method: { type: 'string', short: 'X' },
  'no-reconnect': { type: 'boolean' },
  'retry-on': { type: 'string' },
});

const OPTIONS = /** @type {const} */ ({
  ...REQUEST_OPTIONS,
  event: { type: 'string', multiple: true },
  help: { type: 'boolean', short: 'h' },
  json: { type: 'boolean' },
  'max-events': { type: 'string' },
  save: { type: 'string' },
  timeout: { type: 'string' },
  version: { type: 'boolean' },
});

/** Seconds; a timer waits no longer. */
const LONGEST_TIMEOUT = 2_147_483;

/** @type {(text: string, most: number) => boolean} */
const isInRange = (text, most) => Number(text) > 0 && Number(text) <= most;

/**
 * What the value of an option must be.
 * @type {[keyof typeof OPTIONS, (value: string) => boolean, string][]}
 */
const RULES = [
  ['event', (type) => type !== '', 'be an event type such as message'],
  ['save', (file) => file !== '' && file !== '-', 'be the name of a file'],
  [
    'max-events',
    (count) => /^\d+$/.test(count) && isInRange(count, Number.MAX_SAFE_INTEGER),
    `be a whole number from 1 to ${Number.MAX_SAFE_INTEGER}`,
  ],
  [
    'timeout',
    (seconds) => /^(\d+\.?\d*|\.\d+)$/.test(seconds) && isInRange(seconds, LONGEST_TIMEOUT),
    `be a number of seconds above 0 and up to ${LONGEST_TIMEOUT}`,
  ],
  ['header', (line) => /^[^:]+:/.test(line), "be of the form 'Name: value'"],
  [
    'header',
    (line) => /^[\w!#$%&'*+.^`|~-]+:(\t|\P{Cc})*$/u.test(line),
    'have a name of letters, digits and -, no control characters, and a value without line ends',
  ],
  [
    'method',
    (method) => /^[\w!#$%&'*+.^`|~-]+$/.test(method) && !/^(CONNECT|TRACE|TRACK)$/i.test(method),
    'be an HTTP method such as GET or POST, and not CONNECT, TRACE or TRACK',
  ],
  ['last-event-id', (id) => !/[\n\r]/.test(id), 'have no line ends'],
  [
    'retry-on',
    (list) => list.split(',').every((item) => /^\s*[1-5](\d\d|xx)\s*$/i.test(item)),
    'be a list of HTTP statuses from 100 to 599, or 1xx to 5xx, such as 429,5xx',
  ],
];

/** fetch sets these by itself: it refuses or ignores ours. */
const FETCH_HEADERS = ['connection', 'content-length', 'expect', 'host', 'keep-alive', 'transfer-encoding', 'upgrade'];

const SUCCESS = 0;
const FAILURE = 1;
const USAGE = 2;
/** @type {Record<number, string>} What the status line calls the end, by exit status. */
const END_STATES = { [SUCCESS]: 'ended', [FAILURE]: 'failed', 130: 'interrupted', 143: 'terminated' };

// ---- Arguments ----

/** @param {string[]} args */
function parse(args) {
  try {
    return parseArgs({ args, options: OPTIONS, allowPositionals: true });
  } catch (error) {
    // The further lines and sentences advise on other cases.
    const [first] = /** @type {Error} */ (error).message.split(/\n|\. |\.$/);
    throw new UsageError(`${first.replace(/\.$/, '')}.`, { cause: error });
  }
}

/**
 * Everything the command line says, checked.
 * @param {ReturnType<typeof parse>} given
 */
function check({ values, positionals }) {
  if (positionals.length !== 1) {
    const given = positionals.map((text) => `'${text}'`).join(' and ') || 'none';
    throw new UsageError(`One URL, file or - (standard input) must be given, not ${given}.`);
  }
  for (const [option, isAllowed, rule] of RULES) {
    const texts = /** @type {string[]} */ ([values[option] ?? []].flat());
    const wrong = texts.find((text) => !isAllowed(text));
    if (wrong !== undefined) throw new UsageError(`--${option} must ${rule}, not '${wrong}'.`);
  }
  const [input] = positionals;
  const isRequest = /^(data:|(?!file:)[a-z][a-z0-9+.-]*:\/\/)/i.test(input);
  return { values, isRequest, input: isRequest ? checkRequest(input, values) : checkFile(input, values) };
}

/** @typedef {ReturnType<typeof check>} Arguments */

/**
 * @param {string} input
 * @param {ReturnType<typeof parse>['values']} values
 */
function checkRequest(input, { method = '', data, header = [], 'no-reconnect': isOnce, 'retry-on': retryOn }) {
  const url = URL.canParse(input) ? new URL(input) : undefined;
  if (url === undefined || !['http:', 'https:', 'data:'].includes(url.protocol)) {
    throw new UsageError(`The URL must be a valid one that begins with http:// or https://, not '${input}'.`);
  }
  if (url.username !== '' || url.password !== '') {
    url.username = url.password = '';
    throw new UsageError(
      `The URL must hold no user name and password (${url} does): send them with --header 'Authorization: ...'.`,
    );
  }
  const refused = header.map((line) => line.split(':')[0]).find((name) => FETCH_HEADERS.includes(name.toLowerCase()));
  if (refused) throw new UsageError(`--header cannot set ${refused}: the request brings its own.`);
  if (data !== undefined && /^(GET|HEAD)$/i.test(method)) {
    throw new UsageError(`--data cannot be sent with the method ${method}, only with another such as POST.`);
  }
  if (isOnce && retryOn !== undefined) {
    throw new UsageError('--no-reconnect and --retry-on cannot be given together.');
  }
  return url;
}

/**
 * @param {string} input a file, or `-`
 * @param {ReturnType<typeof parse>['values']} values
 */
function checkFile(input, values) {
  const wrong = Object.keys(REQUEST_OPTIONS).find((option) => option in values);
  if (wrong) throw new UsageError(`--${wrong} is for a request, so a URL must be given, not '${input}'.`);
  const file = /^file:/i.test(input) && URL.canParse(input) ? new URL(input) : input;
  if (file !== '-' && !fs.existsSync(file)) {
    throw new UsageError(
      `'${input}' is neither a URL (they begin with http:// or https://), nor a file that exists, nor - for standard input.`,
    );
  }
  const from = file === '-' ? fs.fstatSync(0) : fs.statSync(file);
  const to = values.save === undefined ? undefined : fs.statSync(values.save, { throwIfNoEntry: false });
  if (to?.isFile() && to.ino === from.ino && to.dev === from.dev) {
    throw new UsageError(`--save must be another file than the one that is read, not '${values.save}'.`);
  }
  return file;
}

// ---- The command ----

/** @param {string} data what --data says */
async function readData(data) {
  if (!data.startsWith('@')) return new TextEncoder().encode(data);
  const file = data.slice(1);
  try {
    return await arrayBuffer(file === '-' ? process.stdin : fs.createReadStream(file));
  } catch (error) {
    throw new Error(`--data cannot read '${file}' (${/** @type {Error} */ (error).message}).`, { cause: error });
  }
}

/**
 * A pipe is not read as a file: a read that nothing ends would keep the process from ending.
 * @param {string | URL} input
 */
function openInput(input) {
  if (input === '-') return process.stdin;
  if (!fs.statSync(input).isFIFO()) return fs.createReadStream(input);
  return new Socket({ fd: fs.openSync(input, fs.constants.O_RDONLY | fs.constants.O_NONBLOCK), writable: false });
}

/** One run, from checked arguments to an exit status. */
class Run {
  #values;
  #input;
  #isRequest;
  #maxEvents;
  #display;
  #isOpen;
  /** @type {number | undefined} The file descriptor of --save. */
  #saved;
  /** Ends the run with an exit status; what ends it first counts. @type {(status: number, message?: string) => void} */
  #end = () => {};

  /** @param {Arguments} checked */
  constructor({ values, input, isRequest }) {
    this.#values = values;
    this.#input = input;
    this.#isRequest = isRequest;
    this.#maxEvents = Number(values['max-events'] ?? Infinity);
    this.#isOpen = !isRequest;
    const state = () => (isRequest ? 'connecting' : 'reading');
    this.#display = new Display(process.stdout, { isJson: values.json ?? false, env: process.env, state });
  }

  /** @returns {Promise<number>} the exit status */
  async start() {
    const ended = new Promise((resolve) => {
      this.#end = (status, message) => resolve({ status, message });
    });
    process.once('SIGINT', () => this.#end(130));
    process.once('SIGTERM', () => this.#end(143));
    process.stdout.on('error', (/** @type {Error & { code?: string }} */ { code, message }) => {
      // Whoever read the events has had enough: `| head`.
      if (code === 'EPIPE') this.#end(SUCCESS);
      else this.#end(FAILURE, `Standard output cannot be written to (${message}).`);
    });
    const { timeout } = this.#values;
    if (timeout !== undefined) setTimeout(() => this.#timeOut(timeout), Number(timeout) * 1000);
    this.#follow().catch(({ message }) => this.#end(FAILURE, message));

    const { status, message } = await ended;
    this.#display.end(END_STATES[status]);
    if (message !== undefined) await complain(message);
    return status;
  }

  /** @param {string} seconds */
  #timeOut(seconds) {
    const { count } = this.#display;
    if (this.#isOpen && (this.#maxEvents === Infinity || count >= this.#maxEvents)) return this.#end(SUCCESS);
    const missing = this.#isOpen ? `${count} of ${this.#maxEvents} events came` : 'the stream was never open';
    this.#end(FAILURE, `${this.#input}: Within the --timeout of ${Number(seconds)} s ${missing}.`);
  }

  async #follow() {
    const { data, event: types } = this.#values;
    const body = data === undefined ? undefined : await readData(data);
    if (!this.#save('')) return; // A file that cannot be written is told before the request.
    try {
      for await (const event of this.#isRequest ? this.#connect(body) : readEvents(this.#tap(openInput(this.#input)))) {
        if (types && !types.includes(event.type)) continue;
        await this.#display.print(event);
        if (this.#display.count >= this.#maxEvents) break;
      }
      this.#end(SUCCESS);
    } catch (error) {
      this.#endBy(error);
    }
  }

  /** @param {Uint8Array<ArrayBuffer> | ArrayBuffer | undefined} body */
  #connect(body) {
    const { method, header = [], 'last-event-id': lastEventId } = this.#values;
    const display = this.#display;
    // fetch takes byte strings.
    const headers = header.map((line) => Buffer.from(line).toString('latin1').split(/:(.*)/s, 2));
    const list = this.#values['retry-on']?.replace(/\s/g, '');
    // 429,5xx becomes /^(429|5\d\d)$/.
    const statuses = list && new RegExp(`^(${list.replaceAll(',', '|').replace(/x/gi, '\\d')})$`);
    const source = new EventSource(this.#input, {
      headers: /** @type {[string, string][]} */ (headers),
      method: method ?? (body && 'POST'),
      body,
      lastEventId,
      maxRetries: this.#values['no-reconnect'] ? 0 : Infinity,
      retryOn: statuses ? ({ status }) => statuses.test(`${status}`) || undefined : undefined,
      fetch: async (given, init) => {
        display.state = () => 'connecting';
        const { status, headers, url, body } = await fetch(given, init);
        return /** @type {any} */ ({ status, headers, url, body: body && ReadableStream.from(this.#tap(body)) });
      },
    });
    source.addEventListener('open', () => {
      this.#isOpen = true;
      display.state = () => 'open';
    });
    source.addEventListener('error', ({ message, retryIn }) => {
      if (typeof retryIn !== 'number') return; // It is final, or an event of the stream that is named so.
      const until = performance.now() + retryIn;
      display.state = () => `reconnecting in ${Math.max(0, Math.ceil((until - performance.now()) / 1000))} s`;
      display.notice(() => complain(message));
    });
    return source;
  }

  /** @param {AsyncIterable<Uint8Array>} chunks */
  async *#tap(chunks) {
    for await (const chunk of chunks) {
      this.#display.bytes += chunk.length;
      this.#save(chunk);
      yield chunk;
    }
  }

  /**
   * At once, so that nothing is lost however the command ends.
   * @param {Uint8Array | string} chunk
   * @returns {boolean} whether the run may go on
   */
  #save(chunk) {
    const { save } = this.#values;
    try {
      if (save !== undefined) fs.writeFileSync((this.#saved ??= fs.openSync(save, 'w')), chunk);
      return true;
    } catch (error) {
      this.#end(FAILURE, `--save cannot write to '${save}' (${/** @type {Error} */ (error).message}).`);
      return false;
    }
  }

  /** @param {any} error what the events ended with */
  #endBy({ status, code, cause, message }) {
    const input = this.#input;
    const reason = message.replace('; the maxEventSize option raises this limit', ', the most that this command takes');
    const isTooLarge = reason !== message;
    const isPlainEnd = code === undefined && cause === undefined && !isTooLarge;
    if (!this.#isRequest) {
      const name = input === '-' ? 'standard input' : `'${input}'`;
      this.#end(FAILURE, `${name} cannot be read (${reason.replace(/\.$/, '')}).`);
    } else if (status === 204) {
      // "a client can be told to stop reconnecting using the HTTP 204 No Content response code"
      this.#end(SUCCESS, `${input}: The server has no more events (it answered with status 204).`);
    } else if (this.#values['no-reconnect'] && isPlainEnd) {
      this.#end(SUCCESS);
    } else {
      this.#end(FAILURE, `${input}: ${reason}`);
    }
  }
}

/**
 * @param {string} text
 * @returns {Promise<void>}
 */
function complain(text) {
  return new Promise((resolve) => process.stderr.write(`${NAME}: ${escapeControls(text)}\n`, () => resolve()));
}

/**
 * By the first argument; the rest is theirs.
 * @type {Record<string, () => Promise<{ run(args: string[]): Promise<number> }>>}
 */
const COMMANDS = {
  conformance: () => import('./conformance/main.js'),
};

/** @returns {Promise<number>} the exit status */
async function main() {
  const [command, ...args] = process.argv.slice(2);
  if (Object.hasOwn(COMMANDS, command)) return (await COMMANDS[command]()).run(args);
  const given = parse(process.argv.slice(2));
  if (given.values.help) console.log(HELP);
  else if (given.values.version) console.log(JSON.parse(fs.readFileSync(MANIFEST, 'utf8')).version);
  else return new Run(check(given)).start();
  return SUCCESS;
}

process.stderr.on('error', () => {}); // There is nobody to tell.
const status = await main().catch(async (error) => {
  const isUsage = error instanceof UsageError;
  await complain(isUsage ? `${error.message} ${NAME} --help tells more.` : error.message);
  return isUsage ? USAGE : FAILURE;
});
// Not by itself: a read of standard input or a kept connection may still be under way.
process.exit(status);
