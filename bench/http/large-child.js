// A new process of large.js: large-child.js SUBJECT.
import process from 'node:process';
import { measureMemory } from './memory.js';
import { offer } from './processes.js';

const MODULES = { 'eventsource-wasm': '../../js/index.js', 'eventsource-parser': 'eventsource-parser' };

const isPeer = process.argv[2] === 'eventsource-parser';
const { createParser } = await import(MODULES[process.argv[2]]);

const chunk = new TextEncoder().encode('x'.repeat(1024));

/** Parses one event of so many kilobytes; gives the milliseconds that it took. */
function parse(kilobytes) {
  let length = 0;
  const parser = createParser({
    onEvent({ data }) {
      if (data.charCodeAt(data.length >> 1) === 120) length = data.length; // reads the string
    },
  });
  const decoder = new TextDecoder(); // the peer takes strings
  const feed = isPeer ? (bytes) => parser.feed(decoder.decode(bytes, { stream: true })) : parser.feed;
  const begin = performance.now();
  feed(new TextEncoder().encode('data: '));
  for (let i = 0; i < kilobytes; i++) feed(chunk);
  feed(new TextEncoder().encode('\n\n'));
  const elapsed = performance.now() - begin;
  if (length !== kilobytes * 1024) throw new Error(`The event had ${length} characters.`);
  return elapsed;
}

offer({
  async measure(megabytes) {
    parse(1024); // to be warm
    const before = await measureMemory();
    const milliseconds = parse(megabytes * 1024);
    const after = await measureMemory();
    return {
      'ms/MB': milliseconds / megabytes,
      'heap left KB': (after.heap - before.heap) / 1024,
      'resident left MB': (after.resident - before.resident) / 1024 / 1024,
    };
  },
});
