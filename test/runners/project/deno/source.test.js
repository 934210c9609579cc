// Deno's own runner, which is told to fail a test that leaves a timer, a socket or a request behind.
import 'eventsource-wasm/polyfill';
import FakeTimers from '@sinonjs/fake-timers';
import { EventSource } from 'eventsource-wasm';
import * as msw from 'msw2';
import { setupServer } from 'msw2/node';
import cases from '../cases.cjs';

const test = (name, fn) => Deno.test({ name, fn, sanitizeOps: true, sanitizeResources: true });

test('reads from a server', () => cases.readFromServer(EventSource));
test('reads from a fetch', () => cases.readFromFetch(EventSource));
test('reads from msw', () => cases.readFromMsw(EventSource, { ...msw, setupServer }));
test('is refused by msw', () => cases.beRefusedByMsw(EventSource, { ...msw, setupServer }));
test('reconnects by fake timers', async () => {
  const clock = FakeTimers.install({ toFake: ['setTimeout', 'clearTimeout'] });
  await cases.reconnect(EventSource, (milliseconds) => clock.tickAsync(milliseconds));
  clock.uninstall();
});
