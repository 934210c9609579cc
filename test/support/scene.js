// What a test sets up, and one function that takes all of it down again.
import { EventSource } from '../../js/index.js';
import { FakeClock } from './clock.js';
import { startServer } from './server.js';
import { deferred, within } from './wait.js';

export { EventSource };
export const nativeFetch = globalThis.fetch;

let takeDown = [];

/** For `afterEach`. */
export async function tearDown() {
  const steps = takeDown.reverse();
  takeDown = [];
  for (const step of steps) await step();
}

/** @param {() => unknown} step */
export function atTearDown(step) {
  takeDown.push(step);
}

/** @param {import('../../js/command/conformance/answers.js').Answer[]} script */
export async function serve(script) {
  const server = await startServer(script);
  atTearDown(() => server.close());
  return server;
}

/** An EventSource that is closed after the test. */
export function open(url, init) {
  const source = new EventSource(url, init);
  atTearDown(() => source.close());
  return source;
}

export function fakeClock() {
  const clock = new FakeClock();
  atTearDown(() => clock.uninstall());
  return clock;
}

/**
 * Puts `replacement` in fetch's place; in React Native it counts as one whose responses have a stream only where there
 * are streams.
 * @param {(url: string, init: any) => unknown} replacement
 * @returns {{ url: string, init: any }[]} its calls so far
 */
export function replaceFetch(replacement) {
  const calls = [];
  const { fetch } = globalThis;
  const isWithoutStreams = !('ReadableStream' in globalThis);
  if (isWithoutStreams) globalThis.ReadableStream = ReadableStream;
  globalThis.fetch = (url, init) => {
    calls.push({ url, init });
    return replacement(url, init);
  };
  atTearDown(() => {
    globalThis.fetch = fetch;
    if (isWithoutStreams) delete globalThis.ReadableStream;
  });
  return calls;
}

/**
 * A Response whose body is written by the test, and tells when it is cancelled.
 * @param {ResponseInit} [init]
 */
export function streamResponse({ status = 200, headers = { 'content-type': 'text/event-stream' } } = {}) {
  const cancelled = deferred();
  let controller;
  const body = new ReadableStream({
    start: (given) => (controller = given),
    cancel: () => cancelled.resolve(),
  });
  const encoder = new TextEncoder();
  return {
    response: new Response(body, { status, headers }),
    body,
    write: (text) => controller.enqueue(typeof text === 'string' ? encoder.encode(text) : text),
    enqueue: (value) => controller.enqueue(value),
    end: () => controller.close(),
    fail: (error) => controller.error(error),
    cancelled: () => within(cancelled.promise, 'the body to be cancelled'),
  };
}

/**
 * Keeps the events of a source in their order.
 * @param {EventSource} source
 * @param {...string} types besides open, message and error
 */
export function record(source, ...types) {
  const all = [];
  let taken = 0;
  let arrival = deferred();
  for (const type of ['open', 'message', 'error', ...types]) {
    source.addEventListener(type, (event) => {
      all.push(event);
      arrival.resolve();
    });
  }
  const describe = (event) => ('data' in event ? `${event.type}: ${event.data}` : event.type);
  return {
    /** The events so far, in words. */
    get log() {
      return all.map(describe);
    },
    /** The next event, which must be of that type. */
    async next(type) {
      while (taken === all.length) {
        arrival = deferred();
        await within(arrival.promise, () => `'${type}' after [${all.map(describe).join(', ')}]`);
      }
      const event = all[taken++];
      if (event.type !== type)
        throw new Error(`Expected '${type}' but got '${describe(event)}' ${event.message ?? ''}`);
      return event;
    },
    /** The next event of that type, whatever comes before it. */
    async until(type) {
      while (!all.slice(taken).some((event) => event.type === type)) {
        arrival = deferred();
        await within(arrival.promise, () => `'${type}' among [${all.map(describe).join(', ')}]`);
      }
      taken += all.slice(taken).findIndex((event) => event.type === type);
      return all[taken++];
    },
  };
}
