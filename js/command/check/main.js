// `eventsource-wasm check URL`; docs/check.md is its manual.
// @ts-check
/// <reference types="node" />
import * as fs from 'node:fs';
import process from 'node:process';
import { FAILURE, NAME, SUCCESS, checkValues, parse } from '../arguments.js';
import { REQUEST_OPTIONS, REQUEST_RULES, checkRequestValues, checkUrl, readData, readHeaders } from '../request.js';
import { escapeControls, formatBytes, toSafeJson } from '../terminal.js';
import { hideCredentials } from '../../source/url.js';
import { UsageError } from '../usage.js';
import { observe } from './observe.js';
import { makePage } from './page.js';
import { formatReport } from './report.js';
import { judge, rules } from './rules.js';
import { many } from './rules/signs.js';

/** @typedef {import('./observation.d.ts').Exchange} Exchange */

const DEFAULT_SECONDS = 10;

export const HELP = `Usage: ${NAME} check [options] URL

Connects to a server-sent events stream as a browser would, watches it for a
while, reconnects with the id that it has, and says what is wrong, why that
matters, and how to mend it. The rules are described in docs/check.md.

      --seconds N            watch for so long (default: ${DEFAULT_SECONDS})
      --origin ORIGIN        judge CORS for pages of this origin, too
      --ignore NAME          leave out this rule (repeatable)
      --json                 print one JSON object with the findings
      --html FILE            also write the report to FILE, a page with a chart

  -H, --header 'NAME: VALUE' send this header (repeatable)
  -X, --method METHOD        default GET, or POST with --data
  -d, --data DATA | @FILE    send this body, as it is (@-: standard input)
  -h, --help

Exit status: 0 without an error, 1 with one, 2 wrong usage.`;

const OPTIONS = /** @type {const} */ ({
  ...REQUEST_OPTIONS,
  help: { type: 'boolean', short: 'h' },
  html: { type: 'string' },
  ignore: { type: 'string', multiple: true },
  json: { type: 'boolean' },
  origin: { type: 'string' },
  seconds: { type: 'string' },
});

const LONGEST = 86_400;

/** @param {string} text */
const isOrigin = (text) => URL.canParse(text) && new URL(text).origin === text;

/** @type {import('../arguments.js').ValueRule[]} */
const VALUE_RULES = [
  ...REQUEST_RULES,
  [
    'seconds',
    (text) => /^(\d+\.?\d*|\.\d+)$/.test(text) && Number(text) > 0 && Number(text) <= LONGEST,
    `be a number above 0 and up to ${LONGEST}`,
  ],
  ['origin', isOrigin, 'be an origin such as https://app.example.org, without a path'],
  ['html', (file) => file !== '' && file !== '-', 'be the name of a file'],
  ['ignore', (name) => rules.some((rule) => rule.name === name), 'be the name of a rule, as docs/check.md lists them'],
];

/** What it waits for. @type {Record<import('./observe.js').Phase, string>} */
const PHASES = {
  watch: 'watching',
  identity: 'watching, without compression as well',
  hop: 'waiting for the headers, asking who stands in front',
  resume: 'resuming',
  stale: 'resuming after an old id',
  preflight: 'asking for the consent of CORS',
};

/** One line at the end of the terminal that says what it waits for. */
class Progress {
  #stream = process.stderr;
  #isShown = process.stderr.isTTY && process.env.TERM !== 'dumb';
  #begin = performance.now();
  #seconds;
  /** @type {Exchange | undefined} */
  #exchange;
  #phase = 'waiting for the headers';
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #ticking;

