// Programs as parsers and clients that can be judged; docs/conformance.md describes what they read and write.
// @ts-check
/// <reference types="node" />
import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { allCuts, fewCuts } from './vectors.js';
import { deferred, pass, within } from './wait.js';

/**
 * @import { Client, Errand, Running } from './clients.js'
 * @import { Outcome, Parser } from './parsers.js'
 */

/** Milliseconds after which a program hangs that has to be started first, on a machine that may be busy. */
const START = 30_000;

/** Milliseconds after which one hangs that runs already. */
const BOUND = 10_000;

/** Milliseconds between two pieces: written at once, they would be read as one. */
const PAUSE = 1;

/** Programs that run at once. */
const LANES = 2 * availableParallelism();

/** Clients mostly wait, but to start many at once takes longer than what is waited for one. */
const CLIENT_LANES = 4 * availableParallelism();

/** A program that runs: its lines as values, and how it ended. */
class Program {
  #child;
  #onLine;
  #complaints = '';
  /** A sentence on how it ended, if it did so as it should not. @type {Promise<string | undefined>} */
  ended;
  /** A sentence on the first line that is none of the protocol's. @type {string | undefined} */
  wrong;

  /**
   * @param {string[]} words
   * @param {(value: any) => void} onLine
   */
  constructor([command, ...args], onLine) {
    this.#onLine = onLine;
    this.#child = spawn(command, args, { stdio: 'pipe' });
    this.#child.stdin.on('error', () => {}); // It may end without reading.
    this.#child.stderr.setEncoding('utf8').on('data', (text) => {
      this.#complaints = `${this.#complaints}${text}`.slice(-500);
    });
    createInterface({ input: this.#child.stdout, crlfDelay: Infinity }).on('line', (line) => this.#take(line));
    this.ended = new Promise((resolve) => {
      this.#child.once('error', ({ message }) => resolve(`It cannot be started (${message}).`));
      this.#child.once('close', (code, signal) => {
        const reason = this.#complaints.trim() && `: ${this.#complaints.trim()}`;
        resolve(code === 0 ? undefined : `It ended with ${code === null ? signal : `status ${code}`}${reason}`);
      });
    });
  }

  /** @param {string} line */
  #take(line) {
    /** @type {any} */
    let value;
    try {
      value = JSON.parse(line);
    } catch {
      value = undefined;
    }
    if (typeof value === 'object' && value !== null) this.#onLine(value);
    else if (line.trim() !== '') this.wrong ??= `It printed a line that is no JSON object: ${line}`;
  }

  /** @param {string | Uint8Array} piece */
  write(piece) {
    return new Promise((resolve) => this.#child.stdin.write(piece, resolve));
  }

  end() {
    this.#child.stdin.end();
  }

  kill() {
    this.#child.kill('SIGKILL');
    return this.ended;
  }
}

/**
 * Puts what a line says into the outcome.
 * @param {Outcome & { isEnded?: boolean }} outcome
 * @param {any} line
 * @returns {boolean} whether it is the last of its stream
 */
function take(outcome, { type, data, lastEventId, reconnectionTime, fed, end }) {
  if (fed) {
    outcome.late = 0;
  } else if (end) {
    Object.assign(outcome, { lastEventId, reconnectionTime });
  } else {
    outcome.events.push({ type, data, lastEventId });
    if (outcome.late !== undefined) outcome.late++;
  }
  return Boolean(end);
}

/**
 * A process for each stream.
 * @param {string[]} words
 * @returns {Parser}
 */
function parserPerStream(words) {
  async function run(/** @type {Uint8Array[]} */ chunks) {
    /** @type {Outcome} */
    const outcome = { events: [] };
    const program = new Program(words, (line) => take(outcome, line));
    for (const [n, chunk] of chunks.entries()) {
      if (n > 0) await pass(PAUSE);
      await program.write(chunk);
    }
    program.end();
    try {
      outcome.problem = await within(program.ended, 'its end', START);
    } catch (error) {
      outcome.problem = String(error);
      await program.kill();
    }
    outcome.problem ??= program.wrong;
    return outcome;
  }
  return { run, cuts: fewCuts, lanes: LANES };
}

