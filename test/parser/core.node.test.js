// Which build of the core is chosen, in realms that lack this or that.
import { execFileSync } from 'node:child_process';
import { assert } from '../support/assert.js';

describe('choice of the build', () => {
  const url = (/** @type {string} */ path) => JSON.stringify(new URL(path, import.meta.url).href);
  const script = `
    import { full } from ${url('../../js/core/full.js')};
    import { runCore } from ${url('../support/run-core.js')};
    const core = full.now ?? (await full.later());
    const { events } = runCore(core, [new TextEncoder().encode('data: hi\\n\\n')]);
    console.log(core.exports.memory instanceof (globalThis.WebAssembly?.Memory ?? Number), events[0].data);`;
  const run = (/** @type {string} */ before, /** @type {string[]} */ flags = []) =>
    execFileSync(process.execPath, [...flags, '--input-type=module', '--eval', before + script], { encoding: 'utf8' });

  it('is wasm where it can be', () => {
    assert.equal(run(''), 'true hi\n');
  });

  it('is wasm without Buffer, and without Uint8Array.fromHex', () => {
    assert.equal(run('delete globalThis.Buffer;'), 'true hi\n');
    assert.equal(run('delete globalThis.Buffer; delete Uint8Array.fromHex;'), 'true hi\n');
  });

  it('is the fallback without WebAssembly', () => {
    assert.equal(run('delete globalThis.WebAssembly;'), 'false hi\n');
  });

  it('is the fallback under --jitless', () => {
    assert.equal(run('', ['--jitless']), 'false hi\n');
  });

  it('is the fallback where compiling is refused, as by a content security policy, or SIMD is unknown', () => {
    const refuse = 'WebAssembly.Module = function () { throw new WebAssembly.CompileError("refused"); };';
    assert.equal(run(refuse), 'false hi\n');
  });
});
