// Reads a stream whose connection drops again and again, shows what happens, and proves that nothing was lost: every
// id arrived once, in order and with its text. Ends by itself after about 12 seconds; the exit status is the proof's.
import { EventSource } from 'eventsource-wasm';
import { startServer, textOf } from './server.js';

const COUNT = 155;
const WATCHDOG = 40_000; // milliseconds, for when the last event does not come

const began = performance.now();
const isColourful = process.stdout.isTTY && !process.env.NO_COLOR && process.env.TERM !== 'dumb';
const COLOURS = { request: 36, open: 32, error: 31 };

function paint(kind, text) {
  return isColourful && COLOURS[kind] ? `\x1b[${COLOURS[kind]}m${text}\x1b[0m` : text;
}

/** One line: time, what it is, the event's id, text; further lines of the text stand below the first. */
function show(kind, id, text) {
  const seconds = ((performance.now() - began) / 1000).toFixed(2).padStart(6);
  const head = `${seconds} s  ${kind.padEnd(7)} ${String(id).padStart(4)}  `;
  const [first, ...rest] = text.split('\n');
  const lines = [head + first, ...rest.map((line) => ' '.repeat(head.length) + line)];
  for (const line of lines) console.log(paint(kind, line.trimEnd()));
}

/** The ids in the order in which they came. */
const ids = [];
let opens = 0;
let errors = 0;
let damaged = 0;

const server = await startServer({
  count: COUNT,
  report(lastEventId, isAnswered) {
    const id = lastEventId === undefined ? 'without Last-Event-ID' : `with Last-Event-ID ${lastEventId}`;
    show('request', '', `${id}; the server ${isAnswered ? 'answers' : 'closes the connection without an answer'}`);
  },
});
show('start', '', server.url);

const source = new EventSource(server.url);
const watchdog = setTimeout(finish, WATCHDOG);

source.onopen = () => {
  opens++;
  show('open', '', `connection ${opens}`);
};
source.onerror = (event) => {
  errors++;
  show('error', '', event.message);
};
source.onmessage = receive;
source.addEventListener('done', (event) => {
  receive(event);
  finish();
});

/** @param {MessageEvent} event */
function receive({ data, lastEventId }) {
  const id = Number(lastEventId);
  ids.push(id);
  if (data !== textOf(id)) damaged++;
  show('event', id, data === '' ? '(empty)' : data);
}

function finish() {
  clearTimeout(watchdog);
  source.close();
  server.close();

  const distinct = new Set(ids);
  const { end, reset, refuse } = server.drops;
  const counts = {
    events: ids.length,
    connections: opens,
    drops: `${end + reset + refuse}: ${end} ended, ${reset} reset in the middle of an event, ${refuse} closed without an answer`,
    errors,
    missing: COUNT - distinct.size,
    repeated: ids.length - distinct.size,
    'out of order': ids.filter((id, i) => i > 0 && id < ids[i - 1]).length,
    damaged,
  };
  console.log();
  for (const [name, count] of Object.entries(counts)) console.log(`${name.padStart(12)}  ${count}`);

  const isProved = ids.length === COUNT && ids.every((id, i) => id === i + 1) && damaged === 0;
  const verdict = isProved
    ? `All ${COUNT} events arrived once, in order and unharmed.`
    : 'FAILED: not every event arrived once, in order and unharmed.';
  console.log(`\n${paint(isProved ? 'open' : 'error', verdict)}`);
  process.exitCode = isProved ? 0 : 1;
}
