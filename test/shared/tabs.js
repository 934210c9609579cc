// Tabs of one browser that show pages of the site, and what can happen to them.
import { engines } from '../browser/engines.js';

/** One tab. */
class Tab {
  #site;
  #browser;
  #window;
  #url;
  #session;

  constructor(site, browser, name, query) {
    this.#site = site;
    this.#browser = browser;
    this.name = name;
    this.#url = `${site.origin}/tab?${new URLSearchParams({ tab: name, ...query })}`;
  }

  async show() {
    this.#window = await this.#browser.open(this.#url);
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

  /** When it has got the message of this number. */
  async reach(number) {
    const report = `${this.name} reached ${number}`;
    await this.run(`void tab.reach(${number}, ${JSON.stringify(report)})`);
    await this.#site.report(report);
  }

  close() {
    return this.#window.close();
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
    await page.close();
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
  #site;
  #browser;
  #count = 0;

  static async launch(engine, site) {
    const tabs = new Tabs();
    tabs.#site = site;
    tabs.#browser = await engines[engine]();
    return tabs;
  }

  get version() {
    return this.#browser.version;
  }

  /**
   * A tab with a source, unless the query says otherwise.
   * @param {Record<string, string>} query
   */
  async open(query) {
    const tab = await new Tab(this.#site, this.#browser, `${this.#count++}`, { open: '', ...query }).show();
    if (query.open !== undefined) await tab.opened();
    return tab;
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
