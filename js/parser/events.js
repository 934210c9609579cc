// The events of one response, for model APIs and their like: no reconnection, back-pressure by iteration.
// @ts-check
import { isEventStream } from '../core/machine.js';
import { makePolicy } from '../core/memory.js';
import { parser } from '../core/parser.js';
import { ParsedStream } from '../core/parsing.js';
import { isUint8Array } from '../core/stream.js';
import { demand } from '../runtime.js';
import { describeRefusal } from '../source/describe.js';
import { describeLimit, readLimit } from '../source/limit.js';
import { optional } from '../source/options.js';
import { readSignal, throwIfAborted } from '../source/signal.js';
import * as sse from '../../dist/layout.js';

/**
 * What an EventSource would refuse is refused, but for the other statuses of success.
 * @param {Response} response
 * @param {import('../core/memory.js').Core} core
 */
function checkResponse({ ok, status, headers, body }, core) {
  const contentType = headers.get('content-type') ?? '';
  if (ok && isEventStream(core, contentType)) return;
  const refusal = ok
    ? describeRefusal({ status, contentType }, sse.REASON_CONTENT_TYPE)
    : `The server answered with status ${status}`;
  body?.cancel().catch(() => {});
  throw Object.assign(new Error(`${refusal}.`), { status });
}

/**
 * @param {any} input
 * @param {AbortSignal | undefined} signal
 * @param {import('../core/memory.js').Core} core
 * @returns {AsyncIterable<string | Uint8Array> | Iterable<string | Uint8Array>}
 */
function chunksOf(input, signal, core) {
  if (typeof input?.headers?.get === 'function') {
    checkResponse(input, core);
    return input.body === null ? [] : readAll(input.body, signal);
  }
  if (typeof input?.getReader === 'function') return readAll(input, signal);
  if (typeof input === 'string' || isUint8Array(input)) return [input];
  if (input?.[Symbol.asyncIterator] || input?.[Symbol.iterator]) return readUntil(input, signal);
  throw new TypeError(
    `events() takes a Response, a ReadableStream, or an iterable of strings or Uint8Arrays, not ${input === null ? 'null' : typeof input}.`,
  );
}

/**
 * Not every ReadableStream can be iterated by itself yet. It is cancelled when it is left, and when the signal aborts.
 * @param {ReadableStream<string | Uint8Array>} stream
 * @param {AbortSignal | undefined} signal
 */
async function* readAll(stream, signal) {
  const reader = stream.getReader();
  const cancel = () => void reader.cancel(signal?.reason).catch(() => {});
  signal?.addEventListener('abort', cancel, { once: true });
  let isDone = false;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      throwIfAborted(signal);
      isDone = done;
      if (done) return;
      yield value;
    }
  } finally {
    signal?.removeEventListener('abort', cancel);
    if (!isDone) cancel();
    reader.releaseLock();
  }
}

/**
 * An iterator may be stuck: the wait for its next chunk ends with the signal all the same.
 * @param {any} chunks
 * @param {AbortSignal | undefined} signal
 */
async function* readUntil(chunks, signal) {
  if (!signal) {
    yield* chunks;
    return;
  }
  /** @type {(reason: any) => void} */
  let stop;
  const abort = () => stop(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  const iterator = chunks[Symbol.asyncIterator]?.() ?? chunks[Symbol.iterator]();
  try {
    for (;;) {
      const { done, value } = await new Promise((resolve, reject) => {
        stop = reject;
        if (signal.aborted) throw signal.reason;
        Promise.resolve(iterator.next()).then(resolve, reject);
      });
      if (done) return;
      yield value;
    }
  } finally {
    signal.removeEventListener('abort', abort);
    Promise.resolve(iterator.return?.()).catch(() => {});
  }
}

/**
 * @param {any} input
 * @param {{ maxEventSize?: number, signal?: AbortSignal } | null} [options]
 * @returns {AsyncGenerator<import('../index.d.ts').StreamEvent, void, void>}
 */
export async function* events(input, options = undefined) {
  const { limit } = readLimit({ maxEventSize: options?.maxEventSize });
  const signal = optional(options ?? {}, 'signal', (_, value) => (value === null ? undefined : readSignal(value)));
  demand(['TextDecoder', 'TextEncoder']);
  const core = parser.now ?? (await parser.later());
  const stream = new ParsedStream(core, makePolicy({ limit }));
  /** @type {import('../index.d.ts').StreamEvent[]} */
  let ready = [];
  const deliver = (/** @type {string} */ type, /** @type {string} */ data) => {
    ready.push({ type: type || 'message', data, lastEventId: stream.lastEventId });
  };
  throwIfAborted(signal);
  for await (const chunk of chunksOf(input, signal, core)) {
    if (typeof chunk !== 'string' && !isUint8Array(chunk)) {
      throw new TypeError(`events() takes chunks that are strings or Uint8Arrays, not ${typeof chunk}.`);
    }
    const isTaken = stream.parse(chunk, deliver);
    const batch = ready;
    ready = [];
    yield* batch;
    if (!isTaken) throw new Error(`${describeLimit(limit)}.`);
  }
}
