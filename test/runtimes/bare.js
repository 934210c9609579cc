// Runs the suites in a realm with ECMAScript and what the parser needs, and no more: bare.js URL, that of their place at
// the runner.
import process from 'node:process';
import { createContext, runInContext } from 'node:vm';

const url = new URL(process.argv[2]);
const suite = await fetch(new URL('/suite.js', url));

const { TextDecoder, TextEncoder, setTimeout, clearTimeout } = globalThis;
const realm = createContext({ TextDecoder, TextEncoder, setTimeout, clearTimeout });
runInContext('delete globalThis.WebAssembly', realm);

/** What Mocha and the place's link to its runner read at once. Node sees to rejections that nobody handles. */
const self = runInContext('globalThis', realm);
const lent = { URL, fetch, location: url, self, addEventListener() {} };
Object.assign(realm, lent);
runInContext(await suite.text(), realm);
for (const name of Object.keys(lent)) delete realm[name];
