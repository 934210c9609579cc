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

const versionsOfNode = ['20', '22', '24', '26'];

describe('the types', function () {
  this.timeout(120_000);
  let project;

  before(function () {
    project = installed.call(this);
  });

  /** Compiles files of the project. */
  function compile(compiler, files, options) {
    const compilerOptions = { target: 'ES2022', module: 'NodeNext', noEmit: true, ...options };
    const strict = { strict: true, exactOptionalPropertyTypes: true };
    const config = JSON.stringify({ compilerOptions: { ...compilerOptions, ...strict }, files });
    writeFileSync(join(project.folder, 'types/tsconfig.json'), config);
    project.exec(`node_modules/${compiler}/bin/tsc`, '-p', 'types');
  }

  for (const [name, consumer] of Object.entries(consumers)) {
    const { compilers = both, module = 'NodeNext', moduleResolution, lib = [], types = [], files } = consumer;
    for (const [version, compiler] of Object.entries(compilers)) {
      it(`fit ${name}, ${version}`, () => {
        // Checks this package's declarations too, but not TypeScript's own.
        const checks = { skipLibCheck: false, skipDefaultLibCheck: true };
        compile(compiler, files, { module, moduleResolution, lib: ['ES2022', ...lib], types, ...checks });
      });
    }
  }

  for (const version of versionsOfNode) {
    for (const lib of [[], ['DOM']]) {
      for (const [name, compiler] of Object.entries(both)) {
        const beside = lib.length > 0 ? ' and lib.dom' : '';
        it(`fit the fetch of undici and of node-fetch beside @types/node ${version}${beside}, ${name}`, () => {
          const types = { types: ['node'], typeRoots: [`../node_modules/@types${version}`] };
          compile(compiler, ['fetches.ts'], { lib: ['ES2023', ...lib], ...types, skipLibCheck: true });
        });
      }
    }
  }
});
