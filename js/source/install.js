// Puts a class among the globals as the platform has its EventSource.
// @ts-check

/** @param {Function} EventSource */
export function install(EventSource) {
  Object.defineProperty(globalThis, 'EventSource', {
    value: EventSource,
    writable: true,
    enumerable: false,
    configurable: true,
  });
}

/**
 * A native one is left alone.
 * @param {Function} EventSource
 */
export function installMissing(EventSource) {
  if (globalThis.EventSource === undefined) install(EventSource);
}
