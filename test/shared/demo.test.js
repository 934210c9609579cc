// The page of make demo-tabs, as its server serves it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { assert } from '../support/assert.js';
import { launch } from '../support/browsers.js';

const script = fileURLToPath(new URL('../../examples/tabs/serve.js', import.meta.url));

describe('the page of tabs that share a connection', function () {
  this.timeout(60_000);
  let server, url, browser;

  before(async () => {
    server = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'] });
    [url] = await once(createInterface(server.stdout), 'line');
    browser = await launch('Chromium');
  });

  after(async () => {
    await browser?.close();
    server?.kill();
  });

  /** What the frames show. */
  const shown = (page, id) =>
    page.$$eval(
      'iframe',
      (frames, id) => frames.map((frame) => frame.contentDocument.getElementById(id)?.textContent),
      id,
    );

  it('goes on with the next holder when the first is closed, and nothing is missed', async () => {
    const page = await browser.newPage();
    await page.goto(url);
    const allBegan = () =>
      [...document.querySelectorAll('iframe')].every(
        (frame) => frame.contentDocument.querySelector('output')?.value > 0,
      );
    await page.waitForFunction(allBegan, { polling: 50 });
    await page.waitForSelector('.tab.holds');
    assert.deepEqual(await shown(page, 'state'), Array(6).fill('open, by a tab'));
    await page.click('#kill');
    // The first is gone, and another one holds.
    await page.waitForFunction(
      () => document.querySelectorAll('.tab').length === 5 && document.querySelector('.tab.holds'),
      {
        polling: 50,
      },
    );
    assert.equal(await page.$eval('#server', ({ textContent }) => textContent), '1 connection to the server');
    const before = Math.max(...(await shown(page, 'number')).map(Number));
    await page.waitForFunction(
      (before) =>
        [...document.querySelectorAll('iframe')].every(
          (frame) => Number(frame.contentDocument.querySelector('output').value) > before + 3,
        ),
      { polling: 50 },
      before,
    );
    assert.deepEqual(await shown(page, 'wrong'), Array(5).fill('0'));
    await page.close();
  });

  it('shows the worker that holds it', async () => {
    const page = await browser.newPage();
    await page.goto(`${url}?way=worker`);
    await page.waitForFunction(
      () => /^1 connection .*by the worker$/.test(document.querySelector('#server').textContent),
      {
        polling: 50,
      },
    );
  });
});
