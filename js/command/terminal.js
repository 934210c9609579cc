// What the command shows: text that cannot act on a terminal, events as lines, and the status line.
// @ts-check

/** C0, DEL and C1; the line separators; and what makes text read in another direction than it is written in. */
const UNSAFE = /[\p{Cc}\u2028-\u202e\u2066-\u2069]/gu;
const NAMED = new Map([
  ['\t', '\\t'],
  ['\n', '\\n'],
  ['\r', '\\r'],
]);

const PLAIN = { type: '', id: '', escape: '', quiet: '', reset: '' };
const COLOURS = { type: '\x1b[1;36m', id: '\x1b[33m', escape: '\x1b[35m', quiet: '\x1b[2m', reset: '\x1b[0m' };

/** Back to the begin of the terminal's line, and what stands there erased. */
const CLEAR_LINE = '\r\x1b[K';

/** Columns wider than this stay ragged. */
const WIDEST_COLUMN = 24;

/** Milliseconds over which the rate is taken. */
const RATE_SPAN = 5000;

/** @param {string} character */
function escapeCharacter(character) {
  const named = NAMED.get(character);
  if (named !== undefined) return named;
  const code = character.charCodeAt(0);
  return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`;
}

/**
 * One line without any character that acts on a terminal, these written as `\x1b` and the like.
 * @param {string} text
 */
export function escapeControls(text) {
  return text.replace(UNSAFE, escapeCharacter);
}

/**
 * JSON that is safe on a terminal, and still JSON: JSON.stringify escapes C0 alone.
 * @param {unknown} value
 */
export function toSafeJson(value) {
  return JSON.stringify(value).replace(
    UNSAFE,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Writes events for people: type, last event ID, data; further lines of the data stand below its first. */
export class EventFormatter {
  #colours;
  #typeWidth = 'message'.length;
  #idWidth = 0;

  /** @param {boolean} isColourful */
  constructor(isColourful) {
    this.#colours = isColourful ? COLOURS : PLAIN;
  }

  /** @param {{ type: string, data: string, lastEventId: string }} event */
  format({ type, data, lastEventId }) {
    const { type: typeColour, id: idColour, escape, reset } = this.#colours;
    const safeType = escapeControls(type);
    const safeId = escapeControls(lastEventId);
    this.#typeWidth = Math.max(this.#typeWidth, Math.min(safeType.length, WIDEST_COLUMN));
    this.#idWidth = Math.max(this.#idWidth, Math.min(safeId.length, WIDEST_COLUMN));

    let head = `${typeColour}${safeType.padEnd(this.#typeWidth)}${reset}`;
    let width = Math.max(safeType.length, this.#typeWidth);
    if (this.#idWidth > 0) {
      head += `  ${idColour}${safeId.padEnd(this.#idWidth)}${reset}`;
      width += 2 + Math.max(safeId.length, this.#idWidth);
    }
    const indent = ' '.repeat(Math.min(width, 2 * WIDEST_COLUMN));
    const lines = data
      .split('\n')
      .map((line) => line.replace(UNSAFE, (character) => `${escape}${escapeCharacter(character)}${reset}`));
    return lines.map((line, n) => `${n === 0 ? head : indent}  ${line}`.trimEnd() + '\n').join('');
  }
}

/** How many events a second there were of late. */
export class Rate {
  /** @type {{ now: number, count: number }[]} */
  #samples = [];

  /**
   * @param {number} now milliseconds, of any clock
   * @param {number} count all events so far
   */
  take(now, count) {
    const samples = this.#samples;
    samples.push({ now, count });
    while (samples.length > 1 && samples[1].now <= now - RATE_SPAN) samples.shift();
  }

  get perSecond() {
    const [first] = this.#samples;
    const last = this.#samples.at(-1);
    if (first === undefined || last === undefined) return 0;
    // The first events of all say little about a second.
    return ((last.count - first.count) * 1000) / Math.max(last.now - first.now, 1000);
  }
}

/** @param {number} bytes */
export function formatBytes(bytes) {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let n = 0;
  let value = bytes;
  for (; value >= 999.95 && n < units.length - 1; n++) value /= 1000;
  return `${n === 0 ? value : value.toFixed(1)} ${units[n]}`;
}

/**
 * One line that ends before the last column.
 * @param {{ state: string, events: number, rate: number, bytes: number }} status
 * @param {{ columns: number, isColourful: boolean }} terminal
 */
export function formatStatus({ state, events, rate, bytes }, { columns, isColourful }) {
  const { quiet, reset } = isColourful ? COLOURS : PLAIN;
  const count = `${events} event${events === 1 ? '' : 's'}`;
  const text = `[${state}]  ${count}  ${rate.toFixed(1)} events/s  ${formatBytes(bytes)}`;
  return `${quiet}${text.slice(0, Math.max(columns - 1, 0))}${reset}`;
}

/** The events on standard output, and on a terminal the status line below them. */
export class Display {
  #stream;
  #isTerminal;
  #isColourful;
  #isJson;
  #formatter;
  #rate = new Rate();
  #isEnded = false;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #ticking;

  /** The bytes of the stream so far, and the events printed. */
  bytes = 0;
  count = 0;
  /** What the status line calls the state of things; asked for every time. */
  state;

  /**
   * @param {import('node:tty').WriteStream} stream
   * @param {{ isJson: boolean, env: Record<string, string | undefined>, state: () => string }} options
   */
  constructor(stream, { isJson, env, state }) {
    this.#stream = stream;
    this.state = state;
    this.#isTerminal = stream.isTTY && env.TERM !== 'dumb';
    this.#isColourful = this.#isTerminal && !env.NO_COLOR;
    this.#isJson = isJson || !stream.isTTY;
    this.#formatter = new EventFormatter(this.#isColourful);
    if (!this.#isTerminal) return;
    stream.write(this.#frame());
    this.#ticking = setInterval(() => stream.write(this.#frame()), 1000);
  }

  /**
   * Resolves when the event is written, so that a slow reader slows down the stream.
   * @param {{ type: string, data: string, lastEventId: string }} event
   * @returns {Promise<void>}
   */
  async print({ type, data, lastEventId }) {
    if (this.#isEnded) return;
    this.count++;
    const text = this.#frame(this.#format({ type, data, lastEventId }));
    await new Promise((resolve) => this.#stream.write(text, resolve));
  }

  /** @param {() => void} tell what writes lines to standard error, which may be the same terminal */
  notice(tell) {
    if (this.#isEnded) return;
    if (this.#isTerminal) this.#stream.write(CLEAR_LINE);
    tell();
    this.#stream.write(this.#frame());
  }

  /** @param {string} state */
  end(state) {
    this.#isEnded = true;
    clearInterval(this.#ticking);
    this.state = () => state;
    if (this.#isTerminal) this.#stream.write(`${this.#frame()}\n`);
  }

  /** @param {{ type: string, data: string, lastEventId: string }} event */
  #format(event) {
    if (!this.#isJson) return this.#formatter.format(event);
    return `${this.#stream.isTTY ? toSafeJson(event) : JSON.stringify(event)}\n`;
  }

  /** @param {string} [text] what is to stand above the status line, which is written anew */
  #frame(text = '') {
    if (!this.#isTerminal) return text;
    this.#rate.take(performance.now(), this.count);
    const status = { state: this.state(), events: this.count, rate: this.#rate.perSecond, bytes: this.bytes };
    const terminal = { columns: this.#stream.columns || 80, isColourful: this.#isColourful };
    return `${CLEAR_LINE}${text}${formatStatus(status, terminal)}`;
  }
}
