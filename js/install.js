// Puts EventSource among the globals.
// @ts-check
import { EventSource } from './eventsource.js';

/** In the place of a native one too. */
export function force() {
  Object.defineProperty(globalThis, 'EventSource', {
    value: EventSource,
    writable: true,
    enumerable: false,
    configurable: true,
  });
}

/** Where it is missing; a native one is left alone. */
export function polyfill() {
  if (globalThis.EventSource === undefined) force();
}
