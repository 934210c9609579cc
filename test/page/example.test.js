// The example page, as its server serves it.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { launch, names } from '../support/browsers.js';

const script = fileURLToPath(new URL('../../examples/browser/serve.js', import.meta.url));

for (const name of names) {
  describe(`the example page in ${name}`, function () {
    this.timeout(60_000);

    let server, url, browser;

    before(async () => {
      server = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'] });
      [url] = await once(createInterface(server.stdout), 'line');
      browser = await launch(name);
    });

    after(async () => {
      await browser?.close();
      server?.kill();
    });

    it('shows readings over a connection that breaks off, and closes it', async () => {
      const page = await browser.newPage();
      await page.goto(url);
      await page.waitForFunction(() => document.querySelectorAll('li').length >= 6);
      const ids = await page.$$eval('li', (items) => items.map(({ value }) => value));
      assert.deepEqual(
        ids,
        ids.map((_, i) => i + 1),
      );
      await page.click('#close');
      assert.equal(await page.$eval('#state', ({ textContent }) => textContent), 'closed');
    });
  });
}
