// What ../runtime.js is, for React Native: platform.js has the classes.
// @ts-check
import * as classes from './classes.js';
import { platform } from './platform.js';

export const isWorkerd = false;

/** Its networking makes UTF-8 of header values. */
export const hasTextHeaders = true;

/** @param {readonly string[]} names of globals */
export function demand(names) {
  const missing = names.filter((name) => !(name in globalThis) && !(name in classes));
  if (missing.length > 0) throw new Error(`This runtime lacks ${missing.join(', ')}, which eventsource-wasm needs.`);
}

/** @param {'Event' | 'EventTarget'} name @returns {any} */
export const platformClass = (name) => platform[name];
