// The browser's own EventSource, and where its streams come from.
// @ts-check
import { streamUrl } from './streams.js';

/** Milliseconds; only turns a hang into a failure. */
const BOUND = 10_000;

/** Browsers open no more connections to one host. */
export const LANES = 6;

/** @typedef {'server' | 'service worker' | null} Source where the streams come from */

async function isServed() {
  const response = await fetch(streamUrl([]));
  await response.body?.cancel();
  return response.headers.get('Content-Type') === 'text/event-stream';
}

/** A page that was there before the worker, or was reloaded past the cache, is not the worker's until it says so. */
async function callWorker() {
  await navigator.serviceWorker.register('service-worker.js', { type: 'module' });
  const { active } = await navigator.serviceWorker.ready;
  active?.postMessage('claim');
}

/** A static host plays no stream: then the service worker does, where the browser has one. */
function register() {
  return new Promise((resolve, reject) => {
    navigator.serviceWorker.addEventListener('controllerchange', resolve, { once: true });
    setTimeout(() => reject(new Error(`No service worker within ${BOUND} ms.`)), BOUND);
    callWorker().catch(reject);
  });
}

/** @returns {Promise<Source>} */
export async function findSource() {
  if (await isServed()) return navigator.serviceWorker?.controller ? 'service worker' : 'server';
  try {
    await register();
    return 'service worker';
  } catch {
    return null; // No service workers here, or not such as are modules.
  }
}

/**
 * What a native source dispatches until the stream ends, which only shows as its error event. Types that are not listed
 * cannot be seen, nor can the last event ID after the last event, nor the reconnection time.
 * @param {Uint8Array[]} chunks
 * @param {Iterable<string>} types
 * @returns {Promise<{ events: { type: string, data: string, lastEventId: string }[] }>}
 */
export function runNative(chunks, types) {
  return new Promise((resolve, reject) => {
    const source = new EventSource(streamUrl(chunks));
    /** @type {{ type: string, data: string, lastEventId: string }[]} */
    const events = [];
    const timer = setTimeout(() => {
      source.close();
      reject(new Error(`No end of the stream within ${BOUND} ms.`));
    }, BOUND);
    const listen = (/** @type {Event} */ event) => {
      if (event instanceof MessageEvent) {
        events.push({ type: event.type, data: event.data, lastEventId: event.lastEventId });
      } else if (event.type === 'error') {
        clearTimeout(timer);
        source.close();
        resolve({ events });
      }
    };
    for (const type of types) source.addEventListener(type, listen);
  });
}
