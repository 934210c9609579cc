// The parser by itself, with the interface of the eventsource-parser package.
// @ts-check
import { makePolicy } from '../core/memory.js';
import { parserNow } from '../core/parser-now.js';
import { ParsedStream } from '../core/parsing.js';
import { isUint8Array } from '../core/stream.js';
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

/** @param {unknown} config */
const describeConfig = (config) => (typeof config === 'function' ? 'a function' : String(config));

/**
 * @param {import('../index.d.ts').ParserConfig} config
 * @returns {import('../index.d.ts').EventSourceParser}
 */
export function createParser(config) {
  if (typeof config !== 'object' || config === null) {
    const hint = typeof config === 'function' ? ' Did you mean `createParser({onEvent: fn})`?' : '';
    throw new TypeError(`\`config\` must be an object, got ${describeConfig(config)} instead.${hint}`);
  }
  const { onEvent, onId, onRetry, onComment, onError, ignoredLine, maxBufferSize } = config;
  const limit = checkBufferSize(maxBufferSize);
  const stream = new ParsedStream(parserNow(), makePolicy({ limit }));
  stream
    .load()
    .report(
      sse.LIMIT_IN_UNITS |
        (onComment ? sse.REPORT_COMMENTS : 0) |
        (onError || ignoredLine ? sse.REPORT_UNKNOWN : 0) |
        (onRetry || onError || ignoredLine ? sse.REPORT_RETRY : 0),
    );
  /** @type {(string | Uint8Array)[]} Fed by a callback while a chunk is being parsed. */
  const waiting = [];
  let isParsing = false;
  let isTerminated = false;
  let isForgotten = false; // by a callback: the rest of the chunk too

  /** @type {import('../core/stream.js').Deliver} */
  function deliver(type, data, id) {
    if (!isForgotten) onEvent?.({ id, event: type === '' ? undefined : type, data });
  }

  const callbacks = {
    /** @param {string} id */
    id(id) {
      if (!isForgotten) onId?.(id);
    },
    /**
     * @param {number} kind
     * @param {string} line
     */
    line(kind, line) {
      if (isForgotten) return;
      const { field, value } = splitLine(line);
      if (kind & (sse.UNKNOWN | sse.BAD_RETRY)) ignoredLine?.(line);
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
    },
  };

  /** @param {string | Uint8Array} chunk */
  function parse(chunk) {
    try {
      if (stream.parse(chunk, deliver, callbacks) || isForgotten) return;
      isTerminated = true;
      waiting.length = 0;
      const message = `Buffered data exceeded max buffer size of ${maxBufferSize} characters`;
      onError?.(new ParseError(message, { type: 'max-buffer-size-exceeded' }));
    } finally {
      if (isForgotten) forget();
    }
  }

  function forget() {
    stream.reset();
    isForgotten = false;
  }

  return {
    feed(chunk) {
      if (isTerminated) {
        throw new Error(
          'Cannot feed parser: it was terminated after exceeding the configured max buffer size. Call `reset()` to resume parsing.',
        );
      }
      if (typeof chunk !== 'string' && !isUint8Array(chunk)) {
        throw new TypeError(`feed takes a string or a Uint8Array, not ${chunk === null ? 'null' : typeof chunk}.`);
      }
      const mustWait = isParsing || waiting.length > 0; // a callback that threw may have left some
      // Bytes that have to wait may be overwritten by their owner meanwhile.
      if (mustWait) waiting.push(typeof chunk === 'string' ? chunk : chunk.slice());
      if (isParsing) return;
      isParsing = true;
      try {
        if (!mustWait) parse(chunk);
        while (waiting.length > 0) parse(/** @type {string | Uint8Array} */ (waiting.shift()));
      } finally {
        isParsing = false;
      }
    },

    reset({ consume = false } = {}) {
      waiting.length = 0;
      isTerminated = false;
      if (isParsing) {
        isForgotten = true;
        return;
      }
      try {
        if (consume && stream.load().isWithinLine() !== 0) stream.parse('\n', deliver, callbacks);
      } finally {
        forget();
      }
    },
  };
}
