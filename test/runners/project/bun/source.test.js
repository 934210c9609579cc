// Bun's own runner.
import 'eventsource-wasm/polyfill';
import { afterEach, jest, test } from 'bun:test';
import { EventSource } from 'eventsource-wasm';
import * as msw from 'msw2';
import { setupServer } from 'msw2/node';
import cases from '../cases.cjs';

afterEach(() => jest.useRealTimers());

test('reads from a server', () => cases.readFromServer(EventSource));
test('reads from a fetch', () => cases.readFromFetch(EventSource));
test('reads from msw', () => cases.readFromMsw(EventSource, { ...msw, setupServer }));
test('is refused by msw', () => cases.beRefusedByMsw(EventSource, { ...msw, setupServer }));
test('reconnects by fake timers', () => {
  jest.useFakeTimers();
  return cases.reconnect(EventSource, (milliseconds) => jest.advanceTimersByTime(milliseconds));
});
