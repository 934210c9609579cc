// For runtimes that lack what this package builds on: importing it does no harm, using it says what is missing.
// @ts-check

/** Cloudflare's workerd, by what only it has: to look at its name in navigator would cost Node a fifth of a millisecond. */
export const isWorkerd = 'WebSocketPair' in globalThis;

/** Whether fetch makes UTF-8 of header values by itself, and takes text for that, not bytes. */
export const hasTextHeaders = isWorkerd;

/** @param {readonly string[]} names of globals */
export function demand(names) {
  const missing = names.filter((name) => !(name in globalThis));
  if (missing.length === 0) return;
  throw new Error(
    `This runtime lacks ${missing.join(', ')}: eventsource-wasm needs polyfills, loaded before it is imported.`,
  );
}

/**
 * A global class to extend.
 * @template {'Event' | 'EventTarget'} Name
 * @param {Name} name
 * @returns {typeof globalThis[Name]}
 */
export function platformClass(name) {
  return (
    globalThis[name] ??
    class {
      constructor() {
        demand([name]);
      }
    }
  );
}
