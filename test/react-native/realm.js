// A realm like that of React Native, in which an app runs that Metro has bundled. Its JavaScript is React Native's own;
// what is native there is made here: timers, microtasks, networking.
import { readFileSync } from 'node:fs';
import { constants, createContext, runInContext } from 'node:vm';
import { fileOf } from './bundle.js';
import { blobModule, makeNetworking } from './networking.js';

/**
 * @typedef {object} Variant
 * @property {'ios' | 'android'} platform
 * @property {number} [pieceSize] in bytes, of what the network brings
 * @property {string[]} [without] globals that an older version has not
 */

/** What version 0.72, or its Hermes, is without. */
export const NEWER = ['DOMException', 'Event', 'EventTarget', 'TextDecoder', 'TextEncoder'];

/** @type {Record<string, Variant>} */
export const variants = {
  ios: { platform: 'ios' },
  android: { platform: 'android', pieceSize: 3 },
  bare: { platform: 'ios', without: NEWER },
};

/** The well-known symbols cannot be deleted. */
function withoutAsyncIterator(symbols) {
  const others = (...values) => symbols(...values);
  for (const [name, descriptor] of Object.entries(Object.getOwnPropertyDescriptors(symbols))) {
    if (name !== 'asyncIterator') Object.defineProperty(others, name, { ...descriptor, configurable: true });
  }
  return others;
}

/** @param {Variant} variant */
function nativeModules(realm, { platform, pieceSize }) {
  const emit = (event, values) => setImmediate(() => realm.__rctDeviceEventEmitter.emit(event, values));
  return {
    BlobModule: blobModule,
    Networking: makeNetworking(platform, emit, pieceSize),
    NativeIdleCallbacksCxx: {},
    NativeMicrotasksCxx: { queueMicrotask },
    PlatformConstants: { getConstants: () => ({}) },
  };
}

/**
 * Its `packages` has what the app imports.
 * @param {Variant} variant
 */
export function openApp(variant) {
  const realm = createContext(constants.DONT_CONTEXTIFY); // with globals as quick as anywhere
  const modules = nativeModules(realm, variant);
  const { console, performance, setTimeout, clearTimeout, setInterval, clearInterval } = globalThis;
  Object.assign(realm, {
    ...{ console, performance, setTimeout, clearTimeout, setInterval, clearInterval },
    HermesInternal: { hasPromise: () => true },
    RN$Bridgeless: true,
    __turboModuleProxy: (name) => modules[name],
    nativeModuleProxy: {},
  });
  delete realm.WebAssembly;
  runInContext(readFileSync(fileOf(variant.platform), 'utf8'), realm, { filename: 'app.js' });
  for (const name of variant.without ?? []) {
    if (name === 'Symbol.asyncIterator') realm.Symbol = withoutAsyncIterator(realm.Symbol);
    else delete realm[name];
  }
  if (variant.without?.includes('EventTarget')) {
    delete Object.getPrototypeOf(new realm.AbortController().signal).throwIfAborted;
  }
  void realm.fetch; // React Native's own sets itself up when it is first looked at, unless there is one
  realm.packages = realm.loadPackage();
  return realm;
}
