// The parser by itself, with the interface of the eventsource-parser package.
// @ts-check
import { makePolicy } from '../core/memory.js';
import { parserNow } from '../core/parser-now.js';
import { ParsedStream } from '../core/parsing.js';
import { isUint8Array } from '../core/stream.js';
import { demand } from '../runtime.js';
import * as sse from '../../dist/layout.js';

/** What is wrong with a line of a stream, or that an event is too large. */
export class ParseError extends Error {
  /**
   * @param {string} message
   * @param {{ type: 'invalid-retry' | 'unknown-field' | 'max-buffer-size-exceeded', field?: string, value?: string, line?: string }} options
   */
  constructor(message, { type, field, value, line }) {
    super(message);
    this.name = 'ParseError';
    this.type = type;
    this.field = field;
    this.value = value;
    this.line = line;
  }
}

/** @param {string} line */
function splitLine(line) {
  const colon = line.indexOf(':');
  if (colon < 0) return { field: line, value: '' };
  return { field: line.slice(0, colon), value: line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1) };
}

/** @param {unknown} size */
function checkBufferSize(size) {
  if (size === undefined) return 2 ** 32 - 1;
  if (typeof size === 'number' && size >= 1) return Math.min(Math.floor(size), 2 ** 32 - 1);
  throw new TypeError(`maxBufferSize must be a number of characters of at least 1, not ${String(size)}.`);
}

/**
 * What the core is to report.
 * @param {import('../index.d.ts').ParserConfig} config
 */
const reportsOf = ({ onComment, onError, onRetry }) =>
  sse.LIMIT_IN_UNITS |
  (onComment ? sse.REPORT_COMMENTS : 0) |
  (onError ? sse.REPORT_UNKNOWN : 0) |
  (onRetry || onError ? sse.REPORT_RETRY : 0);

/**
 * Hands a reported line to the callback that it is for.
 * @param {import('../index.d.ts').ParserConfig} config
 * @param {number} kind
 * @param {string} line
 */
function reportLine({ onComment, onError, onRetry }, kind, line) {
  const { field, value } = splitLine(line);
  if (kind & sse.COMMENT) {
    onComment?.(value);
  } else if (kind & sse.UNKNOWN) {
    const shown = field.length > 20 ? `${field.slice(0, 20)}…` : field;
    onError?.(new ParseError(`Unknown field "${shown}"`, { type: 'unknown-field', field, value, line }));
  } else if (kind & sse.BAD_RETRY) {
    onError?.(new ParseError(`Invalid \`retry\` value: "${value}"`, { type: 'invalid-retry', value, line }));
  } else {
    onRetry?.(parseInt(value, 10));
  }
}

class Parser {
  #config;
  #limit;
  #stream;
  /** Fed by a callback while a chunk is being parsed. @type {(string | Uint8Array)[]} */
  #waiting = [];
  #isParsing = false;
  #isTerminated = false;
  /** By a callback: the rest of the chunk too. */
  #isForgotten = false;

  /** @type {import('../core/stream.js').Deliver} */
  #deliver = (type, data, id) => {
    if (!this.#isForgotten) this.#config.onEvent?.({ id, event: type === '' ? undefined : type, data });
  };

  /** @type {import('../core/stream.js').Callbacks} */
  #callbacks = {
    id: (id) => {
      if (!this.#isForgotten) this.#config.onId?.(id);
    },
    line: (kind, line) => {
      if (!this.#isForgotten) reportLine(this.#config, kind, line);
    },
  };

  /** @param {import('../index.d.ts').ParserConfig} config */
  constructor({ onEvent, onId, onRetry, onComment, onError, maxBufferSize }) {
    this.#config = { onEvent, onId, onRetry, onComment, onError };
    this.#limit = checkBufferSize(maxBufferSize);
    this.#stream = new ParsedStream(parserNow(), makePolicy({ limit: this.#limit }));
    this.#stream.load().report(reportsOf(this.#config));
  }

  /** @param {string | Uint8Array} chunk */
  feed(chunk) {
    if (this.#isTerminated) {
      throw new Error('The parser was terminated when maxBufferSize was exceeded; reset() makes it usable again.');
    }
    if (typeof chunk !== 'string' && !isUint8Array(chunk)) {
      throw new TypeError(`feed takes a string or a Uint8Array, not ${chunk === null ? 'null' : typeof chunk}.`);
    }
    const mustWait = this.#isParsing || this.#waiting.length > 0; // a callback that threw may have left some
    // Bytes that have to wait may be overwritten by their owner meanwhile.
    if (mustWait) this.#waiting.push(typeof chunk === 'string' ? chunk : chunk.slice());
    if (this.#isParsing) return;
    this.#isParsing = true;
    try {
      if (!mustWait) this.#parse(chunk);
      while (this.#waiting.length > 0) this.#parse(/** @type {string | Uint8Array} */ (this.#waiting.shift()));
    } finally {
      this.#isParsing = false;
    }
  }

  /** @param {boolean} consume whether an unfinished line counts as finished */
  reset(consume) {
    this.#waiting.length = 0;
    this.#isTerminated = false;
    if (this.#isParsing) {
      this.#isForgotten = true;
      return;
    }
    try {
      if (consume && this.#stream.load().isWithinLine() !== 0) this.#stream.parse('\n', this.#deliver, this.#callbacks);
    } finally {
      this.#forget();
    }
  }

  /** @param {string | Uint8Array} chunk */
  #parse(chunk) {
    try {
      if (this.#stream.parse(chunk, this.#deliver, this.#callbacks) || this.#isForgotten) return;
      this.#isTerminated = true;
      this.#waiting.length = 0;
      const message = `Buffered data exceeded the maximum of ${this.#limit} characters that maxBufferSize allows`;
      this.#config.onError?.(new ParseError(message, { type: 'max-buffer-size-exceeded' }));
    } finally {
      if (this.#isForgotten) this.#forget();
    }
  }

  #forget() {
    this.#stream.reset();
    this.#isForgotten = false;
  }
}

/**
 * @param {import('../index.d.ts').ParserConfig} config
 * @returns {import('../index.d.ts').EventSourceParser}
 */
export function createParser(config) {
  if (typeof config !== 'object' || config === null) {
    const hint = typeof config === 'function' ? ' Did you mean createParser({ onEvent: callback })?' : '';
    throw new TypeError(`createParser takes an object with callbacks, not ${typeof config}.${hint}`);
  }
  demand(['TextDecoder', 'TextEncoder']);
  const parser = new Parser(config);
  // As functions that may be taken out of the object.
  return { feed: (chunk) => parser.feed(chunk), reset: ({ consume = false } = {}) => parser.reset(consume) };
}
