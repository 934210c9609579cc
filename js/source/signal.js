// `signal`: an AbortSignal that closes the source.
// @ts-check
import { notAllowed, optional } from './options.js';

/** @param {any} value */
export function readSignal(value) {
  const isTarget = typeof value?.addEventListener === 'function' && typeof value.removeEventListener === 'function';
  if (isTarget && typeof value.aborted === 'boolean') return value;
  throw notAllowed('signal', 'an AbortSignal', value);
}

/** What to call when a signal is aborted. Node warns of a leak from the eleventh listener on, so each has one. */
const callbacksOf = /* @__PURE__ */ new WeakMap();

/**
 * @param {AbortSignal} signal that is not aborted yet
 * @param {() => void} callback
 * @returns {() => void} takes the callback back
 */
export function onAbort(signal, callback) {
  let known = callbacksOf.get(signal);
  if (known === undefined) {
    const callbacks = new Set();
    const listener = () => {
      for (const callback of [...callbacks]) callback();
    };
    known = { callbacks, listener };
    callbacksOf.set(signal, known);
    signal.addEventListener('abort', listener, { once: true });
  }
  const { callbacks, listener } = known;
  callbacks.add(callback);
  return () => {
    callbacks.delete(callback);
    if (callbacks.size > 0 || callbacksOf.get(signal) !== known) return;
    signal.removeEventListener('abort', listener);
    callbacksOf.delete(signal);
  };
}

/**
 * Older versions of React Native have signals without a reason, and without throwIfAborted.
 * @param {any} signal
 */
export const reasonOf = ({ reason }) => reason ?? new DOMException('The operation was aborted.', 'AbortError');

/** @param {any} signal */
export function throwIfAborted(signal) {
  if (signal?.aborted) throw reasonOf(signal);
}

/** @type {import('./hooks.d.ts').Extension} */
export const signal = {
  join(init, connection) {
    const signal = optional(init, 'signal', (_, value) => (value === null ? undefined : readSignal(value)));
    if (signal === undefined) return undefined;
    if (signal.aborted) {
      connection.close();
      return undefined;
    }
    return { closed: onAbort(signal, () => connection.close()) };
  },
};
