// Tabs of one browser that show pages of the site, and what can happen to them.
import { engines } from '../browser/engines.js';

/** One tab. */
class Tab {
  #site;
  #browser;
  #window;
  #url;
  #session;
  #isPrivate;

  constructor(site, browser, name, { host = '127.0.0.1', path = '/tab', ...query }) {
    this.#site = site;
    this.#browser = browser;
    this.name = name;
    this.#url = `${site.origin.replace('127.0.0.1', host)}${path}?${new URLSearchParams({ tab: name, ...query })}`;
    this.#isPrivate = 'private' in query;
  }

  async show() {
    this.#window = await this.#browser.open(this.#url, this.#isPrivate);
    await this.loaded();
    return this;
  }

  loaded() {
    return this.#site.report(`loaded ${this.name}`);
  }

  /** When its source is open for the first time. */
  opened() {
    return this.#site.report(`open ${this.name}`);
  }

  /** @param {string} expression in which `tab` is what tab.js defines */
  run(expression) {
    return this.#window.run(expression);
  }

  get numbers() {
    return this.run('tab.kept[0].numbers');
  }

  get log() {
    return this.run('tab.kept[0].log');
  }

  get shared() {
    return this.run('tab.kept[0].source.shared');
  }

  /** When its nth source has got the message of this number. */
  async reach(number, n = 0) {
    const report = `${this.name}.${n} reached ${number}`;
    await this.run(`void tab.reach(${number}, ${JSON.stringify(report)}, ${n})`);
    await this.#site.report(report);
  }

  async close() {
    const window = this.#window;
    this.#window = undefined;
    await window?.close();
  }

  async reload() {
    await this.#window.reload();
    await this.loaded();
  }

  /** Its process ends at once, as after a fault. Chromium only. */
  async crash() {
    const { page } = this.#window;
    const crashed = new Promise((resolve) => page.once('error', resolve));
    page.goto('chrome://crash').catch(() => {});
    await crashed;
    await this.close();
  }

  /** Shows another page, as by a link. */
  async visit(url) {
    await this.#window.page.goto(url);
  }

  async back() {
    await this.#window.page.goBack();
  }

  /** Of Chromium's debugging protocol. */
  async #send(method, values) {
    this.#session ??= await this.#window.page.createCDPSession();
    return this.#session.send(method, values);
  }

  freeze() {
    return this.#send('Page.setWebLifecycleState', { state: 'frozen' });
  }

  thaw() {
    return this.#send('Page.setWebLifecycleState', { state: 'active' });
  }

  /** Stands still in the middle of a script, as at a breakpoint. */
  async pause() {
    await this.#send('Debugger.enable');
    const paused = new Promise((resolve) => this.#session.once('Debugger.paused', resolve));
    await this.#send('Debugger.pause');
    this.#send('Runtime.evaluate', { expression: '0' }).catch(() => {});
    await paused;
  }

  resume() {
    return this.#send('Debugger.resume');
  }
}

export class Tabs {
  #browser;
  #count = 0;
  /** @type {Set<Tab>} */
  #open = new Set();
  /** What they show from now on. @type {import('./site.js').Site} */
  site;

  static async launch(engine, site) {
    const tabs = new Tabs();
    tabs.site = site;
    tabs.#browser = await engines[engine]();
    return tabs;
  }

  get version() {
    return this.#browser.version;
  }

  /**
   * A tab whose source is open.
   * @param {Record<string, string>} query
   */
  async open(query) {
    const tab = new Tab(this.site, this.#browser, `${this.#count++}`, { open: '', ...query });
    await tab.show();
    this.#open.add(tab);
    await tab.opened();
    return tab;
  }

  /** All that nobody has closed. */
  async closeAll() {
    for (const tab of this.#open) await tab.close();
    this.#open.clear();
  }

  /** Ends the SharedWorker, as its process might. Chromium only. */
  async endWorker() {
    const { puppeteer } = this.#browser;
    const target = puppeteer.targets().find((target) => target.type() === 'shared_worker');
    const session = await puppeteer.target().createCDPSession();
    await session.send('Target.closeTarget', { targetId: target._targetId });
    await session.detach();
  }

  close() {
    return this.#browser.close();
  }
}
