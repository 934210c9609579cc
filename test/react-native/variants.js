// The React Natives that the suites run in.
/** What is missing in version 0.72, or in its Hermes. */
const NEWER = ['DOMException', 'Event', 'EventTarget', 'TextDecoder', 'TextEncoder'];

/**
 * @typedef {object} Variant
 * @property {'ios' | 'android'} platform
 * @property {number} [pieceSize] in bytes, of what the network brings
 * @property {(realm: any) => void} [prepare] takes away what an older version has not
 */

/** @type {Record<string, Variant>} */
export const variants = {
  ios: { platform: 'ios' },
  android: { platform: 'android', pieceSize: 3 },
  old: {
    platform: 'android',
    prepare(realm) {
      for (const name of NEWER) delete realm[name];
    },
  },
};
