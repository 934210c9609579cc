// The cases that the command judges clients by (js/command/conformance/cases.js), on a clock that is turned: waits pass
// at once, and are as long as they must be.
import { CASES, LONGEST_WAIT } from '../../js/command/conformance/cases.js';
import { isPlayedRight, play } from '../../js/command/conformance/clients.js';
import { clientOf } from '../../js/command/conformance/modules.js';
import { assert } from '../support/assert.js';
import { arriving, itUnless, limits } from '../support/platform.js';
import { EventSource, fakeClock, tearDown } from '../support/scene.js';
import { startServer } from '../support/server.js';
import { settled } from '../support/wait.js';

const BOUND = 5000;

/** As it arrives from this platform. */
function arrive(tested) {
  const requests = tested.requests.map(({ headers = {}, ...request }) => {
    const values = Object.entries(headers).map(([name, value]) => [name, value === null ? null : arriving(value)]);
    return { ...request, headers: Object.fromEntries(values) };
  });
  return { ...tested, requests };
}

/** A client that lets every wait pass at once, but the longest, and keeps their length. */
function clientOnClock() {
  const clock = fakeClock();
  const waits = [];
  const { can, start } = clientOf(EventSource);
  return {
    waits,
    clock,
    client: {
      can,
      start: (errand) =>
        start({
          ...errand,
          tell(event) {
            errand.tell(event);
            if (event.readyState !== 0) return;
            queueMicrotask(() => {
              waits.push(clock.waits.length === 1 ? clock.waits[0] : `${clock.waits.length} timers`);
              if (clock.waits[0] < LONGEST_WAIT) clock.pass();
            });
          },
        }),
    },
  };
}

/** Cases in which a request meets a reset. */
const LOOKED_INTO =
  /^(keeps the last event ID over reconnections|goes on when requests fail$|re-establishes when the connection is reset before any header)/;

/** What the runtime itself does otherwise. */
function limitOf({ name }) {
  if (/charset=(windows-1252|utf-16)$/.test(name)) return limits.charsets;
  if (LOOKED_INTO.test(name)) return limits.lookedInto;
  return /for bytes that were not UTF-8$/.test(name) ? limits.malformedText : undefined;
}

describe('cases of the standard', () => {
  afterEach(tearDown);

  for (const tested of CASES.map(arrive)) {
    itUnless(limitOf(tested))(`${tested.point} ${tested.name}`, async () => {
      const { client, clock, waits } = clientOnClock();
      const { played, origin } = await play(tested, client, { startServer, quiet: settled, bound: BOUND });
      assert.ok(isPlayedRight(tested, played, client.can, origin), JSON.stringify({ tested, played }, null, 2));
      const due = tested.tells.filter(({ type, readyState }) => type === 'error' && readyState === 0);
      if (tested.closesAfter === undefined) {
        assert.deepEqual(
          due.map(({ wait }, n) => wait ?? waits[n]),
          waits,
        );
      }
      assert.deepEqual(clock.waits, [], 'it is closed');
    });
  }
});
