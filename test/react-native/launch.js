// Runs the suites in a realm like that of React Native: launch.js VARIANT URL, that of their place at the runner.
import process from 'node:process';
import { runInContext } from 'node:vm';
import { NEWER, openApp, variants } from './realm.js';

const [, , variant, url] = process.argv;
const suites = await (await fetch(new URL('/suite.js', url))).text();
const realm = openApp(variants[variant]);

/** What the suites' own code uses, which the package is not to find. */
realm.lent = Object.assign(Object.create(globalThis), {
  NEWER,
  openApp: (more) => openApp({ ...variants[variant], ...more }),
});

/** What Mocha and the place's link to its runner read once, as they are loaded. */
const passing = { fetch, addEventListener() {}, location: new URL(url) };

const own = Object.getOwnPropertyDescriptors(realm);
for (const [name, value] of Object.entries(passing)) {
  Object.defineProperty(realm, name, { value, configurable: true, writable: true });
}
runInContext(suites, realm, { filename: 'suites.js' });
for (const name of Object.keys(passing)) {
  delete realm[name];
  if (name in own) Object.defineProperty(realm, name, own[name]);
}
