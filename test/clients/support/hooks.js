// Resolves what packages import as `eventsource` and `eventsource-parser` to this package, as an npm alias would: by its
// own name, so through its `exports`. Runs on the loader's thread; every replacement is told to the main thread.
const own = new URL('../../../package.json', import.meta.url).href;
let port;

export function initialize(data) {
  ({ port } = data);
}

/**
 * @param {string} specifier
 * @returns {string | null} null: not one of the two
 */
export function replacement(specifier) {
  const match = /^eventsource(?:-parser)?(\/.*)?$/.exec(specifier);
  return match && `eventsource-wasm${match[1] ?? ''}`;
}

export async function resolve(specifier, context, nextResolve) {
  const name = replacement(specifier);
  if (name === null) return nextResolve(specifier, context);
  const importer = context.parentURL;
  const resolved = await nextResolve(name, { ...context, parentURL: own });
  port.postMessage({ specifier, importer, url: resolved.url });
  return resolved;
}
