// Where fetch, and those that stand in for it, want something else than the standard says.
// @ts-check
import { hasTextHeaders } from '../runtime.js';

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
