// SharedEventSource as bundlers ship it: those that understand how its worker is found bring the worker along.
import { bundle, bundlers } from '../../tools/bundlers.js';
import { assert } from '../support/assert.js';
import { atTearDown, tearDown } from '../support/scene.js';
import { Site } from './site.js';
import { Tabs } from './tabs.js';

/** Who holds the connection then. */
const SHARED = { Vite: 'worker', webpack: 'worker', Rollup: 'tab', esbuild: 'tab' };

const code = `
  import { SharedEventSource } from 'eventsource-wasm/shared';
  const source = new SharedEventSource('/stream');
  const number = new URL(location.href).searchParams.get('tab');
  const report = (name, value) => fetch('/report', { method: 'POST', body: JSON.stringify({ name, value }) });
  source.onopen = () => report('open ' + number);
  source.onmessage = ({ data }) => report('message', [data.trim(), source.shared]);
  report('loaded ' + number);`;

describe('shared connections of bundled pages', function () {
  this.timeout(60_000);
  let tabs;

  before(async () => {
    tabs = await Tabs.launch('Chromium');
  });
  after(() => tabs.close());
  afterEach(tearDown);

  for (const bundler of Object.keys(bundlers)) {
    it(`${bundler}: held by a ${SHARED[bundler]}`, async () => {
      const site = await new Site().listen();
      atTearDown(() => site.close());
      atTearDown(() => tabs.closeAll());
      for (const { name, content } of await bundle(bundler, code, 'shared')) site.files[`/${name}`] = content;
      site.files['/page'] =
        '<!doctype html><link rel="icon" href="data:," /><script type="module" src="/main.js"></script>';
      tabs.site = site;
      await tabs.open({ path: '/page' });
      await tabs.open({ path: '/page' });
      site.publish(1);
      for (let n = 0; n < 2; n++) assert.deepEqual(await site.report('message'), ['1', SHARED[bundler]]);
      assert.equal(site.count(), 1);
    });
  }
});
