// In pages of Chromium: bundled by the usual bundlers, and as a classic script.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { assert } from '../support/assert.js';
import { atTearDown, tearDown } from '../support/scene.js';
import { launch } from '../support/browsers.js';
import { installed } from './installed.js';
import { serveSite } from './site.js';
import { assertRead, serveStream } from './stream.js';

const pages = ['root', 'js', 'polyfill', 'force', 'parser'];
const STRICT = "script-src 'self'";

/** Stands in the code of the class, whatever a minifier makes of it. */
const CLASS = "Failed to construct 'EventSource'";

describe('consumers in a page', function () {
  this.timeout(30_000);
  let project, browser;

  before(async function () {
    project = installed.call(this);
    browser = await launch('Chromium');
  });
  after(() => browser?.close());
  afterEach(tearDown);

  /**
   * @param {string} path
   * @param {{ isBare?: boolean }} [options] isBare: in a browser that has no EventSource
   */
  async function open(path, { isBare = false } = {}) {
    const origin = await serveSite(project.folder);
    const page = await browser.newPage();
    atTearDown(() => page.close());
    await page.evaluateOnNewDocument((isBare) => {
      if (isBare) delete globalThis.EventSource;
      globalThis.native = globalThis.EventSource;
      globalThis.violations = [];
      globalThis.addEventListener('securitypolicyviolation', (event) => globalThis.violations.push(event.blockedURI));
    }, isBare);
    const errors = [];
    page.on('pageerror', (error) => errors.push(error));
    await page.goto(`${origin}${path}`);
    assert.deepEqual(errors, []);
    return page;
  }

  /** Has the page read a stream by what `read` of its script uses. */
  async function read(page) {
    const server = await serveStream();
    await assertRead(await page.evaluate((url) => globalThis.read(url), server.url), server);
  }

  const hasNative = (page) => page.evaluate(() => globalThis.EventSource === globalThis.native);
  const violations = (page) => page.evaluate(() => globalThis.violations);

  for (const bundler of ['vite', 'webpack', 'rollup', 'esbuild']) {
    describe(bundler, () => {
      const bundleOf = (name) => `bundles/${bundler}/${name}.js`;
      const pageOf = (name, policy = '') => `/?${new URLSearchParams({ script: bundleOf(name), policy })}`;

      before(function () {
        this.timeout(120_000);
        project.exec('bundle.js', bundler, ...pages);
      });

      it('the root reads a stream', async () => {
        const page = await open(pageOf('root'));
        await read(page);
        assert.equal(await hasNative(page), true);
      });

      it('the root runs under a policy that forbids WebAssembly, by the fallback', async () => {
        const page = await open(pageOf('root', STRICT));
        await read(page);
        assert.deepEqual(await violations(page), ['wasm-eval']);
      });

      it('./js violates no policy', async () => {
        const page = await open(pageOf('js', STRICT));
        await read(page);
        assert.deepEqual(await violations(page), []);
      });

      it('./polyfill is not shaken away', async () => {
        await read(await open(pageOf('polyfill'), { isBare: true }));
      });

      it("./polyfill leaves the browser's alone", async () => {
        assert.equal(await hasNative(await open(pageOf('polyfill'))), true);
      });

      it('./polyfill/force is not shaken away', async () => {
        const page = await open(pageOf('force'));
        await read(page);
        assert.equal(await hasNative(page), false);
      });

      it('the parser works, without the EventSource class in the bundle', async () => {
        const page = await open(pageOf('parser'));
        const parsed = await page.evaluate(() => globalThis.parse('id: 1\ndata: grüße\n\n'));
        assert.deepEqual(parsed, [{ id: '1', data: 'grüße' }]);
        const codeOf = (name) => readFileSync(join(project.folder, bundleOf(name)), 'utf8');
        assert.ok(codeOf('root').includes(CLASS));
        assert.ok(!codeOf('parser').includes(CLASS));
      });
    });
  }

  it('the classic script defines EventSourceWasm, and leaves the native EventSource alone until force()', async () => {
    const page = await open('/pages/global.html');
    await read(page);
    assert.equal(await hasNative(page), true);
    const isOurs = await page.evaluate(() => {
      const { EventSourceWasm } = globalThis;
      EventSourceWasm.force();
      return globalThis.EventSource === EventSourceWasm.EventSource;
    });
    assert.equal(isOurs, true);
  });

  it('the modules as they are, by an import map', async () => {
    await read(await open('/pages/import-map.html'));
  });
});
