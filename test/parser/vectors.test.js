import { assert } from '../support/assert.js';
import { loadVectors } from '../support/load-vectors.js';
import { interpret } from '../support/reference.js';
import { cuts, makeCore, runCore } from '../support/run-core.js';

const files = loadVectors();

describe('vectors', () => {
  it('are at least 120, each with a name of its own', () => {
    const names = files.flatMap(({ vectors }) => vectors.map(({ name }) => name));
    assert.ok(names.length >= 120, `${names.length} vectors`);
    assert.equal(new Set(names).size, names.length);
  });

  for (const build of [...Object.keys(makeCore), 'reference']) {
    describe(build, () => {
      const core = build === 'reference' ? null : makeCore[build]();
      for (const { file, vectors } of files) {
        describe(file, () => {
          for (const { point, name, bytes, events, lastEventId, reconnectionTime } of vectors) {
            it(`${point} ${name}`, () => {
              const expected = { events, lastEventId, reconnectionTime };
              if (core === null) {
                assert.deepEqual(interpret(bytes), expected);
                return;
              }
              for (const { cut, chunks } of cuts(bytes)) assert.deepEqual(runCore(core, chunks), expected, cut);
            });
          }
        });
      }
    });
  }
});