/** One process that is fed one stream after another. */
class FedProgram {
  #words;
  /** @type {Program | undefined} */
  #program;
  /** @type {(line: any) => void} */
  #onLine = () => {};

  /** @param {string[]} words */
  constructor(words) {
    this.#words = words;
  }

  /**
   * @param {Uint8Array[]} chunks
   * @returns {Promise<Outcome>}
   */
  async run(chunks) {
    const bound = this.#program === undefined ? START : BOUND;
    const program = (this.#program ??= new Program(this.#words, (line) => this.#onLine(line)));
    /** @type {Outcome} */
    const outcome = { events: [] };
    const done = deferred();
    this.#onLine = (line) => 'conformance' in line || (take(outcome, line) && done.resolve(undefined));
    program.write(`${JSON.stringify({ chunks: chunks.map((chunk) => Buffer.from(chunk).toString('base64')) })}\n`);
    const ended = program.ended.then((problem) => {
      throw new Error(problem ?? 'It ended although its input did not.');
    });
    try {
      await within(Promise.race([done.promise, ended]), 'its line { "end": true }', bound);
    } catch (error) {
      outcome.problem = program.wrong ?? /** @type {Error} */ (error).message;
      await this.close();
    }
    outcome.problem ??= program.wrong;
    return outcome;
  }

  async close() {
    await this.#program?.kill();
    this.#program = undefined;
  }
}

/**
 * A program that takes many streams says so in its first line, before it reads anything.
 * @param {string[]} words
 * @returns {Promise<Parser & { isFed: boolean, close(): Promise<void> }>}
 */
export async function parserOf(words) {
  /** @type {any} */
  let first;
  const program = new Program(words, (line) => (first ??= line));
  program.end();
  const problem = await within(program.ended, `the end of '${words.join(' ')}', whose input is empty`, START);
  if (problem !== undefined) throw new Error(`'${words.join(' ')}': ${problem}`);
  if (first?.conformance !== 1) return { ...parserPerStream(words), isFed: false, close: async () => {} };
  const fed = new FedProgram(words);
  return { run: (chunks) => fed.run(chunks), cuts: allCuts, lanes: 1, isFed: true, close: () => fed.close() };
}

/**
 * Through a shell, as the command may have arguments of its own; what it starts takes the shell's place.
 * @param {string} command
 * @param {Errand} errand
 */
function wordsOf(command, { url, closesAfter }) {
  const args = closesAfter === undefined ? [url] : [url, String(closesAfter)];
  if (process.platform === 'win32') return ['cmd', '/d', '/s', '/c', [command, ...args].join(' ')];
  return ['/bin/sh', '-c', `exec ${command} "$@"`, 'sh', ...args];
}

/**
 * @param {string} command
 * @param {Errand} errand
 * @returns {Running & { ended: Promise<string | undefined> }}
 */
function startClient(command, errand) {
  const program = new Program(wordsOf(command, errand), (line) => {
    if (!('can' in line)) errand.tell(line);
  });
  return { ended: program.ended, stop: () => program.kill() };
}

/**
 * What a client can is in its first line, unless that is an event: so it is shown one.
 * @param {string} command
 * @param {(script: import('./answers.js').Answer[]) => Promise<import('./clients.js').Server>} startServer
 * @returns {Promise<Client>}
 */
export async function clientOf(command, startServer) {
  const server = await startServer([{ chunks: ['data: x\n\n'] }]);
  const first = deferred();
  const words = wordsOf(command, { url: server.url, tell: () => {} });
  const program = new Program(words, (line) => first.resolve(line));
  const ended = program.ended.then((problem) => {
    throw new Error(problem ?? 'It ended.');
  });
  try {
    const line = await within(Promise.race([first.promise, ended]), 'a line about the first event', START);
    const can = /** @type {Set<import('./clients.js').Ability>} */ (new Set(line.can));
    return { can, start: (errand) => startClient(command, errand), startsIn: START, lanes: CLIENT_LANES };
  } catch (error) {
    const { message } = /** @type {Error} */ (error);
    throw new Error(`'${command}' told nothing of an event: ${message}`, { cause: error });
  } finally {
    await program.kill();
    await server.close();
  }
}
