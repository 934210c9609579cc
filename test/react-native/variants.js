// The React Natives that the suites run in.
import { fileURLToPath } from 'node:url';

const bundled = (platform) => ({ platform, file: fileURLToPath(new URL(`build/${platform}.js`, import.meta.url)) });

/** What is missing in version 0.72, or in its Hermes. */
const NEWER = ['DOMException', 'Event', 'EventTarget', 'TextDecoder', 'TextEncoder'];

/**
 * @typedef {object} Variant
 * @property {'ios' | 'android'} platform
 * @property {string} file the app's bundle
 * @property {number} [pieceSize] in bytes, of what the network brings
 * @property {(realm: any) => void} [prepare] takes away what an older version has not
 */

/** @type {Record<string, Variant>} */
export const variants = {
  ios: bundled('ios'),
  android: { ...bundled('android'), pieceSize: 3 },
  old: {
    ...bundled('android'),
    prepare(realm) {
      for (const name of NEWER) delete realm[name];
    },
  },
};
