// The declarations, by two versions of TypeScript, with and without the platform's libraries.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { installed } from './installed.js';

const newest = { 'TypeScript 7': 'typescript' };
const older = { 'TypeScript 5': 'typescript5' };
const both = { ...older, ...newest };

const consumers = {
  'a page': { lib: ['DOM'], files: ['any.ts', 'web.ts', 'common.cts'] },
  'a bundled page': { module: 'Preserve', lib: ['DOM'], files: ['any.ts', 'web.ts', 'common.cts'] },
  // The older compiler takes many seconds for it, and reads both libraries in other tests.
  'a page beside @types/node': { compilers: newest, lib: ['DOM'], types: ['node'], files: ['any.ts', 'web.ts'] },
  'a worker': { lib: ['WebWorker'], files: ['any.ts', 'web.ts'] },
  Node: { types: ['node'], files: ['any.ts', 'node.ts', 'common.cts'] },
  'no platform': { files: ['any.ts', 'common.cts'] },
  'the resolution of Node 16': { module: 'Node16', files: ['any.ts', 'common.cts'] },
  // Which the newer compiler has no more.
  'the resolution of Node 10': { compilers: older, module: 'CommonJS', moduleResolution: 'node10', files: ['any.ts'] },
};

describe('the types', function () {
  this.timeout(120_000);
  let project;

  before(function () {
    project = installed.call(this);
  });

  for (const [name, consumer] of Object.entries(consumers)) {
    const { compilers = both, module = 'NodeNext', moduleResolution, lib = [], types = [], files } = consumer;
    for (const [version, compiler] of Object.entries(compilers)) {
      it(`fit ${name}, ${version}`, () => {
        const compilerOptions = {
          ...{ target: 'ES2022', module, moduleResolution, lib: ['ES2022', ...lib], types, noEmit: true },
          // Checks this package's declarations too, but not TypeScript's own.
          ...{ strict: true, exactOptionalPropertyTypes: true, skipLibCheck: false, skipDefaultLibCheck: true },
        };
        const config = JSON.stringify({ compilerOptions, files });
        writeFileSync(join(project.folder, 'types/tsconfig.json'), config);
        project.exec(`node_modules/${compiler}/bin/tsc`, '-p', 'types');
      });
    }
  }
});
