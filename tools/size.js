// Prints the bytes of what is shipped, as they are and with gzip -9.
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { minify } from 'terser';

/** @type {[string, Buffer | string][]} */
const rows = [['dist/core.wasm', readFileSync('dist/core.wasm')]];
for (const file of ['dist/core.wasm.js', 'dist/core.fallback.js', 'js/core.js', 'js/events.js', 'js/eventsource.js']) {
  const { code } = await minify(readFileSync(file, 'utf8'), { module: true });
  rows.push([`${file}, minified`, code]);
}
for (const [name, content] of rows) {
  const plain = `${Buffer.byteLength(content)}`.padStart(7);
  const packed = `${gzipSync(content, { level: 9 }).length}`.padStart(7);
  console.log(`${name.padEnd(34)}${plain} bytes${packed} gzip`);
}
