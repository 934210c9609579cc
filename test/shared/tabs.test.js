// SharedEventSource in tabs of real browsers, which a real server of HTTP/1.1 counts the connections of.
import { assert } from '../support/assert.js';
import { atTearDown, tearDown } from '../support/scene.js';
import { Site, outerAddress } from './site.js';
import { Tabs } from './tabs.js';

/** The two that share. */
const SHARING = ['worker', 'tab'];

/** All numbers from the first one on, each once and in order. */
function assertWhole(numbers, first, last) {
  assert.deepEqual(
    numbers,
    Array.from({ length: last - first + 1 }, (_, n) => first + n),
  );
}

const LOST = 'error 0: The shared connection was lost to this tab, which joins it again.';
const OPEN = 'open 200 yes';

for (const engine of ['Chromium', 'Firefox', 'WebKit']) {
  describe(`shared connections in ${engine}`, function () {
    this.timeout(60_000);
    /** @type {Tabs} */
    let tabs;
    /** @type {Site} */
    let site;
    const isChromium = engine === 'Chromium';
    const few = isChromium ? 3 : 2;
    /** Only one engine lets tests crash and freeze tabs; what does not depend on the engine is tested there, too. */
    const itInChromium = isChromium ? it : () => {};

    before(async () => {
      tabs = await Tabs.launch(engine);
    });
    after(() => tabs.close());
    // A site of its own for each test is an origin of its own.
    beforeEach(async () => {
      site = await new Site().listen();
      atTearDown(() => site.close());
      atTearDown(() => tabs.closeAll());
      tabs.site = site;
    });
    afterEach(tearDown);

    /** The first one is the holder where a tab is. */
    const openSome = async (count, query) => {
      const first = await tabs.open(query);
      return [first, ...(await Promise.all(Array.from({ length: count - 1 }, () => tabs.open(query))))];
    };
    const reachAll = (all, number) => Promise.all(all.map((tab) => tab.reach(number)));

    // More of each engine is in the long run, of make shared.
    for (const way of isChromium ? [...SHARING, 'own'] : SHARING) {
      describe(way === 'own' ? 'each of its own' : `by a ${way}`, () => {
        it('bring every event to each tab, once and in order; the last close() closes the connection', async () => {
          const all = await openSome(few, { way });
          assert.deepEqual(await Promise.all(all.map((tab) => tab.shared)), Array(few).fill(way));
          assert.equal(site.count(), way === 'own' ? few : 1);
          // In a window of its own each is to be seen.
          if (engine !== 'WebKit') assert.equal(await all[0].run('document.visibilityState'), 'hidden');
          site.publish(50);
          await reachAll(all, 50);
          await all[0].run('void tab.kept[0].source.close()');
          site.publish(50);
          await reachAll(all.slice(1), 100);
          assertWhole(await all[0].numbers, 1, 50);
          for (const tab of all.slice(1)) {
            assertWhole(await tab.numbers, 1, 100);
            assert.deepEqual(await tab.log, [OPEN]); // closing left the others alone
          }
          for (const tab of all.slice(1)) await tab.run('void tab.kept[0].source.close()');
          await site.open(0);
          assert.equal(site.requests.length, way === 'own' ? few : 1);
        });

        it('two sources of one tab, closed one after the other, leave no connection open', async () => {
          const tab = await tabs.open({ way });
          await tab.run('void tab.open()');
          site.publish(1);
          await tab.reach(1);
          assert.equal(site.count(), way === 'own' ? 2 : 1);
          for (const n of [0, 1]) await tab.run(`void tab.kept[${n}].source.close()`);
          await site.open(0);
        });
      });
    }

    for (const way of SHARING) {
      describe(`by a ${way}`, () => {
        const changes = {
          'is closed': async (tab) => void (await tab.close()),
          ...(isChromium && {
            'is reloaded': async (tab) => {
              await tab.reload();
              await tab.opened();
            },
            crashes: async (tab) => void (await tab.crash()),
            'is frozen': async (tab) => {
              await tab.freeze();
              return tab;
            },
          }),
          ...(isChromium &&
            way === 'worker' && { 'lives, but the worker ends': async () => void (await tabs.endWorker()) }),
        };
        for (const [what, change] of Object.entries(changes)) {
          it(`nothing is lost or doubled when the first tab ${what}`, async () => {
            const [first, ...others] = await openSome(few, { way });
            site.publish(20);
            await reachAll([first, ...others], 20);
            const pump = setInterval(() => site.publish(1), 5);
            const frozen = await change(first);
            await others[0].reach(site.published + 10);
            clearInterval(pump);
            site.publish(1);
            const last = site.published;
            await reachAll(others, last);
            for (const tab of others) assertWhole(await tab.numbers, 1, last);
            assert.equal(site.count(), 1);
            if (frozen) {
              await frozen.thaw();
              await frozen.reach(last);
              assertWhole(await frozen.numbers, 1, last);
              assert.deepEqual(await frozen.log, [OPEN, LOST, OPEN]);
            }
          });
        }
      });
    }

    const many = 8; // 20 of them are in the long run
    it(`${many} tabs need one connection, and a further request is answered at once`, async () => {
      const all = await openSome(many, { way: 'worker' });
      site.publish(1);
      await reachAll(all, 1);
      assert.deepEqual([site.count(), await all.at(-1).run("tab.ask('/elsewhere')")], [1, 'answered']);
    });

    itInChromium('20 plain sources take all connections that there are, and a further request hangs', async () => {
      const tab = await tabs.open({ way: 'worker' });
      await tab.run('void Array.from({ length: 20 }, (_, n) => tab.plain(`/stream?${n}`))');
      await site.open(6);
      assert.equal(await tab.run("tab.ask('/elsewhere')"), 'not answered');
    });

    itInChromium('a tab that comes late is open at once, and told nothing of before', async () => {
      const first = await tabs.open({ way: 'worker' });
      site.publish(5);
      await first.reach(5);
      const late = await tabs.open({ way: 'worker' });
      assert.equal(await late.run('tab.kept[0].source.lastEventId'), '5');
      site.publish(5);
      await late.reach(10);
      assertWhole(await late.numbers, 6, 10);
      assert.equal(site.requests.length, 1);
    });

    itInChromium('nobody shares what has another URL, other options or another group', async () => {
      const tab = await tabs.open({ way: 'worker' });
      const others = [
        ["'/stream?other'", '{}'],
        ["'/stream'", '{ withCredentials: true }'],
        ["'/stream'", "{ headers: { 'X-Own': 'other' } }"],
        ["'/stream'", "{ group: 'other' }"],
      ];
      for (const [n, [url, init]] of others.entries()) {
        await tab.run(`void tab.open(${url}, ${init})`);
        await site.open(n + 2);
      }
      const same = ["'/stream', { withCredentials: false, group: '' }", "'/stream', { headers: { 'x-own': 'other' } }"];
      for (const values of same) await tab.run(`void tab.open(${values})`);
      site.publish(1);
      for (let n = 0; n < 7; n++) await tab.reach(1, n);
      assert.equal(site.count(), 5);
    });

    itInChromium('with lastEventId a tab gets what came after it, and shares once it has caught up', async () => {
      const first = await tabs.open({ way: 'worker' });
      site.publish(10);
      await first.reach(10);
      // The holder has it still.
      const second = await tabs.open({ way: 'worker', init: '{ "lastEventId": "4" }' });
      await second.reach(10);
      assertWhole(await second.numbers, 5, 10);
      assert.deepEqual([site.requests.length, await second.shared], [1, 'worker']);
      // Only the server has it.
      const url = '/stream?begun';
      site.publish(10);
      const third = await tabs.open({ way: 'worker', open: url });
      const fourth = await tabs.open({ way: 'worker', open: url, init: '{ "lastEventId": "15" }' });
      await fourth.reach(20);
      assert.equal(await fourth.shared, 'own');
      assert.equal(site.count(url), 2);
      site.publish(2);
      await reachAll([third, fourth], 22);
      await site.open(2);
      assertWhole(await third.numbers, 21, 22);
      assertWhole(await fourth.numbers, 16, 22);
      assert.equal(await fourth.shared, 'worker');
      assert.deepEqual(await fourth.log, [OPEN]);
    });

    for (const way of SHARING) {
      itInChromium(`errors and readyState are those of the connection in all tabs, by a ${way}`, async () => {
        const all = await openSome(2, { way });
        site.drop();
        site.publish(1);
        await site.open(1);
        site.publish(1);
        await reachAll(all, 2);
        const ended = 'error 0: The stream ended; reconnecting in 50 ms.';
        for (const tab of all) assert.deepEqual(await tab.log, [OPEN, ended, OPEN]);
        site.status = 403;
        site.drop();
        for (const tab of all) await site.report(`failed ${tab.name}`);
        const failed = 'error 2: The connection failed: the server answered with status 403, not 200.';
        for (const tab of all) assert.equal((await tab.log).at(-1), failed);
        // A new source begins anew.
        site.status = 200;
        await all[1].run('void tab.open()');
        await site.open(1);
      });
    }

    itInChromium('a tab that takes nothing costs the others nothing, and gets everything later', async () => {
      const [stopped, other] = await openSome(2, { way: 'worker' });
      await stopped.pause();
      const text = 'x'.repeat(1000);
      for (let n = 0; n < 40; n++) {
        site.publish(100, text);
        await other.reach(site.published);
      }
      await stopped.resume();
      await stopped.reach(4000);
      for (const tab of [stopped, other]) assertWhole(await tab.numbers, 1, 4000);
      assert.deepEqual(await other.log, [OPEN]);
      assert.equal((await stopped.log)[1], LOST); // it was given up
      await site.open(1);
    });

    itInChromium('a page that is left holds nothing, and goes on when it is gone back to', async () => {
      const tab = await tabs.open({ way: 'worker' });
      site.publish(3);
      await tab.reach(3);
      await tab.visit(`${site.origin}/elsewhere`);
      await site.open(0);
      site.publish(3);
      await tab.back();
      await site.open(1);
      site.publish(1);
      await tab.reach(7);
      // The page was kept as it was, in the back/forward cache.
      assertWhole(await tab.numbers, 1, 7);
      assert.deepEqual(await tab.log, [OPEN, LOST, OPEN]);
    });

    itInChromium('versions whose messages differ keep apart', async () => {
      for (const way of SHARING) {
        const before = site.count();
        const old = await tabs.open({ way, open: `/stream?${way}` });
        const next = await tabs.open({ way, open: `/stream?${way}`, version: '/next' });
        assert.equal(site.count(), before + 2);
        const last = site.published + 3;
        site.publish(3);
        await reachAll([old, next], last);
        assertWhole(await old.numbers, last - 2, last);
      }
    });

    itInChromium("messages that are not the package's are ignored", async () => {
      for (const way of SHARING) {
        const tab = await tabs.open({ way, open: `/stream?${way}` });
        await tab.run('void tab.disturb()');
        const last = site.published + 2;
        site.publish(2);
        await tab.reach(last);
        assertWhole(await tab.numbers, last - 1, last);
        assert.deepEqual(await tab.log, [OPEN]);
      }
    });

    itInChromium('another origin, and a private window, have a connection of their own', async () => {
      const url = `${site.origin}/stream`;
      const first = await tabs.open({ way: 'worker', open: url });
      const other = await tabs.open({ way: 'worker', open: url, host: 'localhost' });
      assert.equal(site.count(), 2);
      const hidden = await tabs.open({ way: 'worker', open: url, private: 'yes' });
      assert.equal(site.count(), 3);
      site.publish(2);
      await reachAll([first, other, hidden], 2);
      for (const tab of [first, other, hidden]) assertWhole(await tab.numbers, 1, 2);
    });

    itInChromium('a frame in a page of another site has a connection of its own', async () => {
      site.files['/frame'] = `<!doctype html><link rel="icon" href="data:," /><script>
        document.write('<iframe src="http://127.0.0.1:' + location.port + '/tab' + location.search + '"></iframe>');
      </script>`;
      await tabs.open({ way: 'worker', path: '/frame', host: 'localhost' });
      const tab = await tabs.open({ way: 'worker' });
      assert.equal(site.count(), 2);
      site.publish(1);
      await tab.reach(1);
    });

    itInChromium('a tab that holds the connection and stands at a breakpoint is given up', async () => {
      const [holder, other] = await openSome(2, { way: 'tab', version: '/quick' });
      site.publish(5);
      await reachAll([holder, other], 5);
      await holder.pause();
      site.publish(5);
      await other.reach(10);
      await holder.resume();
      site.publish(5);
      await reachAll([holder, other], 15);
      for (const tab of [holder, other]) {
        assertWhole(await tab.numbers, 1, 15);
        assert.ok((await tab.log).includes(LOST));
      }
      await site.open(1);
    });

    itInChromium('a worker that has ended is noticed where there are no locks', async () => {
      const far = await new Site().listen(outerAddress());
      atTearDown(() => far.close());
      tabs.site = far;
      const all = await openSome(2, { way: 'worker', version: '/quick' });
      far.publish(5);
      await reachAll(all, 5);
      await tabs.endWorker();
      far.publish(5);
      await reachAll(all, 10);
      for (const tab of all) {
        assertWhole(await tab.numbers, 1, 10);
        assert.deepEqual(await tab.log, [OPEN, LOST, OPEN]);
      }
    });

    itInChromium('where its script may not be a worker, a tab holds the connection', async () => {
      site.pageHeaders = { 'content-security-policy': "worker-src 'none'" };
      const all = await openSome(2, { way: 'worker' });
      site.publish(2);
      await reachAll(all, 2);
      assert.deepEqual([await all[0].shared, await all[1].shared, site.count()], ['tab', 'tab', 1]);
    });

    itInChromium("takes a worker of the caller's, or none", async () => {
      const tab = await tabs.open({ way: 'worker', init: '{ "worker": false }' });
      assert.equal(await tab.shared, 'tab');
      await tab.run(
        "void tab.open('/stream', { worker: () => new SharedWorker('/js/shared/worker.js?own', { type: 'module' }) })",
      );
      await site.open(2);
      site.publish(1);
      await tab.reach(1, 1);
      assert.equal(await tab.run('tab.kept[1].source.shared'), 'worker');
    });

    it('over plain http: on an address that is not local', async () => {
      const far = await new Site().listen(outerAddress());
      atTearDown(() => far.close());
      tabs.site = far;
      const all = await openSome(2, { way: 'worker' });
      assert.equal(await all[0].run('isSecureContext'), false);
      far.publish(10);
      await reachAll(all, 10);
      await all[0].close();
      far.publish(10);
      await all[1].reach(20);
      assertWhole(await all[1].numbers, 1, 20);
      assert.deepEqual([far.count(), await all[1].shared], [1, 'worker']);
    });
  });
}
