// Mocha, with the fake timers of Sinon.
import 'eventsource-wasm/polyfill';
import FakeTimers from '@sinonjs/fake-timers';
import { EventSource } from 'eventsource-wasm';
import * as msw from 'msw';
import { setupServer } from 'msw/node';
import cases from '../cases.cjs';

it('reads from a server', () => cases.readFromServer(EventSource));
it('reads from a fetch', () => cases.readFromFetch(EventSource));
it('reads from msw', () => cases.readFromMsw(EventSource, { ...msw, setupServer }));
it('is refused by msw', () => cases.beRefusedByMsw(EventSource, { ...msw, setupServer }));
it('reconnects by fake timers', async () => {
  const clock = FakeTimers.install({ toFake: ['setTimeout', 'clearTimeout'] });
  await cases.reconnect(EventSource, (milliseconds) => clock.tickAsync(milliseconds));
  clock.uninstall();
});
