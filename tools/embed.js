// Turns what the compilers make into modules: embed.js hex|text|javascript FILE prints one.
//
// hex: the bytes of the wasm in hexadecimal, which Node decodes at once.
// text: the bytes as printable characters, of which gzip makes hardly more than of the bytes themselves;
//   js/core/compile.js decodes them.
// javascript: what wasm2js made, as a function that makes an instance, without what this core has no use for.
import { readFileSync } from 'node:fs';
import { minify } from 'terser';
import { decode } from '../js/core/compile.js';

/** Written into a string as they are by every minifier; the last six are put before others. */
const CHARACTERS = Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i)).filter(
  (c) => !'\\\'"`$'.includes(c),
);
const SINGLE = CHARACTERS.filter((character) => character < 'y');

/**
 * The most frequent first.
 * @template T
 * @param {Iterable<T>} items
 * @param {T[]} all
 */
function byFrequency(items, all) {
  const counts = new Map(all.map((item) => [item, 0]));
  for (const item of items) if (counts.has(item)) counts.set(item, (counts.get(item) ?? 0) + 1);
  return [...counts.keys()].sort((a, b) => (counts.get(b) ?? 0) - (counts.get(a) ?? 0));
}

/**
 * Frequent bytes become the characters that are frequent in the code around the text, which gzip packs together with it.
 * @param {Buffer} bytes
 */
async function encode(bytes) {
  const { code } = await minify(readFileSync('js/source/eventsource.js', 'utf8'), { module: true });
  const characters = byFrequency(code ?? '', SINGLE);
  const values = byFrequency(bytes, [...new Uint8Array(256).keys()]);
  const table = Array.from(
    { length: 121 - 32 },
    (_, i) => values[characters.indexOf(String.fromCharCode(32 + i))] ?? 0,
  );
  const header = Buffer.from(table).toString('hex');
  const texts = new Map(characters.map((character, i) => [values[i], character]));
  for (const start of 'yz{|}~') {
    for (const character of SINGLE) {
      const [byte] = decode(header + start + character);
      if (!texts.has(byte)) texts.set(byte, start + character);
    }
  }
  const text = header + [...bytes].map((byte) => texts.get(byte)).join('');
  if (!bytes.equals(decode(text))) throw new Error('The text does not decode to the bytes that it was made of.');
  return text;
}

/** The bytes that the module's memory starts with: the address of the first, and a string of code units up to 0xFF. */
function initialBytes(/** @type {string} */ output) {
  const segments = [...output.matchAll(/base64DecodeToExistingUint8Array\(bufferView, (\d+), "([^"]*)"\);/g)].map(
    ([, address, base64]) => ({ address: Number(address), bytes: Buffer.from(base64, 'base64') }),
  );
  const address = Math.min(...segments.map((segment) => segment.address));
  const end = Math.max(...segments.map((segment) => segment.address + segment.bytes.length));
  const all = Buffer.alloc(end - address);
  for (const segment of segments) segment.bytes.copy(all, segment.address - address);
  return { address, text: JSON.stringify(all.toString('latin1').replace(/\0+$/, '')) };
}

/**
 * @param {string} text
 * @param {string | RegExp} pattern that it must hold
 * @param {string} replacement
 */
function replace(text, pattern, replacement) {
  const replaced = text.replace(pattern, () => replacement);
  if (replaced === text) throw new Error(`This is not what wasm2js prints: it has no ${pattern}.`);
  return replaced;
}

/** @param {string} output of wasm2js */
async function embedJavaScript(output) {
  const { address, text } = initialBytes(output);
  let code = output.slice(output.indexOf('function asmFunc'), output.indexOf('var retasmFunc'));
  code = replace(code, 'function asmFunc(env)', 'export function instantiate()');
  code = replace(code, ' var abort = env.abort;', '');
  code = replace(code, ' bufferView = HEAPU8;', '');
  // All is whole numbers but a delay, which a compiler may put into the memory or not.
  code = code.replace(/ var (HEAPF\d\d) = [^;]+;/g, (line, name) => (code.split(name).length > 2 ? line : ''));
  code = replace(
    code,
    'initActiveSegments(env);',
    `for (var i = 0, text = ${text}; i < text.length; i++) HEAPU8[${address} + i] = text.charCodeAt(i);`,
  );
  // A constant memory, which no one asks to grow.
  code = replace(code, /"memory": Object\.create\([^]*?\n {2}\}\), /, '"memory": { buffer }, ');
  const memory = `
    function wasm2js_memory_fill(to, value, size) { HEAPU8.fill(value, to, to + size); }
    function wasm2js_memory_copy(to, from, size) { HEAPU8.copyWithin(to, from, from + size); }`;
  code = replace(code, ' function $', `${memory}\n function $`);
  const options = { module: true, ecma: 2020, compress: { passes: 3, unsafe: true, unsafe_math: false } };
  return (await minify(code, /** @type {any} */ (options))).code;
}

const [kind, file] = process.argv.slice(2);
const content = readFileSync(file);
// Functions, not constants, which some bundlers write wherever they are used.
if (kind === 'hex') console.log(`export const hex = () => '${content.toString('hex')}';`);
if (kind === 'text') console.log(`export const text = () => '${await encode(content)}';`);
if (kind === 'javascript')
  console.log(`// @ts-nocheck\n/** @returns {any} */\n${await embedJavaScript(content.toString())}`);
