// What is shipped weighs, after gzip: size.js prints it; size.js --docs writes the tables in docs/guide.md.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { format, resolveConfig } from 'prettier';
import { text as fullText } from '../dist/core.full.text.js';
import { text as parserText } from '../dist/core.parser.text.js';
import { text as standardText } from '../dist/core.standard.text.js';
import { bundle, bundlers } from './bundlers.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const GUIDE = `${root}docs/guide.md`;
const EXTENDED = `${root}js/source/extended.js`;

/** @param {Uint8Array} content */
const gzip = (content) => gzipSync(content, { level: 9 }).length;

/** A module of a page that uses some exports of an entry; without names, what importing it does. */
const use = (entry, ...names) =>
  names.length === 0 ? `import '${entry}';` : `import { ${names} } from '${entry}';\nglobalThis.used = [${names}];`;

/** All options together: 12,800 for those of the first release's plan, the rest for what came after it. */
const ROOT = 16_500;

const BOTH = `${use('eventsource-wasm', 'EventSource')}
import { SharedEventSource } from 'eventsource-wasm/shared';
globalThis.used.push(SharedEventSource);`;

/**
 * What a page loads: where WebAssembly is allowed, and where it is refused and the JavaScript core comes as a chunk.
 * `isWhole`: it never loads a chunk, since it has both cores.
 * @type {{ name: string, code: string, most?: number, mostWithChunk?: number, isWhole?: boolean }[]}
 */
const pages = [
  { name: 'standard', code: use('eventsource-wasm/standard', 'EventSource'), most: 9000, mostWithChunk: 13_000 },
  { name: 'polyfill', code: use('eventsource-wasm/polyfill'), most: 9000, mostWithChunk: 13_000 },
  { name: 'polyfill/force', code: use('eventsource-wasm/polyfill/force'), most: 9000, mostWithChunk: 13_000 },
  { name: 'js/standard', code: use('eventsource-wasm/js/standard', 'EventSource'), most: 9000 },
  { name: 'EventSource', code: use('eventsource-wasm', 'EventSource'), most: ROOT },
  { name: 'js: EventSource', code: use('eventsource-wasm/js', 'EventSource') },
  // The worker's script, and what holds a connection where there is no worker, come apart. Together with EventSource it
  // is to add 3 KB; webpack takes 1 KB (1,024 bytes) more for what the worker's script has, too.
  { name: 'shared', code: use('eventsource-wasm/shared', 'SharedEventSource'), most: 14_500, isWhole: true },
  { name: 'EventSource, shared', code: BOTH, most: ROOT + 3072 + 1024, isWhole: true },
  { name: 'createParser', code: use('eventsource-wasm', 'createParser'), most: 12_500, isWhole: true },
  { name: 'js: createParser', code: use('eventsource-wasm/js', 'createParser'), most: 6000 },
  { name: 'events', code: use('eventsource-wasm', 'events') },
  { name: 'stream', code: use('eventsource-wasm/stream', 'EventSourceParserStream'), isWhole: true },
];

/** What a bundler needs to load chunks at all, every page pays once that loads one: it is no part of the package. */
const LAZY = "import('./lazy.js').then(({ value }) => { globalThis.used = [value]; });";
const AT_ONCE = "import { value } from './lazy.js'; globalThis.used = [value];";

/** Each core's text starts with its table. */
const tables = [fullText(), standardText(), parserText()].map((text) => text.slice(0, 2 * 89));

/**
 * @param {string} bundler
 * @param {string} code
 * @param {string} name
 */
async function weigh(bundler, code, name) {
  const files = await bundle(bundler, code, name.replace(/\W+/g, '-'));
  const [main, ...chunks] = files.map(({ content }) => gzip(content));
  const text = files.map(({ content }) => content.toString()).join('');
  return {
    main,
    chunks: chunks.reduce((sum, size) => sum + size, 0),
    copies: tables.map((table) => text.split(table).length - 1),
  };
}

/**
 * By bundler: what it adds to a page to load chunks at all.
 * @returns {Promise<Record<string, number>>}
 */
async function weighLoaders() {
  const loaders = {};
  for (const bundler of Object.keys(bundlers)) {
    const { main } = await weigh(bundler, LAZY, 'lazy');
    loaders[bundler] = main - (await weigh(bundler, AT_ONCE, 'at-once')).main;
  }
  return loaders;
}

/** The pages that have a budget. */
export const budgeted = pages.filter(({ most }) => most !== undefined);

