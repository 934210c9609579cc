// Prints what wasm-metadce is to keep of a module: the memory, and every export that src/wasm.c names.
import { readFileSync } from 'node:fs';

const names = new Set([...readFileSync('src/wasm.c', 'utf8').matchAll(/EXPORT\("(\w+)"\)/g)].map(([, name]) => name));
const module = new WebAssembly.Module(readFileSync(process.argv[2]));
const kept = WebAssembly.Module.exports(module)
  .map(({ name }) => name)
  .filter((name) => names.has(name));
const nodes = ['memory', ...kept].map((name) => ({ name, export: name }));
console.log(JSON.stringify([{ name: 'js', root: true, reaches: ['memory', ...kept] }, ...nodes]));
