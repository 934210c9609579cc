// Prints the bytes of what is shipped: as a bundler puts it into a page, and as npm downloads it.
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

/**
 * @param {string} contents of a module of the page
 * @param {string[]} [external] what is left out
 * @returns {Promise<Uint8Array>} minified
 */
async function bundle(contents, external) {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: '.' },
    external,
    ...{ bundle: true, write: false, minify: true, format: 'esm', target: 'es2022' },
  });
  return outputFiles[0].contents;
}

const cores = ['*/core.wasm.js', '*/core.fallback.js'];

/** Beside each: the bytes after gzip that it is to stay within. */
/** @type {[string, number | undefined, Uint8Array][]} */
const rows = [
  ['EventSource', 8192, await bundle("export { EventSource } from 'eventsource-wasm'")],
  ['EventSource, from ./js', 5120, await bundle("export { EventSource } from 'eventsource-wasm/js'")],
  ['EventSource, coreless', undefined, await bundle("export { EventSource } from 'eventsource-wasm'", cores)],
  ['createParser', undefined, await bundle("export { createParser } from 'eventsource-wasm'")],
  ['createParser, from ./js', 4608, await bundle("export { createParser } from 'eventsource-wasm/js'")],
  ['everything', undefined, await bundle("export * from 'eventsource-wasm'")],
  ['the classic script', undefined, readFileSync('dist/eventsource-wasm.global.js')],
  ['core.wasm', 4096, readFileSync('dist/core.wasm')],
  ['the core as JavaScript', undefined, readFileSync('dist/core.fallback.js')],
];
for (const [name, budget, content] of rows) {
  const packed = gzipSync(content, { level: 9 }).length;
  const over = budget === undefined ? '' : `, ${packed <= budget ? 'within' : `${packed - budget} over`} ${budget}`;
  console.log(`${name.padEnd(24)}${`${content.length}`.padStart(7)} bytes${`${packed}`.padStart(7)} gzip${over}`);
}
