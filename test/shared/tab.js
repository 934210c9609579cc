// A page of the site: opens what its query says, and keeps what comes. Tests call what it puts on `tab`.
import { EventSource } from '/js/index.js';

const query = new URL(location.href).searchParams;
/** Of this package, or of a version whose messages are others. */
const { SharedEventSource } = await import(`${query.get('version') ?? ''}/js/shared.js`);

// Without what the first ways need, the next one is taken.
if (query.get('way') !== 'worker') delete globalThis.SharedWorker;
if (query.get('way') === 'own') delete Navigator.prototype.locks;

const report = (name, value) => fetch('/report', { method: 'POST', body: JSON.stringify({ name, value }) });

/** Keeps what a source brings: numbers in `numbers`, everything in `log`. */
function watch(source) {
  const kept = { source, numbers: [], log: [], wanted: Infinity };
  const enter = (line) => kept.log.push(line);
  source.onopen = ({ status, headers }) => enter(`open ${status} ${headers?.get('x-own')}`);
  source.onerror = ({ message }) => {
    enter(`error ${source.readyState}: ${message}`);
    if (source.readyState === 2) report(`failed ${query.get('tab')}`);
  };
  source.onmessage = ({ data }) => {
    const number = parseInt(data, 10);
    kept.numbers.push(number);
    if (number >= kept.wanted) kept.reached();
  };
  source.addEventListener('named', ({ data }) => enter(`named ${data}`));
  return kept;
}

const tab = (globalThis.tab = {
  kept: [],
  report,
  SharedEventSource,
  open(url = '/stream', init = {}, Source = SharedEventSource) {
    tab.kept.push(watch(new Source(url, init)));
    return tab.kept.at(-1);
  },
  /** Says on every channel that the package knows, and to its worker, what it does not understand. */
  async disturb() {
    const { SharedWorker = class {} } = globalThis;
    const { pending = [], held = [] } = (await navigator.locks?.query()) ?? {};
    const names = [...pending, ...held].map(({ name }) => name);
    const strange = [null, 7, 'join', {}, [], ['strange'], { 0: 'out' }];
    for (const name of names) for (const message of strange) new BroadcastChannel(name).postMessage(message);
    const { port } = new SharedWorker('/js/shared/worker.js', { type: 'module', name: 'eventsource-wasm/shared/1' });
    for (const message of strange) port?.postMessage(message);
  },
  /** Whether a request is answered within a second. */
  ask(url) {
    const answered = fetch(url).then(() => 'answered');
    return Promise.race([answered, new Promise((resolve) => setTimeout(resolve, 1000, 'not answered'))]);
  },
  plain: (url) => tab.open(url, {}, EventSource),
  /** Reports once a message of this number or a later one has come. */
  reach(number, name, n = 0) {
    const kept = tab.kept[n];
    kept.wanted = number;
    kept.reached = () => {
      kept.wanted = Infinity;
      report(name);
    };
    if (kept.numbers.at(-1) >= number) kept.reached();
  },
});

if (query.has('open')) tab.open(query.get('open') || undefined, JSON.parse(query.get('init') ?? '{}'));
if (query.has('plain')) tab.plain(query.get('plain'));
// Firefox and WebKit may show a page before its stream is open.
for (const { source } of tab.kept)
  source.addEventListener('open', () => report(`open ${query.get('tab')}`), { once: true });
report(`loaded ${query.get('tab')}`);
