// Loads every entry by require() and by import(), in this order or the other: node one-class.cjs require|import
const [first] = process.argv.slice(2);
const entries = Object.keys(require('eventsource-wasm/package.json').exports).filter(
  (path) => !/\.(wasm|json)$|\/worker$/.test(path), // whose script is for a SharedWorker alone
);

async function main() {
  const differing = [];
  for (const entry of entries) {
    const name = entry.replace('.', 'eventsource-wasm');
    const required = first === 'require' ? require(name) : await import(name);
    const imported = first === 'require' ? await import(name) : require(name);
    for (const key of new Set([...Object.keys(required), ...Object.keys(imported)])) {
      if (required[key] !== imported[key]) differing.push(`${name} ${key}`);
    }
  }
  // By both, and they replaced a native one.
  if (globalThis.EventSource !== require('eventsource-wasm/standard').EventSource)
    differing.push('the global EventSource');
  console.log(JSON.stringify({ entries, differing }));
}

main();
