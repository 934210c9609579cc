// The browsers, as Debian has them, and how each is driven: `launch` starts one, `open` shows a URL in a window of its
// own.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Builder } from 'selenium-webdriver';
import { findFreePort } from 'selenium-webdriver/net/portprober.js';
import { DriverService } from 'selenium-webdriver/remote/index.js';
import { launch } from '../support/browsers.js';

/**
 * @typedef {object} Window
 * @property {() => Promise<void>} close
 * @property {Promise<unknown>} [ended] when it closes by itself
 * @property {(expression: string) => Promise<any>} run evaluates an expression in it
 * @property {() => Promise<void>} reload
 * @property {import('puppeteer-core').Page} [page]
 */

/**
 * @typedef {object} Browser
 * @property {string} version
 * @property {(url: string, isPrivate?: boolean) => Promise<Window>} open
 * @property {import('puppeteer-core').Browser} [puppeteer] what drives it, if that is puppeteer
 * @property {() => Promise<void>} close
 */

/**
 * @param {'Chromium' | 'Firefox'} name
 * @returns {Promise<Browser>}
 */
async function launchWithPuppeteer(name) {
  const browser = await launch(name);
  return {
    version: (await browser.version()).replace(/^.*\//, ''),
    async open(url, isPrivate) {
      const page = await (isPrivate ? await browser.createBrowserContext() : browser).newPage();
      await page.goto(url);
      return {
        page,
        close: () => page.close(),
        run: (expression) => page.evaluate(expression),
        reload: async () => void (await page.reload()),
      };
    },
    puppeteer: browser,
    close: () => browser.close(),
  };
}

/** A display for a browser that needs one. */
async function startDisplay() {
  const server = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', '1280x1024x24', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
  const failed = once(server, 'exit').then(() => Promise.reject(new Error('Xvfb ended without a display.')));
  const [number] = await Promise.race([once(server.stdio[3], 'data'), failed]);
  failed.catch(() => {}); // It ends in the end.
  return { display: `:${String(number).trim()}`, close: async () => void server.kill() };
}

/**
 * @param {string} display
 * @param {(() => Promise<void>)[]} closing takes what ends what has been started
 * @returns {Promise<Browser>}
 */
async function launchWebKit(display, closing) {
  const port = await findFreePort('127.0.0.1');
  const service = new DriverService('WebKitWebDriver', {
    port,
    loopback: true,
    args: [`--port=${port}`],
    env: { ...process.env, DISPLAY: display },
  });
  closing.push(() => service.kill());
  const driver = await new Builder()
    .usingServer(await service.start())
    .withCapabilities({ browserName: 'MiniBrowser', pageLoadStrategy: 'none' })
    .build();
  closing.push(() => driver.quit());
  const main = await driver.getWindowHandle();

  // One command after another: a window must stay the current one until it is done with.
  let last = Promise.resolve();
  const inTurn = (action) => (last = last.catch(() => {}).then(action));

  return {
    version: (await driver.getCapabilities()).getBrowserVersion(),
    open: (url) =>
      inTurn(async () => {
        await driver.switchTo().newWindow('window');
        const handle = await driver.getWindowHandle();
        await driver.get(url);
        const inWindow = (action) =>
          inTurn(async () => {
            await driver.switchTo().window(handle);
            return action();
          });
        return {
          close: () =>
            inWindow(async () => {
              await driver.close();
              await driver.switchTo().window(main);
            }),
          run: (expression) => inWindow(() => driver.executeScript(`return ${expression}`)),
          reload: () => inWindow(() => driver.navigate().refresh()),
        };
      }),
    close: () => closeAll(closing),
  };
}

/** The last that was started first. */
async function closeAll(closing) {
  for (const close of closing.reverse()) await close();
}

async function launchWebKitOnDisplay() {
  const { display, close } = await startDisplay();
  const closing = [close];
  try {
    return await launchWebKit(display, closing);
  } catch (error) {
    await closeAll(closing);
    throw error;
  }
}

/** @type {Record<string, () => Promise<Browser>>} */
export const engines = {
  Chromium: () => launchWithPuppeteer('Chromium'),
  Firefox: () => launchWithPuppeteer('Firefox'),
  WebKit: launchWebKitOnDisplay,
};
