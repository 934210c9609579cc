#!/usr/bin/env node
// The command; docs/cli.md is its manual.
// @ts-check
/// <reference types="node" />
import * as fs from 'node:fs';
import { Socket } from 'node:net';
import process from 'node:process';
import { ReadableStream } from 'node:stream/web';
import { EventSource, events as readEvents } from '../index.js';
import { hideCredentials } from '../source/url.js';
import { FAILURE, NAME, SUCCESS, USAGE, checkValues, complain, parse } from './arguments.js';
import { REQUEST_OPTIONS, REQUEST_RULES, checkRequestValues, checkUrl, readData, readHeaders } from './request.js';
import { Display } from './terminal.js';
import { UsageError } from './usage.js';

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
      --max-retries N        after N reconnections in a row that came to nothing
      --no-reconnect         with the connection, instead of reconnecting; a
                             request with --data, or a method other than GET,
                             does so unless this is given:
      --reconnect            send any request again when its connection ends

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
  check                      what is wrong with a server's stream, and how to mend it
  conformance                whether a parser, or a client, follows the standard

Exit status: 0 ended as asked, 1 failed, 2 wrong usage, 130 interrupted.`;

/** For a URL only. */
const URL_OPTIONS = /** @type {const} */ ({
  ...REQUEST_OPTIONS,
  'last-event-id': { type: 'string' },
  'max-retries': { type: 'string' },
  'no-reconnect': { type: 'boolean' },
  reconnect: { type: 'boolean' },
  'retry-on': { type: 'string' },
});

const OPTIONS = /** @type {const} */ ({
  ...URL_OPTIONS,
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

/** The most that EventSource counts. */
const MOST_RETRIES = 65_534;

/** @type {(text: string, most: number) => boolean} */
const isInRange = (text, most) => Number(text) > 0 && Number(text) <= most;

/** @type {import('./arguments.js').ValueRule[]} */
const RULES = [
  ['event', (type) => type !== '', 'be an event type such as message'],
  ['save', (file) => file !== '' && file !== '-', 'be the name of a file'],
  [
    'max-events',
    (count) => /^\d+$/.test(count) && isInRange(count, Number.MAX_SAFE_INTEGER),
    `be a whole number from 1 to ${Number.MAX_SAFE_INTEGER}`,
  ],
  [
    'max-retries',
    (count) => /^\d+$/.test(count) && Number(count) <= MOST_RETRIES,
    `be a whole number from 0 to ${MOST_RETRIES}`,
  ],
  [
    'timeout',
    (seconds) => /^(\d+\.?\d*|\.\d+)$/.test(seconds) && isInRange(seconds, LONGEST_TIMEOUT),
    `be a number of seconds above 0 and up to ${LONGEST_TIMEOUT}`,
  ],
  ...REQUEST_RULES,
  ['last-event-id', (id) => !/[\n\r]/.test(id), 'have no line ends'],
  [
    'retry-on',
    (list) => list.split(',').every((item) => /^\s*[1-5](\d\d|xx)\s*$/i.test(item)),
    'be a list of HTTP statuses from 100 to 599, or 1xx to 5xx, such as 429,5xx',
  ],
];

/** Characters of a refusal's body that are shown. */
const MOST_OF_REFUSAL = 1024;

/** Milliseconds for a refusal's body to come to its end. */
const REFUSAL_PATIENCE = 2000;

/** @type {Record<number, string>} What the status line calls the end, by exit status. */
const END_STATES = { [SUCCESS]: 'ended', [FAILURE]: 'failed', 130: 'interrupted', 143: 'terminated' };

// ---- Arguments ----

/** @typedef {ReturnType<typeof parse<typeof OPTIONS>>} Given */

/**
 * Everything the command line says, checked.
 * @param {Given} given
 */
function check({ values, positionals }) {
  if (positionals.length !== 1) {
    const given = positionals.map((text) => `'${hideCredentials(text)}'`).join(' and ') || 'none';
    throw new UsageError(`One URL, file or - (standard input) must be given, not ${given}.`);
  }
  checkValues(values, RULES);
  const [input] = positionals;
  const isRequest = /^(data:|(?!file:)[a-z][a-z0-9+.-]*:\/\/)/i.test(input);
  return { values, isRequest, input: isRequest ? checkRequest(input, values) : checkFile(input, values) };
}

/** @typedef {ReturnType<typeof check>} Arguments */

/**
 * Whether the request may be sent again when its connection ends: one with a body may cost something each time.
 * @param {Given['values']} values
 */
function isRepeated({ method = 'GET', data, reconnect, 'no-reconnect': isOnce }) {
  return reconnect || (!isOnce && data === undefined && /^(get|head)$/i.test(method));
}

/**
 * @param {string} input
 * @param {Given['values']} values
 */
function checkRequest(input, values) {
  const { reconnect, 'no-reconnect': isOnce, 'retry-on': retryOn } = values;
  const url = checkUrl(input, ['http:', 'https:', 'data:']);
  checkRequestValues(values);
  if (isOnce && retryOn !== undefined) {
    throw new UsageError('--no-reconnect and --retry-on cannot be given together.');
  }
  if (isOnce && reconnect) throw new UsageError('--no-reconnect and --reconnect cannot be given together.');
  if (!isOnce && !isRepeated(values) && retryOn !== undefined) {
    throw new UsageError('--retry-on needs --reconnect for a request with --data, or a method other than GET.');
  }
  return url;
}

/**
 * @param {string} input a file, or `-`
 * @param {Given['values']} values
 */
function checkFile(input, values) {
  const wrong = Object.keys(URL_OPTIONS).find((option) => option in values);
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
  /** The input as it may be shown. */
  #name;
  /** What a refused response said. @type {Promise<string> | undefined} */
  #refusal;
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
    this.#name = isRequest ? hideCredentials(`${input}`) : input;
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
    this.#end(FAILURE, `${this.#name}: Within the --timeout of ${Number(seconds)} s ${missing}.`);
  }

  async #follow() {
    const { data, event: types } = this.#values;
    const body = await readData(data);
    if (!this.#save('')) return; // A file that cannot be written is told before the request.
    try {
      for await (const event of this.#isRequest ? this.#connect(body) : readEvents(this.#tap(openInput(this.#input)))) {
        if (types && !types.includes(event.type)) continue;
        await this.#display.print(event);
        if (this.#display.count >= this.#maxEvents) break;
      }
      this.#end(SUCCESS);
    } catch (error) {
      await this.#endBy(error);
    }
  }

  /** @param {Uint8Array<ArrayBuffer> | ArrayBuffer | undefined} body */
  #connect(body) {
    const { method, header, 'last-event-id': lastEventId } = this.#values;
    const display = this.#display;
    const list = this.#values['retry-on']?.replace(/\s/g, '');
    // 429,5xx becomes /^(429|5\d\d)$/.
    const statuses = list && new RegExp(`^(${list.replaceAll(',', '|').replace(/x/gi, '\\d')})$`);
    const source = new EventSource(this.#input, {
      headers: readHeaders(header),
      method: method ?? (body && 'POST'),
      body,
      lastEventId,
      maxRetries: isRepeated(this.#values) ? Number(this.#values['max-retries'] ?? Infinity) : 0,
      retryOn: statuses ? ({ status }) => statuses.test(`${status}`) || undefined : undefined,
      fetch: async (given, init) => {
        display.state = () => 'connecting';
        const { status, headers, url, body } = await fetch(given, init);
        // The bytes of a refused response are no part of the stream.
        const isWanted = () => source.readyState === EventSource.OPEN;
        return /** @type {any} */ ({
          status,
          headers,
          url,
          body: body && ReadableStream.from(this.#tap(body, isWanted)),
        });
      },
    });
    source.addEventListener('open', () => {
      this.#isOpen = true;
      display.state = () => 'open';
    });
    source.addEventListener('error', (event) => {
      const { message, retryIn } = event;
      if (retryIn === null) this.#refusal = event.text();
      if (typeof retryIn !== 'number') return; // It is final, or an event of the stream that is named so.
      const until = performance.now() + retryIn;
      display.state = () => `reconnecting in ${Math.max(0, Math.ceil((until - performance.now()) / 1000))} s`;
      display.notice(() => complain(message));
    });
    return source;
  }

  /** @param {AsyncIterable<Uint8Array>} chunks */
  async *#tap(chunks, isWanted = () => true) {
    for await (const chunk of chunks) {
      if (isWanted()) {
        this.#display.bytes += chunk.length;
        this.#save(chunk);
      }
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
  async #endBy({ status, code, cause, message }) {
    const input = this.#name;
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
    } else if (!isRepeated(this.#values) && isPlainEnd) {
      this.#end(SUCCESS, `${input}: The stream ended; --reconnect would send the request again.`);
    } else {
      const patience = new Promise((resolve) => setTimeout(resolve, REFUSAL_PATIENCE, ''));
      const said = (await Promise.race([this.#refusal, patience]))?.slice(0, MOST_OF_REFUSAL).trim();
      if (said) await complain(`The server said: ${said}`);
      this.#end(FAILURE, `${input}: ${reason}`);
    }
  }
}

/**
 * By the first argument; the rest is theirs.
 * @type {Record<string, () => Promise<{ run(args: string[]): Promise<number> }>>}
 */
const COMMANDS = {
  check: () => import('./check/main.js'),
  conformance: () => import('./conformance/main.js'),
};

/** @returns {Promise<number>} the exit status */
async function main() {
  const [command, ...args] = process.argv.slice(2);
  if (Object.hasOwn(COMMANDS, command)) return (await COMMANDS[command]()).run(args);
  const given = parse(process.argv.slice(2), OPTIONS);
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
