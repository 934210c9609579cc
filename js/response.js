// The events of one response, for model APIs and their like: no reconnection, back-pressure by iteration.
// @ts-check
import { Connection, makeSetup } from './core.js';
import { readOptions } from './options.js';
import * as sse from '../dist/layout.js';

/**
 * What is refused as an EventSource would refuse it.
 * @param {Response} response
 */
function checkResponse(response) {
  const connection = new Connection();
  connection.start('https:');
  connection.response(response.ok ? 200 : response.status, response.headers.get('content-type') ?? '');
  if (connection.readyState === sse.OPEN) return;
  const what = response.ok
    ? `Content-Type '${response.headers.get('content-type') ?? ''}', not text/event-stream`
    : `status ${response.status}`;
  response.body?.cancel().catch(() => {});
  throw Object.assign(new Error(`The server answered with ${what}.`), { status: response.status });
}

/**
 * @param {any} input
 * @returns {AsyncIterable<string | Uint8Array> | Iterable<string | Uint8Array>}
 */
function chunksOf(input) {
  if (typeof input?.headers?.get === 'function') {
    checkResponse(input);
    return input.body === null ? [] : readAll(input.body);
  }
  if (typeof input?.getReader === 'function') return readAll(input);
  if (typeof input === 'string' || input instanceof Uint8Array) return [input];
  if (input?.[Symbol.asyncIterator] || input?.[Symbol.iterator]) return input;
  throw new TypeError(
    `events() takes a Response, a ReadableStream, or an iterable of strings or Uint8Arrays, not ${input === null ? 'null' : typeof input}.`,
  );
}

/**
 * Not every ReadableStream can be iterated by itself yet.
 * @param {ReadableStream<string | Uint8Array>} stream
 */
async function* readAll(stream) {
  const reader = stream.getReader();
  let isDone = false;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      isDone = done;
      if (done) return;
      yield value;
    }
  } catch (error) {
    isDone = true;
    throw error;
  } finally {
    if (!isDone) reader.cancel().catch(() => {});
    reader.releaseLock();
  }
}

/**
 * @param {any} input
 * @param {{ maxEventSize?: number, signal?: AbortSignal }} [options]
 * @returns {AsyncGenerator<import('./index.d.ts').StreamEvent, void, void>}
 */
export async function* events(input, options = {}) {
  const { maxEventSize, signal } = readOptions({ maxEventSize: options.maxEventSize, signal: options.signal });
  const connection = new Connection(makeSetup({ limit: maxEventSize }));
  /** @type {import('./index.d.ts').StreamEvent[]} */
  let ready = [];
  const deliver = (/** @type {string} */ type, /** @type {string} */ data) => {
    ready.push({ type: type || 'message', data, lastEventId: connection.lastEventId });
  };
  signal?.throwIfAborted();
  for await (const chunk of withAbort(chunksOf(input), signal)) {
    connection.parse(chunk, deliver);
    const batch = ready;
    ready = [];
    yield* batch;
    if (connection.isTooLarge) {
      throw new Error(`An event was larger than ${maxEventSize} bytes; the maxEventSize option raises this limit.`);
    }
  }
}

/**
 * Ends the wait for a chunk with the signal's reason.
 * @template T
 * @param {AsyncIterable<T> | Iterable<T>} chunks
 * @param {AbortSignal | undefined} signal
 */
async function* withAbort(chunks, signal) {
  if (!signal) {
    yield* chunks;
    return;
  }
  let abort = () => {};
  const aborted = new Promise((_, reject) => {
    abort = () => reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
  });
  aborted.catch(() => {});
  const iterator =
    /** @type {any} */ (chunks)[Symbol.asyncIterator]?.() ?? /** @type {any} */ (chunks)[Symbol.iterator]();
  try {
    for (;;) {
      const { done, value } = await Promise.race([iterator.next(), aborted]);
      if (done) return;
      yield value;
    }
  } finally {
    signal.removeEventListener('abort', abort);
    Promise.resolve(iterator.return?.()).catch(() => {});
  }
}
