// What happens to the page.
// @ts-check

/**
 * Events of the document pass its window, too.
 * @param {string[]} types
 * @param {() => void} listener
 * @param {AbortSignal} signal
 */
export function listenToPage(types, listener, signal) {
  for (const type of types) globalThis.addEventListener?.(type, listener, { capture: true, signal });
}
