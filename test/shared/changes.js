// Numbered messages pass while who holds their connection is closed, reloaded, crashes, is frozen, again and again.
import { tearDown, atTearDown } from '../support/scene.js';
import { Site } from './site.js';
import { Tabs } from './tabs.js';

/** How many tabs there are at a time. */
const TABS = 4;

/** How many messages go out at a time, while a change is on. */
const SLICE = 4;

/** What may happen to the tab that came first, which is the holder in the tab way. It returns a tab that lives on. */
const happenings = {
  closed: (tab) => tab.close(),
  async reloaded(tab) {
    await tab.reload();
    await tab.opened();
    return tab;
  },
  crashed: (tab) => tab.crash(),
  async frozen(tab, tabs, passed) {
    await tab.freeze();
    await passed;
    await tab.thaw();
    return tab;
  },
  /** The tab stays; what it needs is gone. */
  async 'worker ended'(tab, tabs) {
    await tabs.endWorker();
    return tab;
  },
};

/**
 * What is done in each engine, in turn: only one lets itself be told to crash and to freeze. Where a worker holds the
 * connection, every other time it is the worker's end.
 */
function turnsOf(engine, way) {
  const turns = engine === 'Chromium' ? ['closed', 'reloaded', 'crashed', 'frozen'] : ['closed', 'reloaded'];
  return engine === 'Chromium' && way === 'worker' ? turns.flatMap((turn) => ['worker ended', turn]) : turns;
}

/** What became of the messages in a tab: from the first one that it got, it is to have each once, in order. */
class Ledger {
  received = 0;
  lost = 0;
  doubled = 0;
  disordered = 0;

  /**
   * @param {number[]} numbers
   * @param {number} last that it must have got
   */
  add(numbers, last) {
    const distinct = new Set(numbers);
    this.received += numbers.length;
    this.doubled += numbers.length - distinct.size;
    for (let n = numbers[0]; n <= last; n++) if (!distinct.has(n)) this.lost++;
    for (let n = 1; n < numbers.length; n++) if (numbers[n] < numbers[n - 1]) this.disordered++;
  }
}

/** Publishes so many messages, a few at a time, and lets what else there is to do go on in between. */
async function publish(site, count) {
  for (let n = 0; n < count; n += SLICE) {
    site.publish(Math.min(SLICE, count - n));
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

/**
 * @param {{ engine: string, way: 'worker' | 'tab' | 'own', messages: number, changes: number }} settings
 * @returns {Promise<Record<string, string | number>>} figures
 */
export async function runChanges({ engine, way, messages, changes }) {
  const begin = performance.now();
  const site = await new Site().listen();
  atTearDown(() => site.close());
  const tabs = await Tabs.launch(engine, site);
  atTearDown(() => tabs.close());
  const ledger = new Ledger();
  const kinds = turnsOf(engine, way);
  const counts = Object.fromEntries(kinds.map((kind) => [kind, 0]));
  /** Those that live, the eldest first. */
  const living = [];
  for (let n = 0; n < TABS; n++) living.push(await tabs.open({ way }));
  const isWhole = async (tab) => {
    await tab.reach(site.published);
    ledger.add(await tab.numbers, site.published);
  };

  const share = Math.floor(messages / changes);
  for (let n = 0; n < changes; n++) {
    const kind = kinds[n % kinds.length];
    counts[kind]++;
    site.publish(1); // so that each tab has one at least
    for (const tab of living) await tab.reach(site.published);
    const eldest = living.shift();
    if (kind !== 'frozen' && kind !== 'worker ended') await isWhole(eldest);
    const passed = publish(site, n === changes - 1 ? messages - site.published - 1 : share - 1);
    const left = await happenings[kind](eldest, tabs, passed);
    await passed;
    for (const tab of living) await tab.reach(site.published);
    living.push(left ?? (await tabs.open({ way })));
  }
  site.publish(1);
  for (const tab of living) await isWhole(tab);
  const { lost, doubled, disordered, received } = ledger;
  const connections = site.count();
  const requests = site.requests.length;
  await tearDown();
  return {
    what: `${engine} ${tabs.version}, ${way === 'own' ? 'each of its own' : `by a ${way}`}`,
    // With connections of their own, each tab has one.
    isRight: lost + doubled + disordered === 0 && connections === (way === 'own' ? TABS : 1),
    messages: site.published,
    ...counts,
    'requests of the stream': requests,
    received,
    lost,
    doubled,
    'out of order': disordered,
    seconds: Math.round((performance.now() - begin) / 1000),
  };
}

/**
 * 20 tabs that share, and 20 plain sources: whether the server has connections left for a further request.
 * @param {string} engine
 */
export async function runMany(engine) {
  const site = await new Site().listen();
  atTearDown(() => site.close());
  const tabs = await Tabs.launch(engine, site);
  atTearDown(() => tabs.close());
  const ask = (tab) => tab.run("tab.ask('/elsewhere')");
  const all = await Promise.all(Array.from({ length: 20 }, () => tabs.open({ way: 'worker' })));
  const connections = site.count();
  const shared = await ask(all[0]);
  for (const tab of all.slice(1)) await tab.close();
  await all[0].run('void tab.kept[0].source.close()');
  await site.open(0);
  await all[0].run('void Array.from({ length: 20 }, (_, n) => tab.plain(`/stream?${n}`))');
  await site.open(6);
  const plain = await ask(all[0]);
  await tearDown();
  return {
    what: `${engine} ${tabs.version}, 20 tabs`,
    isRight: connections === 1 && shared === 'answered' && plain === 'not answered',
    'connection with SharedEventSource': connections,
    'is a further request': shared,
    'with 20 of EventSource': plain,
  };
}
