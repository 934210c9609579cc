// Node's own runner.
import 'eventsource-wasm/polyfill';
import { mock, test } from 'node:test';
import { EventSource } from 'eventsource-wasm';
import * as msw from 'msw';
import { setupServer } from 'msw/node';
import cases from '../cases.cjs';

test('reads from a server', () => cases.readFromServer(EventSource));
test('reads from a fetch', () => cases.readFromFetch(EventSource));
test('reads from msw', () => cases.readFromMsw(EventSource, { ...msw, setupServer }));
test('is refused by msw', () => cases.beRefusedByMsw(EventSource, { ...msw, setupServer }));
test('reconnects by fake timers', async () => {
  mock.timers.enable({ apis: ['setTimeout'] });
  await cases.reconnect(EventSource, (milliseconds) => mock.timers.tick(milliseconds));
  mock.timers.reset();
});
