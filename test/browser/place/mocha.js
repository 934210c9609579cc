// Mocha in a place without Node: set up before the suites are loaded, run after that.
import 'mocha/mocha.js';
import { timeout } from '../../../.mocharc.json';
import { report } from './control.js';

// A test may put a controlled clock in the place of setTimeout. An engine that only interprets says how slow it is.
const { mocha, Mocha, setTimeout, slowness = 1 } = globalThis;

/** The message, and where it came from: the stack's first places, which not every engine's begins with. */
function explain({ name, message, stack = '' }) {
  const places = stack.split('\n').filter((line) => /:\d+:\d+/.test(line) && !message.includes(line));
  return [`${name}: ${message}`, ...places.slice(0, 4)].join('\n');
}

/** Sends what happens to the runner, test by test. */
class Reporter {
  constructor(runner) {
    const { EVENT_TEST_BEGIN, EVENT_TEST_PASS, EVENT_TEST_FAIL, EVENT_TEST_PENDING } = Mocha.Runner.constants;
    const send = (type) => (test, error) =>
      report({
        type,
        title: test.fullTitle(),
        error: error && explain(error),
      });
    runner.on(EVENT_TEST_BEGIN, send('begin'));
    runner.on(EVENT_TEST_PASS, send('passed'));
    runner.on(EVENT_TEST_FAIL, send('failed'));
    runner.on(EVENT_TEST_PENDING, send('skipped'));
  }
}

// Mocha gives way after 100 ms; but in workerd no time passes before something gives way.
if (globalThis.navigator?.userAgent === 'Cloudflare-Workers')
  Mocha.Runner.immediately = (callback) => setTimeout(callback, 0);

mocha.setup({ ui: 'bdd', reporter: Reporter, timeout: timeout * slowness });

// Mocha sees to uncaught errors only.
addEventListener('unhandledrejection', ({ reason }) => {
  throw reason;
});

function run() {
  return new Promise((resolve) => mocha.run(() => resolve(report({ type: 'end' }))));
}

/**
 * Begins, in a service worker once a page tells it to: only an event keeps it alive.
 * @returns {Promise<void> | undefined} until all have run
 */
export function start() {
  let running;
  if (!('registration' in globalThis)) return run();
  addEventListener('message', (event) => event.waitUntil((running ??= run())));
}
