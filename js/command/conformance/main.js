// eventsource-wasm conformance; docs/conformance.md is its manual.
// @ts-check
/// <reference types="node" />
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { UsageError } from '../usage.js';
import { CASES, TYPES } from './cases.js';
import { BOUND, judgeClient } from './clients.js';
import { subjectOf } from './modules.js';
import { judgeParser } from './parsers.js';
import { clientOf, parserOf } from './programs.js';
import { countByPoint, entryOfCase, entryOfVector, showReport } from './report.js';
import { startPlayer, startServer } from './server.js';
import { readVectors } from './vectors.js';

/**
 * @import { Client } from './clients.js'
 * @import { Parser } from './parsers.js'
 * @import { Entry } from './report.js'
 */

const VECTORS = new URL('../../../dist/vectors.json', import.meta.url);

const HELP = `Usage: eventsource-wasm conformance [options] -- COMMAND [ARG...]
       eventsource-wasm conformance [options] --module FILE
       eventsource-wasm conformance [options] --client COMMAND

Judges a parser of server-sent events, or a whole client, by the HTML standard:
prints what fails, with the bytes, and a table of the standard's points.

  -- COMMAND [ARG...]        a program that reads a stream from standard input and
                             prints a JSON object a line for each event: type,
                             data, lastEventId
      --module FILE          a JavaScript module that exports createParser,
                             parse(chunks), or an EventSource, which is judged as
                             a client too
      --client COMMAND       a program that connects to the URL that follows its
                             arguments, and prints the same lines

      --filter TEXT          only what has this in its point or name: 5.1
      --json                 one JSON object
  -h, --help

Exit status: 0 nothing failed, 1 something did, 2 wrong usage.`;

const OPTIONS = /** @type {const} */ ({
  client: { type: 'string' },
  filter: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
  json: { type: 'boolean' },
  module: { type: 'string' },
});

/** @param {string[]} args */
function parse(args) {
  // What stands behind -- is the program's.
  const end = args.includes('--') ? args.indexOf('--') : args.length;
  try {
    const { values } = parseArgs({ args: args.slice(0, end), options: OPTIONS });
    return { ...values, words: args.slice(end + 1) };
  } catch (error) {
    const [first] = /** @type {Error} */ (error).message.split(/\n|\. |\.$/);
    throw new UsageError(`${first.replace(/\.$/, '')}.`, { cause: error });
  }
}

/** @typedef {ReturnType<typeof parse>} Given */

/** @param {Given} given */
function check({ client, module, words, filter = '' }) {
  const subjects = [client !== undefined, module !== undefined, words.length > 0].filter(Boolean);
  if (subjects.length !== 1) {
    throw new UsageError(
      `One of -- COMMAND, --module FILE and --client COMMAND must be given, not ${subjects.length || 'none'}.`,
    );
  }
  if (module !== undefined && !existsSync(module)) throw new UsageError(`--module must be a file, not '${module}'.`);
  if (client?.trim() === '') throw new UsageError('--client must be a command.');
  const isWanted = (/** @type {{ point: string, name: string }} */ { point, name }) =>
    `${point} ${name}`.toLowerCase().includes(filter.toLowerCase());
  const vectors = client === undefined ? readVectors(JSON.parse(readFileSync(VECTORS, 'utf8'))) : [];
  const cases = words.length > 0 ? [] : CASES;
  const chosen = { vectors: vectors.filter(isWanted), cases: cases.filter(isWanted) };
  if (chosen.vectors.length + chosen.cases.length === 0) {
    throw new UsageError(`Nothing has '${filter}', which --filter asks for, in its point or name.`);
  }
  return chosen;
}

/** On a terminal, one line on standard error that says how far it is. @param {string} what */
function makeProgress(what, /** @type {number} */ total) {
  if (!process.stderr.isTTY) return undefined;
  return (/** @type {number} */ done) =>
    process.stderr.write(done === total ? '\r\x1b[K' : `\r${done} of ${total} ${what}`);
}

const startBoundServer = (/** @type {import('./answers.js').Answer[]} */ script) => startServer(script, BOUND);

/**
 * What is to be judged, and what must be said of it.
 * @typedef {{ parser?: Parser, client?: Client, notes: string[], close(): unknown }} Judged
 */

/**
 * @param {string} file
 * @param {import('./vectors.js').Vector[]} vectors
 * @returns {Promise<Judged>}
 */
async function openModule(file, vectors) {
  /** @type {string[]} */
  const notes = [];
  // Of what it throws later, wherever that is, the rest shall not suffer.
  process.on('uncaughtException', (error) => {
    if (notes.length === 0) notes.push(`The module threw where nobody could catch it: ${error?.message ?? error}`);
  });
  const player = await startPlayer();
  const types = vectors.flatMap(({ events }) => events.map(({ type }) => type));
  const module = await import(pathToFileURL(resolve(file)).href);
  const subject = subjectOf(module, { play: player.play, types: [...types, ...TYPES] });
  if (subject === undefined) {
    throw new UsageError(`--module must export createParser, parse or EventSource, which '${file}' does not.`);
  }
  return { ...subject, notes, close: () => player.close() };
}

/**
 * @param {string[]} words
 * @returns {Promise<Judged>}
 */
async function openProgram(words) {
  const parser = await parserOf(words);
  const how = parser.isFed ? 'in every cut' : 'whole and byte by byte';
  return { parser, notes: [`The program was fed each stream ${how}.`], close: () => parser.close() };
}

/**
 * @param {string} command
 * @returns {Promise<Judged>}
 */
async function openClient(command) {
  const client = await clientOf(command, startBoundServer);
  const missing = ['open', 'error', 'origin', 'close'].filter((name) => !client.can.has(/** @type {any} */ (name)));
  const notes = missing.length > 0 ? [`Not judged, as the client says nothing of it: ${missing.join(', ')}.`] : [];
  return { client, notes, close: () => {} };
}

/**
 * @param {Judged} judged
 * @param {ReturnType<typeof check>} chosen
 * @returns {Promise<Entry[]>}
 */
async function judge({ parser, client }, { vectors, cases }) {
  /** @type {Entry[]} */
  const entries = [];
  if (parser) {
    const progress = makeProgress('vectors', vectors.length);
    entries.push(...(await judgeParser(parser, vectors, progress)).map(entryOfVector));
  }
  if (client) {
    const progress = makeProgress('cases', cases.length);
    const verdicts = await judgeClient(client, cases, startBoundServer, progress);
    entries.push(...verdicts.map((verdict) => entryOfCase(verdict, client.can)));
  }
  return entries;
}

/**
 * @param {string[]} args
 * @returns {Promise<number>} the exit status
 */
export async function run(args) {
  const given = parse(args);
  if (given.help) {
    console.log(HELP);
    return 0;
  }
  const chosen = check(given);
  const { module, client, words } = given;
  const judged = await (module ? openModule(module, chosen.vectors) : client ? openClient(client) : openProgram(words));
  const entries = await judge(judged, chosen);
  await judged.close();
  const { notes } = judged;
  const output = given.json
    ? JSON.stringify({ points: countByPoint(entries), results: entries, notes }, null, 2)
    : showReport(entries, notes);
  await new Promise((done) => process.stdout.write(`${output}\n`, done));
  return entries.some(({ state }) => state === 'failed') ? 1 : 0;
}
