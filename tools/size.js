// Prints the bytes of what is shipped: as a bundler puts it into a page, and as npm downloads it.
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

/**
 * @param {string} contents of a module of the page
 * @returns {Promise<Uint8Array>} minified
 */
async function bundle(contents) {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: '.' },
    ...{ bundle: true, write: false, minify: true, format: 'esm', target: 'es2022' },
  });
  return outputFiles[0].contents;
}

/** @type {[string, Uint8Array][]} */
const rows = [
  ['EventSource', await bundle("export { EventSource } from 'eventsource-wasm'")],
  ['EventSource, from ./js', await bundle("export { EventSource } from 'eventsource-wasm/js'")],
  ['createParser', await bundle("export { createParser } from 'eventsource-wasm'")],
  ['everything', await bundle("export * from 'eventsource-wasm'")],
  ['the classic script', readFileSync('dist/eventsource-wasm.global.js')],
  ['core.wasm', readFileSync('dist/core.wasm')],
];
for (const [name, content] of rows) {
  const plain = `${content.length}`.padStart(7);
  const packed = `${gzipSync(content, { level: 9 }).length}`.padStart(7);
  console.log(`${name.padEnd(24)}${plain} bytes${packed} gzip`);
}
