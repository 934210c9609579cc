// For the option `ref: false`: lets Node end while a source is open. fetch gives no hand on its socket; Node's
// diagnostics channels do. Where there are none, nothing is lost but the early end.
// @ts-check

/** @typedef {<T>(call: () => T) => T} Run */

/** @type {Run | undefined} */
let run;

/** @returns {Run} */
function prepare() {
  const { getBuiltinModule } = /** @type {any} */ (globalThis).process ?? {};
  if (getBuiltinModule === undefined) return (call) => call();
  const { AsyncLocalStorage } = getBuiltinModule('node:async_hooks');
  const { subscribe } = getBuiltinModule('node:diagnostics_channel');
  // Tells the requests that come of our calls from all others of the process.
  const calls = new AsyncLocalStorage();
  const requests = new WeakSet();
  subscribe('undici:request:create', (/** @type {any} */ { request }) => {
    if (calls.getStore()) requests.add(request);
  });
  subscribe('undici:client:sendHeaders', (/** @type {any} */ { request, socket }) => {
    if (requests.has(request)) socket.unref();
  });
  return (call) => calls.run(true, call);
}

/**
 * Calls a function whose requests' sockets are not to keep the process alive.
 * @type {Run}
 */
export function unrefed(call) {
  run ??= prepare();
  return run(call);
}
