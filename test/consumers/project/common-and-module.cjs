// A consumer that loads every entry both by require() and by import().
const { readFileSync } = require('node:fs');

const entries = ['.', '/standard', '/js', '/js/standard', '/stream', '/polyfill', '/polyfill/force'].map((path) =>
  path.replace('.', ''),
);

async function main() {
  const parser = new (require('eventsource-wasm/stream').EventSourceParserStream)();
  const parsed = [];
  const reading = parser.readable.pipeTo(new WritableStream({ write: (event) => void parsed.push(event.data) }));
  const writer = parser.writable.getWriter();
  await writer.write('data: parsed\n\n');
  await writer.close();
  await reading;
  const core = await WebAssembly.compile(readFileSync(require.resolve('eventsource-wasm/core.wasm')));
  const { name } = require('eventsource-wasm/package.json');
  const isSame = [];
  for (const path of entries)
    isSame.push(require(`eventsource-wasm${path}`) === (await import(`eventsource-wasm${path}`)));
  const internal = await import('eventsource-wasm/js/core/memory.js').catch(({ code }) => code);
  console.log(JSON.stringify({ parsed, imports: WebAssembly.Module.imports(core), name, isSame, internal }));
}

main();
