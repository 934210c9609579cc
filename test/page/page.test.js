// The conformance page from end to end, in real browsers.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, watch } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startServer } from '../../page/serve.js';
import { loadVectors } from '../support/load-vectors.js';
import { interpret } from '../support/reference.js';
import { cuts } from '../support/run-core.js';
import { launch, names } from '../support/browsers.js';
import { findFaintText } from './support/contrast.js';

const vectors = loadVectors().flatMap((file) => file.vectors);
const deliveries = vectors.reduce((sum, { bytes }) => sum + [...cuts(bytes)].length, 0);

/** The cases that a parser gets wrong which takes tabs for spaces. */
const failBroken = vectors
  .filter(({ bytes, events, lastEventId, reconnectionTime }) => {
    const actual = interpret(bytes.map((byte) => (byte === 0x09 ? 0x20 : byte)));
    return JSON.stringify(actual) !== JSON.stringify({ events, lastEventId, reconnectionTime });
  })
  .map(({ name }) => name);

/** Runs in the page: the names of the cases with that state in the column of that engine. */
function casesWith(engine, state) {
  const heads = [...document.querySelectorAll('#table thead th')].map(({ textContent }) => textContent);
  return [...document.querySelectorAll('#table tr[id^="case-"]')]
    .filter((row) => row.cells[heads.indexOf(engine)].dataset.state === state)
    .map((row) => row.querySelector('a').textContent);
}

/**
 * The report, once it is there in full: a browser may put an empty file in its place first.
 * @param {string} folder
 * @param {() => Promise<void>} click
 */
function download(folder, click) {
  return new Promise((resolve, reject) => {
    const watcher = watch(folder, () => {
      try {
        resolve(JSON.parse(readFileSync(join(folder, 'conformance.json'), 'utf8')));
      } catch {
        return; // not yet
      }
      clearTimeout(timer);
      watcher.close();
    });
    const timer = setTimeout(() => {
      watcher.close();
      reject(new Error('No report came.'));
    }, 10_000);
    click().catch(reject);
  });
}

