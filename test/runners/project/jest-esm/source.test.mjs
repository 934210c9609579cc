// Jest with ES modules, which it runs with Node's flag --experimental-vm-modules.
import 'eventsource-wasm/polyfill';
import { jest } from '@jest/globals';
import { EventSource } from 'eventsource-wasm';
import * as msw from 'msw';
import { setupServer } from 'msw/node';
import cases from '../cases.cjs';

afterEach(() => jest.useRealTimers());

test('reads from a server', () => cases.readFromServer(EventSource));
test('reads from a fetch', () => cases.readFromFetch(EventSource));
test('reads from msw', () => cases.readFromMsw(EventSource, { ...msw, setupServer }));
test('is refused by msw', () => cases.beRefusedByMsw(EventSource, { ...msw, setupServer }));
test('reconnects by fake timers', () => {
  jest.useFakeTimers();
  return cases.reconnect(EventSource, jest.advanceTimersByTimeAsync);
});
