// Puts what the page needs of the package beside it, so that the folder can be published as it is. The page may be in
// use meanwhile, so what has not changed stays untouched.
import { cpSync, existsSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = new URL('../', import.meta.url);
const out = new URL('package/', import.meta.url);

const PARTS = [
  'js',
  'dist/core.wasm.js',
  'dist/core.full.js',
  'dist/core.full.text.js',
  'dist/core.parser.js',
  'dist/core.parser.text.js',
  'dist/layout.js',
  'test/support/make-core.js',
  'test/support/run-core.js',
  'test/support/vectors.js',
];

/**
 * @param {string | URL} file
 * @param {Buffer} content
 */
function holds(file, content) {
  return existsSync(file) && readFileSync(file).equals(content);
}

export function build() {
  for (const path of PARTS) {
    cpSync(new URL(path, root), new URL(path, out), {
      recursive: true,
      filter: (from, to) => statSync(from).isDirectory() || !holds(to, readFileSync(from)),
    });
  }
  const { version } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8'));
  const folder = new URL('test/vectors/', root);
  const files = readdirSync(folder)
    .filter((file) => file.endsWith('.txt'))
    .map((file) => ({ file, text: readFileSync(new URL(file, folder), 'utf8') }));
  const vectors = Buffer.from(JSON.stringify({ version, files }));
  if (!holds(new URL('vectors.json', out), vectors)) writeFileSync(new URL('vectors.json', out), vectors);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) build();
