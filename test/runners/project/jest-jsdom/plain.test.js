/** @jest-environment jsdom */
// Jest in jsdom as it comes. What jsdom lacks, docs/testing.md says.
const { ReadableStream } = require('node:stream/web');
const { TextDecoder, TextEncoder } = require('node:util');
const { EventSource, createParser } = require('eventsource-wasm');

const LACKED = /^This runtime lacks TextDecoder, TextEncoder: /;

afterEach(() => {
  delete globalThis.TextDecoder;
  delete globalThis.TextEncoder;
});

test('says what is missing', () => {
  expect(() => new EventSource('https://example.test/')).toThrow(LACKED);
  expect(() => createParser({})).toThrow(LACKED);
});

test('reads what a fetch answers that makes its own response', async () => {
  Object.assign(globalThis, { TextDecoder, TextEncoder });
  const body = new ReadableStream({
    start: (controller) => controller.enqueue(new TextEncoder().encode('data: grüße\n\n')),
  });
  const headers = new Headers({ 'Content-Type': 'text/event-stream' });
  const source = new EventSource('/stream', { fetch: async (url) => ({ status: 200, url, headers, body }) });
  const { data, origin } = await new Promise((resolve) => (source.onmessage = resolve));
  source.close();
  expect([data, origin]).toEqual(['grüße', location.origin]);
});