/** Each page by each bundler: bytes that the page loads, and those of the chunks. */
export async function weighPages(some = pages) {
  const loaders = await weighLoaders();
  const rows = [];
  for (const { name, code, most = Infinity, mostWithChunk = Infinity, isWhole = false } of some) {
    const sizes = {};
    for (const bundler of Object.keys(bundlers)) {
      const { main, chunks, copies } = await weigh(bundler, code, name);
      const loader = chunks > 0 ? loaders[bundler] : 0;
      sizes[bundler] = { main: main - loader, chunks: isWhole ? 0 : chunks, copies };
    }
    const largest = Math.max(...Object.values(sizes).map(({ main }) => main));
    const largestWithChunk = Math.max(...Object.values(sizes).map(({ main, chunks }) => main + chunks));
    rows.push({ name, sizes, largest, largestWithChunk, most, mostWithChunk });
  }
  return { loaders, rows };
}

/**
 * EventSource of the root, minified, without some of its extensions.
 * @param {string[]} left out, by the name of their file
 */
async function weighWithout(...left) {
  const lines = readFileSync(EXTENDED, 'utf8').split('\n');
  const variables = left.map((file) => lines.join('\n').match(new RegExp(`\\{ (\\w+) \\} from './${file}\\.js'`))[1]);
  const isKept = (line) =>
    !left.some((file) => line.includes(`'./${file}.js'`)) && !variables.includes(line.trim().replace(',', ''));
  const contents = `${lines.filter(isKept).join('\n')}\nglobalThis.used = [EventSource];`.replace('export ', '');
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: `${root}js/source` },
    ...{ bundle: true, splitting: true, write: false, minify: true, format: 'esm', target: 'es2022', outdir: root },
  });
  return gzip(outputFiles[0].contents);
}

/** Bytes that each extension adds to the others. */
async function weighExtensions() {
  const files = [...readFileSync(EXTENDED, 'utf8').matchAll(/from '\.\/([\w-]+)\.js'/g)]
    .map(([, file]) => file)
    .filter((file) => file !== 'extend');
  const all = await weighWithout();
  return Promise.all(files.map(async (file) => [file, all - (await weighWithout(file))]));
}

/** @param {number} bytes @param {number} most */
const judge = (bytes, most) =>
  most === Infinity ? '' : `, ${bytes <= most ? 'within' : `${bytes - most} over`} ${most}`;

async function print() {
  const { loaders, rows } = await weighPages();
  const names = Object.keys(bundlers);
  console.log('Bytes after gzip that a page loads, less what each bundler needs to load chunks at all');
  console.log(['', ...names, 'with chunk'].map((name, i) => (i === 0 ? ''.padEnd(18) : name.padStart(10))).join(''));
  const line = (name, cells) => console.log(name.padEnd(18) + cells.map((cell) => `${cell}`.padStart(10)).join(''));
  line('(loading chunks)', Object.values(loaders));
  for (const { name, sizes, largest, largestWithChunk, most, mostWithChunk } of rows) {
    const cells = [...names.map((bundler) => sizes[bundler].main), largestWithChunk].map((cell) =>
      `${cell}`.padStart(10),
    );
    console.log(name.padEnd(18) + cells.join('') + judge(largest, most) + judge(largestWithChunk, mostWithChunk));
  }
  console.log('\nBytes that an extension adds to EventSource of the root');
  for (const [file, bytes] of await weighExtensions()) line(file, [bytes]);
  console.log('\nFiles');
  for (const file of ['core.wasm', 'eventsource-wasm.global.js'])
    line(file, [gzip(readFileSync(`${root}dist/${file}`))]);
}

const row = (cells) => `| ${cells.join(' | ')} |\n`;
const table = (head, rows) => [head, head.map(() => '-'), ...rows].map(row).join('');
const inBytes = (bytes) => bytes.toLocaleString('en');

async function writeDocs() {
  const { rows } = await weighPages();
  const extensions = await weighExtensions();
  const made = [
    table(
      ['What a page imports', 'Bytes', 'With the core as JavaScript'],
      rows.map(({ name, largest, largestWithChunk }) => [
        `\`${name}\``,
        inBytes(largest),
        largest === largestWithChunk ? '' : inBytes(largestWithChunk),
      ]),
    ),
    table(
      ['Extension', 'Bytes'],
      extensions.map(([file, bytes]) => [`\`js/source/${file}.js\``, inBytes(bytes)]),
    ),
  ];
  let text = readFileSync(GUIDE, 'utf8');
  for (const [i, name] of ['entries', 'extensions'].entries()) {
    const marked = new RegExp(`(<!-- ${name}: made by make size-docs -->\\n).*(\\n<!-- end of ${name} -->)`, 's');
    if (!marked.test(text)) throw new Error(`docs/guide.md has no place for the table of ${name}.`);
    text = text.replace(marked, (_, begin, end) => `${begin}\n${made[i]}${end}`);
  }
  writeFileSync(GUIDE, await format(text, { ...(await resolveConfig(GUIDE)), filepath: GUIDE }));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await (process.argv.includes('--docs') ? writeDocs() : print());
}
