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

/** What can be done in each engine: only one lets itself be told to crash and to freeze. */
const POSSIBLE = {
  Chromium: { worker: Object.keys(happenings), other: ['closed', 'reloaded', 'crashed', 'frozen'] },
  Firefox: { worker: ['closed', 'reloaded'], other: ['closed', 'reloaded'] },
  WebKit: { worker: ['closed', 'reloaded'], other: ['closed', 'reloaded'] },
};

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
  const counts = Object.fromEntries(POSSIBLE[engine][way === 'worker' ? way : 'other'].map((name) => [name, 0]));
  const kinds = Object.keys(counts);
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
  const connections = site.requests.length;
  const open = site.count();
  await tearDown();
  return {
    engine: `${engine} ${tabs.version}`,
    way,
    messages: site.published,
    ...counts,
    'requests of the stream': connections,
    'connections at the end': open,
    received: ledger.received,
    lost: ledger.lost,
    doubled: ledger.doubled,
    'out of order': ledger.disordered,
    seconds: Math.round((performance.now() - begin) / 1000),
  };
}
