// In Node, as an ES module and by require().
import { assert } from '../support/assert.js';
import { tearDown } from '../support/scene.js';
import { installed } from './installed.js';
import { assertRead, serveStream } from './stream.js';

const entries = ['', '/standard', '/js', '/js/standard', '/polyfill', '/polyfill/force'];

const conditions = { none: [], 'edge-light': ['-C', 'edge-light'], 'react-native': ['-C', 'react-native'] };

describe('consumers in Node', () => {
  let project;

  before(function () {
    project = installed.call(this);
  });
  afterEach(tearDown);

  for (const [way, script] of Object.entries({ import: 'module.js', 'require()': 'common.cjs' })) {
    for (const entry of entries) {
      for (const [condition, flags] of Object.entries(conditions)) {
        it(`eventsource-wasm${entry} by ${way}, condition: ${condition}`, async () => {
          const server = await serveStream();
          await assertRead(await project.run(...flags, script, `eventsource-wasm${entry}`, server.url), server);
        });
      }
    }
  }

  // As Jest does, and the Nodes before those that this package is for.
  for (const entry of entries) {
    it(`eventsource-wasm${entry} by require(), where that loads no ES modules`, async () => {
      const server = await serveStream();
      const flag = '--no-experimental-require-module';
      await assertRead(await project.run(flag, 'common.cjs', `eventsource-wasm${entry}`, server.url), server);
    });
  }

  it('both ways load the same module, and nothing but the entries', async () => {
    const { isSame, ...others } = await project.run('common-and-module.cjs');
    assert.deepEqual(isSame, Array(7).fill(true));
    assert.deepEqual(others, {
      parsed: ['parsed'],
      imports: [],
      name: 'eventsource-wasm',
      internal: 'ERR_PACKAGE_PATH_NOT_EXPORTED',
    });
  });

  it('the command is linked, and runs', () => {
    assert.match(project.exec('node_modules/.bin/eventsource-wasm', '--help'), /eventsource-wasm/);
  });
});
