// Where fetch, and those that stand in for it, want something else than the standard says.
// @ts-check
import { hasTextHeaders, isWorkerd } from '../runtime.js';

/**
 * fetch takes header values as byte strings, the standard sends the id as UTF-8.
 * @param {string} text
 */
export function toHeaderValue(text) {
  if (hasTextHeaders) return text;
  const bytes = new TextEncoder().encode(text);
  let string = '';
  // In pieces: joined from single characters, a long id would take forty times its size, and seconds.
  for (let at = 0; at < bytes.length; at += 8192) string += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return string;
}

/** Errors that no further attempt can mend. What else is thrown may be anything, a Proxy that is revoked too. */
const futile = /* @__PURE__ */ new WeakSet();

/** @param {unknown} error */
export const isFutile = (error) => futile.has(/** @type {object} */ (error));

/**
 * @param {string} message
 * @param {unknown} [cause]
 */
export function makeFutile(message, cause) {
  const error = new TypeError(message, cause === undefined ? {} : { cause });
  futile.add(error);
  return error;
}

/**
 * What a runtime throws that refuses what it is given, and browsers for whatever they do not tell; Node gives a cause.
 * @param {any} error of any kind
 * @param {string} [name] that it must have
 */
export function isUnexplained(error, name) {
  try {
    return error.cause === undefined && (name === undefined || error.name === name);
  } catch {
    return false;
  }
}

/**
 * Gives the socket back; a body that comes from elsewhere than fetch may do without, or fail.
 * @param {{ cancel(): Promise<void> } | null | undefined} body
 */
export async function cancel(body) {
  try {
    await body?.cancel();
  } catch {
    // There is nobody to tell.
  }
}

/**
 * @param {{ cancel(): Promise<void> } | null} body
 * @param {AbortController | null} controller
 */
export const makeAbort = (body, controller) => () => {
  cancel(body); // for a fetch that ignores its signal
  controller?.abort();
};

/**
 * In pages and workers; elsewhere there is no CORS.
 * @param {string} url
 */
export function isToOtherOrigin(url) {
  const { origin } = globalThis;
  return !isWorkerd && origin !== undefined && /^http/.test(url) && new URL(url).origin !== origin;
}
