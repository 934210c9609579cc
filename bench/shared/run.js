// Milliseconds from the server's write of an event to the listeners of tabs, which have a connection each or share one;
// and what that costs the browser: run.js --browser NAME [--quick] [--rounds N] [--json FILE]
import { readFileSync, readdirSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { Site } from '../../test/shared/site.js';
import { takeTurns } from '../measure.js';
import { openBrowser } from '../http/browser.js';
import { Part, readOptions } from '../http/part.js';

const EVENTS_PER_SECOND = 1000;

/** A connection that is used by more than six tabs has to be shared. */
const SUBJECTS = {
  '1 tab, plain': { way: 'plain', tabs: 1 },
  '6 tabs, plain': { way: 'plain', tabs: 6 },
  '1 tab, shared': { way: 'worker', tabs: 1 },
  '20 tabs, by a worker': { way: 'worker', tabs: 20 },
  '20 tabs, by a tab': { way: 'tab', tabs: 20 },
};

const {
  quick,
  json,
  browser: name,
  ...options
} = readOptions({ browser: { type: 'string' }, rounds: { type: 'string' } });
const rounds = Number(options.rounds ?? (quick ? 1 : 3));
const seconds = quick ? 2 : 5;

/** Clock ticks of all processes of a browser, of which there are 100 a second. */
function readTicks(root) {
  const stats = readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .flatMap((pid) => {
      try {
        const [, state] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(/\) (?=\w )/);
        const fields = state.split(' ');
        return [{ pid: Number(pid), parent: Number(fields[1]), ticks: Number(fields[11]) + Number(fields[12]) }];
      } catch {
        return []; // it has ended meanwhile
      }
    });
  const sum = (pid) =>
    stats.filter(({ parent }) => parent === pid).reduce((all, child) => all + sum(child.pid), ticksOf(pid));
  const ticksOf = (pid) => stats.find((stat) => stat.pid === pid)?.ticks ?? 0;
  return sum(root);
}

/** @param {Site} site */
async function sendEvents(site, duration) {
  const begin = performance.now();
  for (let sent = 0; sent < duration * EVENTS_PER_SECOND;) {
    const due = Math.floor(((performance.now() - begin) * EVENTS_PER_SECOND) / 1000);
    for (; sent < due; sent++) site.write(`data: ${performance.timeOrigin + performance.now()}\n\n`);
    await setTimeout(1);
  }
}

/** What a page reports; a browser that starts takes its time. */
async function waitFor(site, report) {
  for (let tries = 12; ; tries--) {
    try {
      return await site.report(report);
    } catch (error) {
      if (tries === 0) throw error;
    }
  }
}

/** @param {number[]} sorted */
const quantile = (sorted, part) => sorted[Math.floor((sorted.length - 1) * part)];

let runtime = name;

async function measure({ way, tabs }) {
  const site = await new Site().listen();
  const browser = openBrowser(name, `${site.origin}/bench/shared/tab.html?${new URLSearchParams({ way, tabs })}`);
  ({ runtime } = browser);
  try {
    for (let n = 0; n < tabs; n++) await waitFor(site, 'open');
    await sendEvents(site, 1); // to be warm
    site.write('event: begin\ndata\n\n');
    const before = readTicks(browser.pid);
    await sendEvents(site, seconds);
    const ticks = readTicks(browser.pid) - before;
    site.write('event: end\ndata\n\n');
    const latencies = [];
    for (let n = 0; n < tabs; n++) latencies.push(...(await waitFor(site, 'latencies')));
    latencies.sort((a, b) => a - b);
    return { 'p50 ms': quantile(latencies, 0.5), 'p99 ms': quantile(latencies, 0.99), 'CPU %': ticks / seconds };
  } finally {
    await browser.stop();
    await site.close();
  }
}

const turns = Object.fromEntries(Object.entries(SUBJECTS).map(([subject, how]) => [subject, () => measure(how)]));
const values = await takeTurns(turns, { rounds });
const part = new Part('shared', runtime);
part.add({ 'events/s': EVENTS_PER_SECOND }, values);
part.write(json);
