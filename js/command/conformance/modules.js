// What a module exports, as a parser, or a client, that can be judged. It imports nothing of Node.
// @ts-check
import { TYPES } from './cases.js';
import { allCuts, fewCuts } from './vectors.js';
import { pass, within } from './wait.js';

/**
 * @import { Client, Errand, Running } from './clients.js'
 * @import { Event, Outcome, Parser } from './parsers.js'
 */

/** Milliseconds after which a parser hangs. */
const BOUND = 15_000;

/**
 * @param {(outcome: Outcome) => Promise<void> | void} work fills the outcome
 * @returns {Promise<Outcome>}
 */
async function attempt(work) {
  /** @type {Outcome} */
  const outcome = { events: [] };
  try {
    await within(Promise.resolve(work(outcome)), 'the end of the stream', BOUND);
  } catch (error) {
    outcome.problem = String(error);
  }
  return outcome;
}

/**
 * The interface of eventsource-parser: it takes strings, unless the module says that it takes bytes.
 * @param {(callbacks: object) => { feed(chunk: string | Uint8Array): void }} createParser
 * @param {boolean} takesBytes
 * @returns {Parser}
 */
function parserByCallbacks(createParser, takesBytes) {
  const run = (/** @type {Uint8Array[]} */ chunks) =>
    attempt((outcome) => {
      let lastEventId = '';
      outcome.reconnectionTime = 3000;
      const parser = createParser({
        onEvent(/** @type {any} */ { event, data, id }) {
          lastEventId = id ?? lastEventId;
          outcome.events.push({ type: event || 'message', data, lastEventId });
        },
        onId: (/** @type {string} */ id) => (outcome.lastEventId = lastEventId = id),
        onRetry: (/** @type {number} */ time) => (outcome.reconnectionTime = time),
      });
      const decoder = new TextDecoder();
      for (const chunk of chunks) parser.feed(takesBytes ? chunk : decoder.decode(chunk, { stream: true }));
    });
  return { run, cuts: allCuts, lanes: 1 };
}

/**
 * @param {(chunks: AsyncIterable<Uint8Array>) => any} parse
 * @returns {Parser}
 */
function parserByIteration(parse) {
  const run = (/** @type {Uint8Array[]} */ chunks) =>
    attempt(async (outcome) => {
      let isEnded = false;
      async function* feed() {
        yield* chunks;
        await pass(0); // What can come of them has come then, however many streams are in between.
        isEnded = true;
      }
      for await (const { type, data, lastEventId } of await parse(feed())) {
        outcome.events.push({ type, data, lastEventId });
        if (isEnded) outcome.late = (outcome.late ?? 0) + 1;
      }
    });
  return { run, cuts: allCuts, lanes: 32 };
}

/** @typedef {new (url: string) => EventTarget & { close(): void, readyState: number }} EventSourceClass */

/**
 * Its events until the stream ends, which only shows as its error event.
 * @param {EventSourceClass} EventSource
 * @param {(chunks: Uint8Array[]) => string} play gives the URL of a stream that ends
 * @param {Iterable<string>} types
 * @returns {Parser}
 */
function parserByConnection(EventSource, play, types) {
  const run = (/** @type {Uint8Array[]} */ chunks) =>
    attempt((outcome) => {
      const source = new EventSource(play(chunks));
      const ended = new Promise((resolve) => {
        const listen = (/** @type {any} */ event) => {
          const { type, data, lastEventId } = event;
          if (data !== undefined) outcome.events.push({ type, data, lastEventId });
          else if (type === 'error') resolve(undefined);
        };
        for (const type of new Set(['message', 'error', 'open', ...types])) source.addEventListener(type, listen);
      });
      return within(ended, 'the error event', BOUND - 1000).finally(() => source.close());
    });
  return { run, cuts: fewCuts, lanes: 16 };
}

/**
 * @param {EventSourceClass} EventSource
 * @returns {Client}
 */
export function clientOf(EventSource) {
  /** @type {(errand: Errand) => Running} */
  function start({ url, closesAfter, tell }) {
    const source = new EventSource(url);
    let count = 0;
    const listen = (/** @type {any} */ event) => {
      const { type, data, lastEventId, origin } = event;
      if (data !== undefined) tell({ type, data, lastEventId, origin });
      else tell(type === 'error' ? { type, readyState: /** @type {0 | 2} */ (source.readyState) } : { type });
      if (++count === closesAfter) source.close();
    };
    for (const type of ['open', 'message', 'error', ...TYPES]) source.addEventListener(type, listen);
    return { ended: new Promise(() => {}), stop: () => source.close() };
  }
  return { can: new Set(['open', 'error', 'origin', 'close']), start, lanes: 40 };
}

/**
 * @typedef {object} Subject
 * @property {Parser} parser
 * @property {Client} [client]
 */

/**
 * @param {Record<string, any>} module
 * @param {{ play: (chunks: Uint8Array[]) => string, types: Iterable<string> }} place
 * @returns {Subject | undefined} nothing for a module that exports nothing to judge
 */
export function subjectOf(module, { play, types }) {
  // The exports of a CommonJS module may all stand in its default.
  const { createParser, input, parse, EventSource } = { ...module.default, ...module };
  if (createParser) return { parser: parserByCallbacks(createParser, input === 'bytes') };
  if (EventSource) return { parser: parserByConnection(EventSource, play, types), client: clientOf(EventSource) };
  if (parse) return { parser: parserByIteration(parse) };
  return undefined;
}
