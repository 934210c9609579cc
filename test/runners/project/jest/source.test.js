// Jest as it comes: CommonJS, in its environment for Node.
require('eventsource-wasm/polyfill');
const { EventSource } = require('eventsource-wasm');
const msw = { ...require('msw2'), ...require('msw2/node') }; // The newer one has ES modules only.
const { beRefusedByMsw, readFromFetch, readFromMsw, readFromServer, reconnect } = require('../cases.cjs');

afterEach(() => jest.useRealTimers());

test('reads from a server', () => readFromServer(EventSource));
test('reads from a fetch', () => readFromFetch(EventSource));
test('reads from msw', () => readFromMsw(EventSource, msw));
test('is refused by msw', () => beRefusedByMsw(EventSource, msw));
test('reconnects by fake timers', () => {
  jest.useFakeTimers();
  return reconnect(EventSource, jest.advanceTimersByTimeAsync);
});
