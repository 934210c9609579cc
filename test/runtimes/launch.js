// Runs the suites in Bun or Deno: launch.js URL, that of their place at the runner.
import process from 'node:process';

const suite = await fetch(new URL('/suite.js', process.argv[2]));
const script = await suite.text();

globalThis.location = new URL(process.argv[2]); // for Mocha and the place's link to its runner, which read it at once
(0, eval)(script);
delete globalThis.location; // there is none, which the package is to see
