// Runs the suites in a realm like that of React Native: realm.js VARIANT URL, that of their place at the runner. The
// realm's JavaScript is React Native's own, in an app that Metro has bundled; what is native there is made here.
import { readFileSync } from 'node:fs';
import process from 'node:process';
import { constants, createContext, runInContext } from 'node:vm';
import { fileOf } from './bundle.js';
import { blobModule, makeNetworking } from './networking.js';
import { variants } from './variants.js';

const [, , variant, url] = process.argv;
const { platform, pieceSize, prepare } = variants[variant];
const suites = await (await fetch(new URL('/suite.js', url))).text();

const { console, performance, setTimeout, clearTimeout, setInterval, clearInterval, setImmediate } = globalThis;
const realm = createContext(constants.DONT_CONTEXTIFY); // with globals as quick as anywhere
runInContext('delete globalThis.WebAssembly; delete globalThis.SharedArrayBuffer;', realm);

const modules = {
  Networking: makeNetworking(
    platform,
    (event, values) => setImmediate(() => realm.__rctDeviceEventEmitter.emit(event, values)),
    pieceSize,
  ),
  BlobModule: blobModule,
  NativeMicrotasksCxx: { queueMicrotask },
  NativeIdleCallbacksCxx: {},
  PlatformConstants: { getConstants: () => ({}) },
};
Object.assign(realm, {
  ...{ console, performance, setTimeout, clearTimeout, setInterval, clearInterval },
  RN$Bridgeless: true,
  HermesInternal: { hasPromise: () => true },
  __turboModuleProxy: (name) => modules[name],
  nativeModuleProxy: {},
});

runInContext(readFileSync(fileOf(platform), 'utf8'), realm, { filename: 'app.js' });
prepare?.(realm);
realm.packages = realm.loadPackage();

/** What the suites' own code uses, which the package is not to find; and what it reads once, as it is loaded. */
realm.lent = globalThis;
const passing = { fetch, addEventListener() {}, location: new URL(url) };
void realm.fetch; // React Native's own sets itself up when it is first looked at, unless there is one
const own = Object.getOwnPropertyDescriptors(realm);
for (const [name, value] of Object.entries(passing)) {
  Object.defineProperty(realm, name, { value, configurable: true, writable: true });
}
runInContext(suites, realm, { filename: 'suites.js' });
for (const name of Object.keys(passing)) {
  delete realm[name];
  if (name in own) Object.defineProperty(realm, name, own[name]);
}
