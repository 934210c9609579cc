// What events() takes, as chunks that can be read and given back.
// @ts-check
import { isEventStream } from '../core/machine.js';
import { isUint8Array } from '../core/stream.js';
import { describeRefusal } from '../source/explain.js';
import * as sse from '../../dist/layout.js';

/**
 * @typedef {object} Chunks
 * @property {() => Promise<{ done?: boolean, value?: any }>} read
 * @property {() => void} release After the end.
 * @property {(reason?: unknown) => void} cancel Gives back what is not read to its end.
 * @property {boolean} isLazy Nothing is lost when it is not read: it makes its chunks when it is asked.
 */

/** @param {any} promise */
const ignore = (promise) => void Promise.resolve(promise).catch(() => {});

/**
 * Not every ReadableStream can be iterated by itself yet.
 * @param {ReadableStream<any>} stream
 * @returns {Chunks}
 */
function chunksOfStream(stream) {
  const reader = stream.getReader();
  return {
    isLazy: false,
    read: () => reader.read(),
    release: () => reader.releaseLock(),
    cancel(reason) {
      ignore(reader.cancel(reason));
      reader.releaseLock();
    },
  };
}

/**
 * An iterator may be stuck in `next`, where `return` waits for it; a stream of Node can be destroyed all the same.
 * @param {any} iterable
 * @returns {Chunks}
 */
function chunksOfIterable(iterable) {
  const isLazy = !iterable[Symbol.asyncIterator];
  const iterator = iterable[isLazy ? Symbol.iterator : Symbol.asyncIterator]();
  return {
    isLazy,
    read: async () => iterator.next(),
    release() {},
    cancel() {
      if (isNodeStream(iterable)) iterable.destroy();
      ignore((async () => iterator.return?.())());
    },
  };
}

/** @param {any} value */
const isNodeStream = (value) => typeof value?.pipe === 'function' && typeof value.destroy === 'function';

/** @param {any} value */
const isResponse = (value) => typeof value?.headers?.get === 'function';

/** @param {any} value */
const hasClose = (value) => typeof value?.readyState === 'number' && typeof value.close === 'function';

/**
 * What somebody most likely meant who gave what looks like a stream, or like nothing at all.
 * @param {any} input
 */
function hintAt(input) {
  const isUrl =
    typeof input === 'string' ? /^[ \t]*([a-z][a-z\d+.-]*:\/\/|\.{0,2}\/)\S*[ \t]*$/i.test(input) : input?.href;
  if (isUrl || (isResponse(input) && input.method)) return 'It makes no request: write events(await fetch(url)).';
  if (typeof input?.then === 'function') return 'A promise is to be awaited: write events(await fetch(url)).';
  if (hasClose(input)) return "A source has events of its own: write 'for await (const event of source)'.";
  return undefined;
}

/**
 * @param {any} input
 * @param {string} what
 */
function describe(input, what) {
  if (input === null) return 'null';
  return typeof input === 'string' ? `the text ${JSON.stringify(input.slice(0, 80))}` : what;
}

/**
 * @param {any} input
 * @returns {Chunks}
 */
function chunksOfBody(input) {
  const hint = hintAt(input);
  if (hint === undefined) {
    if (typeof input?.getReader === 'function') return chunksOfStream(input);
    if (typeof input === 'string' || isUint8Array(input)) return chunksOfIterable([input]);
    if (input?.[Symbol.asyncIterator] || input?.[Symbol.iterator]) return chunksOfIterable(input);
  }
  const takes = 'events() takes a Response, a ReadableStream, or an iterable of strings or Uint8Arrays';
  throw new TypeError(`${takes}, not ${describe(input, typeof input)}.${hint ? ` ${hint}` : ''}`);
}

/**
 * What an EventSource would refuse is refused, but for the other statuses of success. The body is left to the caller,
 * who has it by the error: it may say why.
 * @param {Response} response
 * @param {import('../core/memory.js').Core} core
 */
function checkResponse(response, core) {
  const { ok, status, headers, bodyUsed } = response;
  const contentType = headers.get('content-type') ?? '';
  if (!ok || !isEventStream(core, contentType)) {
    const refusal = ok
      ? describeRefusal({ status, contentType }, sse.REASON_CONTENT_TYPE)
      : `The server answered with status ${status}`;
    const error = Object.assign(new Error(`${refusal}.`), { status });
    throw Object.defineProperty(error, 'response', { value: response }); // not enumerable: nobody wants it in a log
  }
  if (bodyUsed) throw new TypeError('events() takes a response whose body has not been read yet.');
}

/**
 * @param {any} input
 * @param {import('../core/memory.js').Core} core
 * @returns {Chunks}
 */
export function chunksOf(input, core) {
  if (!isResponse(input) || hintAt(input)) return chunksOfBody(input);
  checkResponse(input, core);
  return chunksOfBody(input.body === null ? [] : input.body);
}

/**
 * Gives an input back that was never read.
 * @param {any} input
 * @param {unknown} [reason]
 */
export function cancelInput(input, reason) {
  const body = isResponse(input) ? input.body : input;
  if (hintAt(body)) return;
  if (isNodeStream(body)) body.destroy();
  else if (typeof body?.getReader === 'function') ignore(body.cancel(reason));
  else if (typeof body?.next === 'function') ignore((async () => body.return?.())());
}