for (const name of names) {
  describe(`the page in ${name}`, function () {
    this.timeout(90_000);

    let server, staticHost, browser, folder, context, page, requested;

    before(async () => {
      server = await startServer();
      staticHost = await startServer({ hasStreams: false });
      browser = await launch(name);
      folder = mkdtempSync(join(tmpdir(), 'conformance-'));
    });

    after(async () => {
      await browser?.close();
      await server?.close();
      await staticHost?.close();
      rmSync(folder, { recursive: true, force: true });
    });

    beforeEach(async () => {
      context = await browser.createBrowserContext({ downloadBehavior: { policy: 'allow', downloadPath: folder } });
      page = await context.newPage();
      requested = [];
      page.on('request', (request) => requested.push(new URL(request.url())));
    });

    afterEach(() => context.close());

    const textOf = (selector) => page.$eval(selector, ({ innerText }) => innerText);
    const becomes = (selector, pattern) =>
      page.waitForFunction(
        (selector, pattern) => new RegExp(pattern).test(document.querySelector(selector).textContent),
        {},
        selector,
        pattern,
      );

    async function open(address, { url } = server) {
      await page.goto(url + address);
      if (!/playground|race/.test(address)) await page.waitForSelector('body[data-ran]');
    }

    async function openAndRunAll(address, host = server) {
      await open(address, host);
      await page.waitForSelector('body[data-ran="all"]');
    }

    it('shows every case green on both cores, at every cut, and asks nothing of other hosts', async () => {
      await open('');
      for (const engine of ['Wasm', 'JS']) {
        assert.deepEqual(
          await page.evaluate(casesWith, engine, 'pass'),
          vectors.map((vector) => vector.name),
        );
        const card = await textOf(`#cards [data-engine="${engine === 'JS' ? 'fallback' : 'wasm'}"]`);
        assert.match(card, new RegExp(`${vectors.length} of ${vectors.length} cases right`));
        assert.match(card, new RegExp(`${deliveries.toLocaleString('en')} deliveries, none wrong`));
      }
      assert.ok(requested.length > 0);
      assert.deepEqual([...new Set(requested.map(({ origin }) => `${origin}/`))], [server.url]);
    });

    it('runs the browser’s own EventSource over HTTP and lists what it does otherwise', async () => {
      await openAndRunAll('');
      const failing = await page.evaluate(casesWith, 'Native', 'fail');
      assert.deepEqual(await page.evaluate(casesWith, 'Native', 'open'), []);
      // So much is common to all; a native column that failed everywhere would say nothing.
      assert.ok(failing.length < vectors.length / 4, failing.join('\n'));
      const listed = await page.$$eval('#differences a', (links) => links.map(({ textContent }) => textContent));
      assert.deepEqual(listed, failing);
      assert.match(await textOf('#native-source'), /The local server/);
      assert.ok(requested.some(({ pathname }) => pathname === '/stream'));
    });

    it('plays the streams in a service worker on a static host', async () => {
      await openAndRunAll('', staticHost);
      assert.match(await textOf('#native-source'), /service worker/);
      assert.deepEqual(await page.evaluate(casesWith, 'Native', 'open'), []);
      assert.ok((await page.evaluate(casesWith, 'Native', 'pass')).includes('an event carries its id'));
      assert.ok(requested.every(({ origin }) => `${origin}/` === staticHost.url));
    });

    it('tries every cut of the cases shown natively', async () => {
      await openAndRunAll('');
      await page.type('#search', '6.1 after data counts');
      await becomes('#shown', '^1 case shown$');
      await page.focus('#run-splits'); // A click might fall on the header, which stays in view.
      await page.keyboard.press('Enter');
      const { bytes } = vectors.find((vector) => vector.name === 'an id after the data counts');
      const all = [...cuts(bytes)].length;
      await becomes('#case-an-id-after-the-data-counts td:last-child', `✓ ${all}/${all}`);
      await becomes('#status', '^Done');
    });

    it('can be stopped', async () => {
      await openAndRunAll('');
      await page.click('#run-splits');
      await page.waitForFunction(() => document.querySelector('#native-progress').value > 10);
      await page.click('#stop');
      await becomes('#status', '^Stopped');
      const { deliveries: run } = await page.$eval('#cards [data-engine="native"] .note', ({ textContent }) => ({
        deliveries: Number(textContent.replace(/,|\D*$/g, '').match(/\d+/)[0]),
      }));
      assert.ok(run < deliveries, `${run}`);
    });

    it('shows a parser that is broken on purpose red, with expected against actual', async () => {
      await openAndRunAll('?broken'); // An engine that still runs would draw the opened case anew.
      assert.deepEqual(await page.evaluate(casesWith, 'Broken', 'fail'), failBroken);
      assert.ok(failBroken.length > 0 && failBroken.length < 20);
      await page.click('#case-a-tab-after-the-colon-is-part-of-the-value a');
      await page.waitForSelector('#opened .failure');
      assert.match(await textOf('#opened .failure h4'), /^Broken: 10 of 10 deliveries differ$/);
      const row = await page.$eval('#opened .failure .differs', ({ cells }) =>
        [...cells].map(({ innerText }) => innerText.replace(/\s+/g, ' ').trim()),
      );
      assert.deepEqual(row, ['event 1', 'type message data TABx id empty', 'type message data x id empty']);
      const [r, g, b] = await page.$eval('.result[data-state="fail"]', (cell) =>
        getComputedStyle(cell).color.match(/\d+/g).map(Number),
      );
      assert.ok(r > 2 * g && r > 2 * b, `rgb(${r}, ${g}, ${b})`);
    });

    it('opens the case that a permalink names, by keyboard too', async () => {
      await open('#conformance/an-id-with-nul-is-ignored');
      assert.match(await textOf('#opened .bytes'), /id.*NUL/);
      const link = '#case-an-id-with-nul-is-ignored a';
      assert.equal(await page.$eval(link, (element) => element.ariaExpanded), 'true');
      await page.focus(link);
      await page.keyboard.press('Enter');
      await page.waitForSelector('#opened', { hidden: true });
      await page.keyboard.press('Enter');
      await page.waitForSelector('#opened .bytes');
      assert.equal(await page.evaluate(() => location.hash), '#conformance/an-id-with-nul-is-ignored');
    });

    it('filters by file and by result', async () => {
      await open('?broken');
      await page.select('#theme', 'retry');
      await page.click('#filters [value="failing"]');
      const shown = await page.$$eval('#table tr[id^="case-"]', (rows) =>
        rows.filter((row) => row.checkVisibility()).map((row) => row.querySelector('a').textContent),
      );
      const retry = loadVectors()
        .find(({ file }) => file === 'retry.txt')
        .vectors.map((vector) => vector.name);
      assert.ok(shown.length > 0);
      assert.ok(
        shown.every((name) => retry.includes(name)),
        shown.join('\n'),
      );
      const isFailing = await page.evaluate(casesWith, 'Broken', 'fail');
      assert.ok(retry.filter((name) => isFailing.includes(name)).every((name) => shown.includes(name)));
    });

    it('hands out its results', async () => {
      await openAndRunAll('?broken');
      const report = await download(folder, () => page.click('#download'));
      assert.equal(report.package, 'eventsource-wasm');
      assert.match(report.userAgent, new RegExp(name === 'Chromium' ? 'Chrome' : name));
      const [wasm, fallback, native, broken] = report.results;
      for (const { cases, deliveries: counts } of [wasm, fallback]) {
        assert.deepEqual(cases, { passed: vectors.length, failed: 0, notRun: 0 });
        assert.deepEqual(counts, { run: deliveries, failed: 0 });
      }
      assert.equal(native.deliveries.run, vectors.length);
      assert.deepEqual(
        broken.failures.map((failure) => failure.name),
        failBroken,
      );
      assert.deepEqual(broken.failures[0].expected.events, vectors.find(({ name }) => name === failBroken[0]).events);
      assert.notDeepEqual(broken.failures[0].actual, broken.failures[0].expected);
    });

    describe('playground', () => {
      const type = async (text) => {
        await page.$eval('#typed', (field) => (field.value = ''));
        await page.type('#typed', text);
      };
      const eventsOf = (core) =>
        page.$$eval(`#steps-${core} .events dl`, (events) =>
          events.map((event) => [...event.querySelectorAll('dd')].map(({ textContent }) => textContent)),
        );
      const cutAt = (place) =>
        page.$eval(
          '#cut',
          (slider, place) => {
            slider.value = place;
            slider.dispatchEvent(new Event('input'));
          },
          place,
        );

      beforeEach(() => open('#playground'));

      it('shows what both cores make of what is typed', async () => {
        await type('id: 1\nretry: 20\nevent: t\ndata: é\n\n');
        for (const core of ['wasm', 'fallback']) {
          assert.deepEqual(await eventsOf(core), [['t', 'é', '1']]);
          assert.match(
            await textOf(`#steps-${core} .step:last-child`),
            /CONNECTING[^]*1[^]*20 ms[^]*FIRE_ERROR\s+WAIT/,
          );
        }
        assert.equal(await textOf('#agreement'), 'Both cores agree in every step.');
        assert.equal(await textOf('#stream .value.id'), '1');
      });

      it('takes other line ends, a byte order mark and malformed bytes', async () => {
        await page.select('#line-end', 'CRLF');
        await page.click('#bom');
        await type('data: ');
        await page.click('#insert button');
        await page.type('#typed', '\n\n');
        assert.deepEqual(await eventsOf('wasm'), [['message', '�', 'empty']]);
        assert.equal((await textOf('#stream')).replace(/\s/g, ''), 'U+FEFFdata:·0xFFCRLFCRLF');
      });

      it('cuts anywhere, and shows the records of each part', async () => {
        await type('data: first, second\n\n');
        await cutAt(12);
        assert.equal(await textOf('#cut-place'), 'after 12 of 21 bytes');
        const steps = await page.$$eval('#steps-wasm .step', (all) => all.map(({ innerText }) => innerText));
        assert.match(steps[2], /Bytes 1 to 12\s[^]*Records[^]*DATA[^]*data first,/);
        assert.match(steps[3], /Bytes 13 to 21\s[^]*COMPLETE[^]*Events[^]*data\s+first,·second/);
        assert.equal((await page.$$('#stream .cut')).length, 1);
      });

      it('says what it does not understand', async () => {
        await type('data: \\q');
        assert.match(await textOf('#mistake'), /unknown escape \\q/);
        await page.click('#escapes');
        await page.type('#typed', '\n\n');
        assert.equal(await textOf('#mistake'), '');
        assert.deepEqual(await eventsOf('wasm'), [['message', '\\q', 'empty']]);
      });

      it('takes a case of the vectors', async () => {
        await page.select('#sample', 'an-event-carries-its-id');
        await page.waitForFunction(() => document.querySelector('#typed').value === 'id: 1\ndata: x\n\n');
        assert.deepEqual(await eventsOf('fallback'), [['message', 'x', '1']]);
      });
    });

    it('races both over the same stream', async () => {
      await open('#race');
      await page.select('#rounds', '1');
      await page.click('#race-start');
      await page.waitForFunction(() => /^Done/.test(document.querySelector('#race-status').textContent), {
        timeout: 60_000,
      });
      const rows = await page.$$eval('#race-rounds tr', (all) =>
        all.map(({ cells }) => [...cells].map(({ textContent }) => textContent)),
      );
      assert.deepEqual(
        rows.map(([contestant]) => contestant),
        ['Native', 'eventsource-wasm'],
      );
      for (const [, speed, each, share] of rows) {
        assert.ok(Number(speed.replaceAll(',', '')) > 0, speed);
        assert.equal(each, speed);
        assert.match(share, /^\d+\s%$/);
      }
      assert.match(await textOf('#race-verdict'), /^eventsource-wasm takes \d+\.\d\d times as many events a second\.$/);
    });

    it('stops a race', async () => {
      await open('#race');
      await page.click('#race-start');
      await becomes('#race-status', '^(Warming up|Speed)');
      await page.click('#race-stop');
      await becomes('#race-status', '^Stopped\\.$');
    });

    for (const scheme of ['light', 'dark']) {
      it(`can be read in ${scheme} colours, on a phone too`, async () => {
        await page.setViewport({ width: 360, height: 740 });
        await open('?broken#conformance/a-tab-after-the-colon-is-part-of-the-value');
        await page.select('#scheme', scheme);
        for (const view of ['conformance', 'playground', 'race']) {
          if (view !== 'conformance') await page.click(`#to-${view}`);
          await page.waitForSelector(`#${view}`, { visible: true });
          assert.deepEqual(await page.evaluate(findFaintText), [], view);
          const { scrollWidth } = await page.$eval(':root', ({ scrollWidth }) => ({ scrollWidth }));
          assert.ok(scrollWidth <= 360, `${view}: ${scrollWidth}`);
        }
      });
    }
  });
}
