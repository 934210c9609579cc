#!/usr/bin/env node
// The command; docs/cli.md is its manual.
// @ts-check
/// <reference types="node" />
import { closeSync, constants, createReadStream, openSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { Socket } from 'node:net';
import process from 'node:process';
import { buffer } from 'node:stream/consumers';
import { ReadStream, isatty } from 'node:tty';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { EventSource, events as readEvents } from './index.js';
import { CLEAR_LINE, EventFormatter, Rate, escapeControls, formatStatus, toSafeJson } from './terminal.js';

const NAME = 'eventsource-wasm';

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

Exit status: 0 ended as asked, 1 failed, 2 wrong usage, 130 interrupted.
`;

const OPTIONS = /** @type {const} */ ({
  data: { type: 'string', short: 'd' },
  event: { type: 'string', multiple: true },
  header: { type: 'string', short: 'H', multiple: true },
  help: { type: 'boolean', short: 'h' },
  json: { type: 'boolean' },
  'last-event-id': { type: 'string' },
  'max-events': { type: 'string' },
  method: { type: 'string', short: 'X' },
  'no-reconnect': { type: 'boolean' },
  'retry-on': { type: 'string' },
  save: { type: 'string' },
  timeout: { type: 'string' },
  version: { type: 'boolean' },
});

/** What only a request can use. */
const REQUEST_OPTIONS = /** @type {const} */ ([
  'data',
  'header',
  'last-event-id',
  'method',
  'no-reconnect',
  'retry-on',
]);

/** Headers that fetch sets by itself: it refuses or ignores ours. */
const FETCH_HEADERS = ['connection', 'content-length', 'expect', 'host', 'keep-alive', 'transfer-encoding', 'upgrade'];

const SUCCESS = 0;
const FAILURE = 1;
const USAGE = 2;

/** Ends the command with the exit status for wrong usage. */
class UsageError extends Error {}

/** @typedef {import('./index.d.ts').StreamEvent} PrintableEvent */

/**
 * Why the command ends.
 * @typedef {{ status: number, state: string, message?: string }} End
 */

// ---- Arguments ----

/** @param {string[]} args */
function parse(args) {
  try {
    return parseArgs({ args, options: OPTIONS, allowPositionals: true });
  } catch (error) {
    const { code, message } = /** @type {Error & { code?: string }} */ (error);
    // Node's own advice is about other cases, and several lines long.
    const [first] = message.split(/\n|\. /);
    if (code?.startsWith('ERR_PARSE_ARGS_')) throw new UsageError(`${first.replace(/\.$/, '')}.`);
    throw error;
  }
}

/**
 * @param {string} option
 * @param {string | undefined} text
 */
function readCount(option, text) {
  if (text === undefined) return Infinity;
  const count = Number(text);
  if (/^\d+$/.test(text) && count >= 1 && Number.isSafeInteger(count)) return count;
  throw new UsageError(`${option} must be a whole number from 1 to ${Number.MAX_SAFE_INTEGER}, not '${text}'.`);
}

/** A timer waits no longer. */
const LONGEST_TIMEOUT = (2 ** 31 - 1) / 1000;

/** @param {string | undefined} text */
function readTimeout(text) {
  if (text === undefined) return undefined;
  const seconds = Number(text);
  if (/^(\d+\.?\d*|\.\d+)$/.test(text) && seconds > 0 && seconds <= LONGEST_TIMEOUT) return seconds;
  throw new UsageError(
    `--timeout must be a number of seconds above 0 and up to ${Math.floor(LONGEST_TIMEOUT)}, not '${text}'.`,
  );
}

/** @param {string[]} lines */
function readHeaders(lines) {
  const headers = new Headers();
  for (const line of lines) {
    const [, name, value] = /^([^:]+):(.*)$/s.exec(line) ?? [];
    if (name === undefined) {
      throw new UsageError(`--header must be of the form 'Name: value', not '${line}'.`);
    }
    if (FETCH_HEADERS.includes(name.toLowerCase())) {
      throw new UsageError(`--header cannot set ${name}: the request brings its own.`);
    }
    try {
      headers.append(name, Buffer.from(value).toString('latin1')); // fetch takes byte strings
    } catch {
      throw new UsageError(
        `--header must have a name of letters, digits and -, and a value without line ends, not '${line}'.`,
      );
    }
  }
  return headers;
}

/**
 * @param {string | undefined} data
 * @param {string} [method]
 */
function readMethod(data, method = data === undefined ? 'GET' : 'POST') {
  if (!/^[\w!#$%&'*+.^`|~-]+$/.test(method) || /^(CONNECT|TRACE|TRACK)$/i.test(method)) {
    throw new UsageError(
      `--method must be an HTTP method such as GET or POST, and not CONNECT, TRACE or TRACK, not '${method}'.`,
    );
  }
  if (data !== undefined && /^(GET|HEAD)$/i.test(method)) {
    throw new UsageError(`--data cannot be sent with the method ${method}, only with another such as POST.`);
  }
  return method;
}

