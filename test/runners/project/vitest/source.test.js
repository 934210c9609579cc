// Vitest, in the environment that VITEST_ENVIRONMENT names.
import 'eventsource-wasm/polyfill';
import { EventSource } from 'eventsource-wasm';
import * as msw from 'msw';
import { setupServer } from 'msw/node';
import { afterEach, expect, test, vi } from 'vitest';
import cases from '../cases.cjs';

const { environment } = expect.getState();

afterEach(() => vi.useRealTimers());

test('is in its environment', () => {
  const names = { jsdom: /jsdom/, 'happy-dom': /HappyDOM/, node: /Node\.js/ };
  expect(navigator.userAgent).toMatch(names[environment]);
});
test('reads from a server', () => cases.readFromServer(EventSource));
// Vitest ends its workers, whatever is still open in them.
test('has left no socket open', () =>
  vi.waitFor(() => expect(process.getActiveResourcesInfo().filter((name) => name.startsWith('TCP'))).toEqual([])));
test('reads from a fetch', () => cases.readFromFetch(EventSource));
test('reads from msw', () => cases.readFromMsw(EventSource, { ...msw, setupServer }));
// The fetch of happy-dom throws, out of everyone's reach, when a body ends that was cancelled.
test.skipIf(environment === 'happy-dom')('is refused by msw', () =>
  cases.beRefusedByMsw(EventSource, { ...msw, setupServer }),
);
test('reconnects by fake timers', () => {
  vi.useFakeTimers();
  return cases.reconnect(EventSource, (milliseconds) => vi.advanceTimersByTimeAsync(milliseconds));
});