  /** @param {number} seconds */
  constructor(seconds) {
    this.#seconds = seconds;
    if (!this.#isShown) return;
    this.#draw();
    this.#ticking = setInterval(() => this.#draw(), 250);
  }

  /**
   * @param {import('./observe.js').Phase} phase
   * @param {Exchange} exchange
   */
  update(phase, exchange) {
    this.#phase = PHASES[phase];
    if (phase === 'watch') this.#exchange = exchange;
  }

  end() {
    clearInterval(this.#ticking);
    if (this.#isShown) this.#stream.write('\r\x1b[K');
  }

  #draw() {
    const passed = Math.min((performance.now() - this.#begin) / 1000, this.#seconds);
    const { events = [], bytes = 0 } = this.#exchange?.body ?? {};
    const text = `[${this.#phase}]  ${Math.floor(passed)} of ${this.#seconds} s  ${many(events.length, 'event')}  ${formatBytes(bytes)}`;
    this.#stream.write(`\r\x1b[K${text.slice(0, (this.#stream.columns || 80) - 1)}`);
  }
}

const COLOURS = new Map([
  ['error', '\x1b[1;31m'],
  ['warning', '\x1b[1;33m'],
  ['note', '\x1b[1;36m'],
]);

/** @param {string} line */
function colour(line) {
  const [, level = '', rest = ''] = line.match(/^(error|warning|note)( \S+)$/) ?? [];
  return level === '' ? line : `${COLOURS.get(level)}${level}\x1b[0m\x1b[1m${rest}\x1b[0m`;
}

/** Whoever reads it may have had enough: `| head`. @param {string} text */
function write(text) {
  process.stdout.once('error', () => {});
  return new Promise((resolve) => process.stdout.write(text, resolve));
}

/**
 * @param {string} file
 * @param {string} content
 */
function writePage(file, content) {
  try {
    fs.writeFileSync(file, content);
  } catch (error) {
    throw new Error(`--html cannot write to '${file}' (${/** @type {Error} */ (error).message}).`, { cause: error });
  }
}

/**
 * @param {string[]} args
 * @returns {Promise<number>} the exit status
 */
export async function run(args) {
  const { values, positionals } = parse(args, OPTIONS);
  if (values.help) {
    await write(`${HELP}\n`);
    return SUCCESS;
  }
  if (positionals.length !== 1) {
    const given = positionals.map((text) => `'${text}'`).join(' and ') || 'none';
    throw new UsageError(`One URL must be given, not ${given}.`);
  }
  checkValues(values, VALUE_RULES);
  const url = checkUrl(positionals[0], ['http:', 'https:']);
  if (url.username !== '' || url.password !== '') {
    const shown = hideCredentials(url.href);
    throw new UsageError(
      `The URL must hold no user name and password (${shown} does): send them with --header 'Authorization: ...'.`,
    );
  }
  checkRequestValues(values);
  const { html, ignore, json = false, origin } = values;
  const body = await readData(values.data);
  if (html !== undefined) writePage(html, ''); // A file that cannot be written is told before the request.

  const seconds = Number(values.seconds ?? DEFAULT_SECONDS);
  const progress = new Progress(seconds);
  const observation = await observe({
    ...{ url, seconds, origin, method: values.method ?? (body && 'POST') },
    headers: Object.fromEntries(new Headers(readHeaders(values.header))),
    body: body && new Uint8Array(body),
    onProgress: (phase, exchange) => progress.update(phase, exchange),
  }).finally(() => progress.end());
  const findings = judge(observation, ignore);

  if (html !== undefined) writePage(html, makePage(observation, findings));
  await write(json ? formatJson(observation, findings) : formatText(observation, findings));
  return findings.some(({ level }) => level === 'error') ? FAILURE : SUCCESS;
}

/**
 * @param {import('./observation.d.ts').Observation} observation
 * @param {import('./observation.d.ts').Finding[]} findings
 */
function formatJson({ url, ...observation }, findings) {
  const value = { url, findings, observation };
  return `${process.stdout.isTTY ? toSafeJson(value) : JSON.stringify(value)}\n`;
}

/**
 * @param {import('./observation.d.ts').Observation} observation
 * @param {import('./observation.d.ts').Finding[]} findings
 */
function formatText(observation, findings) {
  const { isTTY, columns } = process.stdout;
  const isColourful = isTTY && process.env.TERM !== 'dumb' && !process.env.NO_COLOR;
  const lines = formatReport(observation, findings, columns || 80).map(escapeControls);
  return `${(isColourful ? lines.map(colour) : lines).join('\n')}\n`;
}