/** @param {string | undefined} id */
function readLastEventId(id) {
  if (id === undefined || !/[\0\n\r]/.test(id)) return id;
  throw new UsageError(`--last-event-id must have no line ends, not '${id}'.`);
}

/** @param {string | undefined} list */
function readStatuses(list) {
  if (list === undefined) return undefined;
  const statuses = list.split(',').map((item) => item.trim().toLowerCase());
  if (statuses.every((item) => /^[1-5](\d\d|xx)$/.test(item))) return statuses;
  throw new UsageError(
    `--retry-on must be a list of HTTP statuses from 100 to 599, or 1xx to 5xx, such as 429,5xx, not '${list}'.`,
  );
}

/** @param {string[]} types */
function readTypes(types) {
  if (types.includes('')) throw new UsageError("--event must be an event type such as message, not ''.");
  return types;
}

/** @param {string | undefined} file */
function readSave(file) {
  if (file !== '' && file !== '-') return file;
  throw new UsageError(`--save must be the name of a file, not '${file}'.`);
}

/** @param {string} text */
function readUrl(text) {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !['http:', 'https:', 'data:'].includes(url.protocol)) {
    throw new UsageError(`The URL must be a valid one that begins with http:// or https://, not '${text}'.`);
  }
  if (url.username === '' && url.password === '') return url.href;
  url.username = url.password = '';
  throw new UsageError(
    `The URL must hold no user name and password (${url.href} does): send them with --header 'Authorization: ...'.`,
  );
}

/** @param {string} text */
function isUrl(text) {
  return /^([a-z][a-z0-9+.-]*:\/\/|data:)/i.test(text) && !/^file:/i.test(text);
}

/**
 * Everything the command line says, checked.
 * @param {ReturnType<typeof parse>} given
 */
function readArguments({ values, positionals }) {
  if (positionals.length !== 1) {
    const given = positionals.length === 0 ? 'none' : positionals.map((text) => `'${text}'`).join(' and ');
    throw new UsageError(`One URL, file or - (standard input) must be given, not ${given}.`);
  }
  const [input] = positionals;
  const shared = {
    values,
    types: readTypes(values.event ?? []),
    maxEvents: readCount('--max-events', values['max-events']),
    timeout: readTimeout(values.timeout),
    save: readSave(values.save),
  };
  if (!isUrl(input)) {
    const wrong = REQUEST_OPTIONS.find((option) => values[option] !== undefined);
    if (wrong) throw new UsageError(`--${wrong} is for a request, so a URL must be given, not '${input}'.`);
    return { ...shared, request: undefined, input: /^file:/i.test(input) ? fileURLToPath(input) : input };
  }
  if (values['no-reconnect'] && values['retry-on'] !== undefined) {
    throw new UsageError('--no-reconnect and --retry-on cannot be given together.');
  }
  return {
    ...shared,
    input: readUrl(input),
    request: {
      headers: readHeaders(values.header ?? []),
      method: readMethod(values.data, values.method),
      data: values.data,
      lastEventId: readLastEventId(values['last-event-id']),
      isReconnecting: !values['no-reconnect'],
      statuses: readStatuses(values['retry-on']),
    },
  };
}

/** @typedef {NonNullable<ReturnType<typeof readArguments>['request']>} RequestOptions */

