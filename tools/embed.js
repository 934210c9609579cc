// Turns what the compilers make into modules: `embed.js wasm core.wasm` prints one with the bytes in hexadecimal, which
// gzip packs better than base64, `embed.js fallback core.js` one that wraps wasm2js's output, which would run on import,
// in a function.
import { readFileSync } from 'node:fs';
import { minify } from 'terser';

const [kind, file] = process.argv.slice(2);
if (kind === 'wasm') {
  console.log(`export const hex = '${readFileSync(file).toString('hex')}';`);
} else {
  const output = readFileSync(file, 'utf8');
  const end = output.indexOf('var retasmFunc');
  if (end < 0) throw new Error(`${file} is not wasm2js's output: it has no retasmFunc`);
  const body = output.slice(0, end).replace(/\/\*[^]*?\*\//g, '');
  const { code } = await minify(`export function instantiate() {${body} return asmFunc({}); }`, {
    module: true,
    ecma: 2020,
    compress: { passes: 3, unsafe_math: false },
  });
  console.log(`// @ts-nocheck\n${code}`);
}
