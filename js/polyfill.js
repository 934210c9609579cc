// Puts EventSource where it is missing; leaves a native one alone.
// @ts-check
import { EventSource } from './eventsource.js';

if (globalThis.EventSource === undefined) {
  Object.defineProperty(globalThis, 'EventSource', {
    value: EventSource,
    writable: true,
    enumerable: false,
    configurable: true,
  });
}
