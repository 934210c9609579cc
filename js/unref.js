// For the option `ref: false`: lets Node end while a source is open. fetch gives no hand on its socket; Node's
// diagnostics channels do. Where there are none, nothing is lost but the early end.
// @ts-check

/** URLs whose next request's socket is not to keep the process alive. @type {Map<string, number>} */
const waiting = new Map();
let isSubscribed = false;

/** @param {any} message of the channel undici:client:sendHeaders */
function unref({ request, socket }) {
  const url = new URL(request.path, request.origin).href;
  const count = waiting.get(url);
  if (count === undefined) return;
  if (count > 1) waiting.set(url, count - 1);
  else waiting.delete(url);
  socket.unref();
}

/** @param {string} url */
export function unrefSocketOf(url) {
  const channels = /** @type {any} */ (globalThis).process?.getBuiltinModule?.('node:diagnostics_channel');
  if (channels === undefined) return;
  if (!isSubscribed) channels.subscribe('undici:client:sendHeaders', unref);
  isSubscribed = true;
  const { href } = Object.assign(new URL(url), { hash: '' });
  waiting.set(href, (waiting.get(href) ?? 0) + 1);
}