// ---- Output ----

/**
 * @param {string} text
 * @returns {Promise<void>}
 */
function complain(text) {
  return new Promise((resolve) => process.stderr.write(`${NAME}: ${escapeControls(text)}\n`, () => resolve()));
}

/** Standard output, and on a terminal the status line below it. */
class Display {
  #isTerminal = process.stdout.isTTY && process.env.TERM !== 'dumb';
  #isColourful = this.#isTerminal && !process.env.NO_COLOR;
  #formatter = new EventFormatter(this.#isColourful);
  #rate = new Rate();
  #isJson;
  #tap;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #ticking;
  #isEnded = false;

  /** How many events were printed. */
  count = 0;
  /** @type {() => string} What the status line calls the state of things; asked for every time. */
  state = () => 'connecting';

  /**
   * @param {boolean} isJson
   * @param {Tap} tap
   */
  constructor(isJson, tap) {
    this.#tap = tap;
    this.#isJson = isJson || !process.stdout.isTTY;
    if (!this.#isTerminal) return;
    process.stdout.write(this.#status());
    this.#ticking = setInterval(() => process.stdout.write(CLEAR_LINE + this.#status()), 1000);
  }

  /** @param {PrintableEvent} event */
  #format({ type, data, lastEventId }) {
    if (!this.#isJson) return this.#formatter.format({ type, data, lastEventId });
    const stringify = process.stdout.isTTY ? toSafeJson : JSON.stringify;
    return `${stringify({ type, data, lastEventId })}\n`;
  }

  #status() {
    this.#rate.take(performance.now(), this.count);
    return formatStatus(
      { state: this.state(), events: this.count, rate: this.#rate.perSecond, bytes: this.#tap.bytes },
      { columns: process.stdout.columns || 80, isColourful: this.#isColourful },
    );
  }

  /**
   * Resolves when the event is written, so that a slow reader slows down the stream.
   * @param {PrintableEvent} event
   * @returns {Promise<void>}
   */
  print(event) {
    if (this.#isEnded) return Promise.resolve();
    this.count++;
    let text = this.#format(event);
    if (this.#isTerminal) text = CLEAR_LINE + text + this.#status();
    return new Promise((resolve) => process.stdout.write(text, () => resolve()));
  }

  /** @param {string} text */
  notice(text) {
    if (this.#isTerminal) process.stdout.write(CLEAR_LINE);
    complain(text);
    if (this.#isTerminal) process.stdout.write(this.#status());
  }

  /** @param {string} state */
  end(state) {
    this.#isEnded = true;
    clearInterval(this.#ticking);
    this.state = () => state;
    if (this.#isTerminal) process.stdout.write(`${CLEAR_LINE}${this.#status()}\n`);
  }
}

// ---- Input ----

/** Where all bytes of the stream come by: they are counted, and saved if that is asked for. */
class Tap {
  #file;
  #save;
  #end;
  bytes = 0;
  /** Whether the last body came to its proper end. */
  isAtEnd = false;

  /**
   * @param {string | undefined} save the file to write to
   * @param {(end: End) => void} end
   */
  constructor(save, end) {
    this.#save = save;
    this.#end = end;
    if (save === undefined) return;
    try {
      this.#file = openSync(save, 'w');
    } catch (error) {
      throw new Error(`--save cannot write to '${save}' (${/** @type {Error} */ (error).message}).`, { cause: error });
    }
  }

  /** @param {Uint8Array} chunk */
  take(chunk) {
    this.bytes += chunk.length;
    if (this.#file === undefined) return;
    try {
      writeFileSync(this.#file, chunk);
    } catch (error) {
      this.close();
      this.#end({
        status: FAILURE,
        state: 'failed',
        message: `--save cannot write to '${this.#save}' (${/** @type {Error} */ (error).message}).`,
      });
    }
  }

  /**
   * Reads no further than it is read itself, so that an end is known only when all before it was taken.
   * @param {ReadableStream<Uint8Array>} body
   */
  through(body) {
    const reader = body.getReader();
    this.isAtEnd = false;
    return new ReadableStream(
      {
        pull: async (controller) => {
          const { done, value } = await reader.read();
          if (done) {
            this.isAtEnd = true;
            controller.close();
          } else {
            this.take(value);
            controller.enqueue(value);
          }
        },
        cancel: (reason) => reader.cancel(reason),
      },
      { highWaterMark: 0 },
    );
  }

  close() {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }
}

/** @param {string} data */
async function readData(data) {
  if (!data.startsWith('@')) return new TextEncoder().encode(data);
  const file = data.slice(1);
  try {
    return await buffer(file === '-' ? process.stdin : createReadStream(file));
  } catch (error) {
    throw new Error(`--data cannot read '${file}' (${/** @type {Error} */ (error).message}).`, { cause: error });
  }
}

/**
 * The source for a URL; `display` is told how its connection fares.
 * @param {string} url
 * @param {RequestOptions} request
 * @param {{ tap: Tap, display: Display, signal: AbortSignal }} around
 */
async function connect(url, request, { tap, display, signal }) {
  const { headers, method, data, lastEventId, isReconnecting, statuses } = request;
  const source = new EventSource(url, {
    headers,
    method,
    signal,
    ...(data !== undefined && { body: await readData(data) }),
    ...(lastEventId !== undefined && { lastEventId }),
    ...(!isReconnecting && { maxRetries: 0 }),
    ...(statuses && {
      retryOn: ({ status }) => statuses.some((item) => matches(item, status)) || undefined,
    }),
    fetch: async (given, init) => {
      display.state = () => 'connecting';
      const { status, headers, url, body } = await fetch(given, init);
      return /** @type {Response} */ ({ status, headers, url, body: body && tap.through(body) });
    },
  });
  source.addEventListener('open', () => {
    display.state = () => 'open';
  });
  source.addEventListener('error', ({ message, retryIn }) => {
    if (retryIn === null) return;
    const until = performance.now() + retryIn;
    display.state = () => `reconnecting in ${Math.max(0, Math.ceil((until - performance.now()) / 1000))} s`;
    display.notice(message);
  });
  return source;
}

/**
 * @param {string} item such as 429 or 5xx
 * @param {number | undefined} status
 */
function matches(item, status) {
  const text = String(status);
  return item.endsWith('xx') ? item[0] === text[0] && text.length === 3 : item === text;
}

/**
 * A read of a pipe or terminal as a file could not be given up, and would keep the process from ending.
 * @param {string} input a file, or `-`
 */
function openInput(input) {
  if (input === '-') return process.stdin;
  const stats = statSync(input);
  if (!stats.isFIFO() && !stats.isCharacterDevice()) return createReadStream(input);
  const fd = openSync(input, constants.O_RDONLY | constants.O_NONBLOCK);
  if (isatty(fd)) return new ReadStream(fd);
  return stats.isFIFO() ? new Socket({ fd, writable: false }) : createReadStream(input, { fd });
}

/**
 * @param {string} input a file, or `-`
 * @param {Tap} tap
 */
async function* readInput(input, tap) {
  try {
    for await (const chunk of openInput(input)) {
      tap.take(chunk);
      yield chunk;
    }
  } catch (error) {
    const name = input === '-' ? 'standard input' : `'${input}'`;
    throw new Error(`${name} cannot be read (${/** @type {Error} */ (error).message}).`, { cause: error });
  }
}

/**
 * @param {string} input
 * @param {string | undefined} save
 */
function checkFiles(input, save) {
  if (input === '-') return;
  const from = statSync(input, { throwIfNoEntry: false });
  if (from === undefined) {
    throw new UsageError(
      `'${input}' is neither a URL (they begin with http:// or https://), nor a file that exists, nor - for standard input.`,
    );
  }
  const to = save === undefined ? undefined : statSync(save, { throwIfNoEntry: false });
  if (to?.isFile() && to.ino === from.ino && to.dev === from.dev) {
    throw new UsageError(`--save must be another file than the one that is read, not '${save}'.`);
  }
}

// ---- The command ----

/**
 * @param {AsyncIterable<PrintableEvent>} events
 * @param {{ types: string[], maxEvents: number }} options
 * @param {Display} display
 * @returns {Promise<End>}
 */
async function printEvents(events, { types, maxEvents }, display) {
  for await (const event of events) {
    if (types.length > 0 && !types.includes(event.type)) continue;
    await display.print(event);
    if (display.count >= maxEvents) break;
  }
  return { status: SUCCESS, state: 'ended' };
}

/**
 * How the end of a source that does not try again is told.
 * @param {any} error what its iteration threw
 * @param {{ url: string, request: RequestOptions, tap: Tap }} of
 * @returns {End}
 */
function endOfSource(error, { url, request: { isReconnecting }, tap }) {
  // "a client can be told to stop reconnecting using the HTTP 204 No Content response code"
  if (error.status === 204) {
    return {
      status: SUCCESS,
      state: 'ended',
      message: `${url}: The server has no more events (it answered with status 204).`,
    };
  }
  const isPlainEnd = !isReconnecting && error.code === undefined && error.cause === undefined && tap.isAtEnd;
  if (isPlainEnd) return { status: SUCCESS, state: 'ended' };
  return { status: FAILURE, state: 'failed', message: `${url}: ${error.message}` };
}

/**
 * @param {ReturnType<typeof readArguments>} options
 * @returns {Promise<number>} the exit status
 */
async function run({ values, input, request, timeout, save, types, maxEvents }) {
  if (!request) checkFiles(input, save);

  /** @type {(end: End) => void} */
  let end = () => {};
  const ended = new Promise((resolve) => (end = resolve));
  const controller = new AbortController();
  const { signal } = controller;
  const tap = new Tap(save, end);
  const display = new Display(values.json ?? false, tap);

  process.once('SIGINT', () => end({ status: 130, state: 'interrupted' }));
  process.once('SIGTERM', () => end({ status: 143, state: 'terminated' }));
  process.stderr.on('error', () => {}); // There is nobody to tell.
  process.stdout.on('error', (/** @type {Error & { code?: string }} */ { code, message }) => {
    // Whoever read the events has had enough: `| head`.
    if (code === 'EPIPE') end({ status: SUCCESS, state: 'ended' });
    else end({ status: FAILURE, state: 'failed', message: `Standard output cannot be written to (${message}).` });
  });

  let isOpen = !request;
  async function follow() {
    if (!request) {
      display.state = () => 'reading';
      return printEvents(readEvents(readInput(input, tap), { signal }), { types, maxEvents }, display);
    }
    const source = await connect(input, request, { tap, display, signal });
    source.addEventListener('open', () => (isOpen = true));
    try {
      return await printEvents(source, { types, maxEvents }, display);
    } catch (error) {
      return endOfSource(error, { url: input, request, tap });
    }
  }

  follow().then(end, ({ message }) => end({ status: FAILURE, state: 'failed', message }));
  if (timeout !== undefined) {
    setTimeout(() => {
      const isEnough = isOpen && (maxEvents === Infinity || display.count >= maxEvents);
      if (isEnough) end({ status: SUCCESS, state: 'ended' });
      else {
        const missing = isOpen ? `${display.count} of ${maxEvents} events came` : 'the stream was never open';
        end({
          status: FAILURE,
          state: 'timed out',
          message: `${input}: Within the --timeout of ${timeout} s ${missing}.`,
        });
      }
    }, timeout * 1000);
  }

  const { status, state, message } = await ended;
  display.end(state);
  controller.abort();
  tap.close();
  if (message) await complain(message);
  return status;
}

/** @param {string[]} args */
async function main(args) {
  try {
    const given = parse(args);
    if (given.values.help) process.stdout.write(HELP);
    else if (given.values.version) process.stdout.write(`${readVersion()}\n`);
    else return await run(readArguments(given));
    return SUCCESS;
  } catch (error) {
    const { message } = /** @type {Error} */ (error);
    if (!(error instanceof UsageError)) {
      await complain(message);
      return FAILURE;
    }
    await complain(`${message} ${NAME} --help tells more.`);
    return USAGE;
  }
}

function readVersion() {
  return JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')).version;
}

// Not by itself: a read of standard input or a kept connection may still be under way.
process.exit(await main(process.argv.slice(2)));
