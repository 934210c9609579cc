// The events of one response, for model APIs and their like: no reconnection, back-pressure by iteration.
// @ts-check
import { Connection, isUint8Array, makeSetup } from './core.js';
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
  const type = response.headers.get('content-type');
  const what = !response.ok
    ? `status ${response.status}`
    : `${type ? `Content-Type '${type}'` : 'no Content-Type'}, not text/event-stream`;
  response.body?.cancel().catch(() => {});
  throw Object.assign(new Error(`The server answered with ${what}.`), { status: response.status });
}

/**
 * @param {any} input
 * @param {AbortSignal | undefined} signal
 * @returns {AsyncIterable<string | Uint8Array> | Iterable<string | Uint8Array>}
 */
function chunksOf(input, signal) {
  if (typeof input?.headers?.get === 'function') {
    checkResponse(input);
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
      signal?.throwIfAborted();
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
 * @returns {AsyncGenerator<import('./index.d.ts').StreamEvent, void, void>}
 */
export async function* events(input, options = undefined) {
  const { maxEventSize, signal } = readOptions({ maxEventSize: options?.maxEventSize, signal: options?.signal });
  const connection = new Connection(makeSetup({ limit: maxEventSize }));
  /** @type {import('./index.d.ts').StreamEvent[]} */
  let ready = [];
  const deliver = (/** @type {string} */ type, /** @type {string} */ data) => {
    ready.push({ type: type || 'message', data, lastEventId: connection.lastEventId });
  };
  signal?.throwIfAborted();
  for await (const chunk of chunksOf(input, signal)) {
    if (typeof chunk !== 'string' && !isUint8Array(chunk)) {
      throw new TypeError(`events() takes chunks that are strings or Uint8Arrays, not ${typeof chunk}.`);
    }
    const isTaken = connection.parse(chunk, deliver);
    const batch = ready;
    ready = [];
    yield* batch;
    if (!isTaken) {
      throw new Error(`An event was larger than ${maxEventSize} bytes; the maxEventSize option raises this limit.`);
    }
  }
}
