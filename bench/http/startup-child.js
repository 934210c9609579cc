// A new process of startup.js: startup-child.js SUBJECT.
import process from 'node:process';
import { offer } from './processes.js';

const MODULES = {
  'eventsource-wasm': '../../dist/node/index.js',
  eventsource: 'eventsource',
  'empty module': './empty.js',
};

/** Milliseconds until the module is imported, the constructor has returned, and the stream has been asked for. */
async function measure() {
  const begin = performance.now();
  const elapsed = () => performance.now() - begin;
  const { EventSource } = await import(MODULES[process.argv[2]]);
  const imported = elapsed();
  if (EventSource === undefined) return { 'import ms': imported, 'constructor ms': imported, 'request ms': imported };
  let constructed = 0;
  const requested = await new Promise((resolve) => {
    // Node's own takes as long to load for both, and several times this.
    const fetch = () => {
      resolve(elapsed());
      return new Promise(() => {});
    };
    new EventSource('http://localhost/', { fetch });
    constructed = elapsed();
  });
  return { 'import ms': imported, 'constructor ms': constructed, 'request ms': requested };
}

offer({ measure });
