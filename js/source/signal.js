// `signal`: an AbortSignal that closes the source.
// @ts-check
import { notAllowed, optional } from './options.js';

/** @param {any} value */
export function readSignal(value) {
  const isTarget = typeof value?.addEventListener === 'function' && typeof value.removeEventListener === 'function';
  if (isTarget && typeof value.aborted === 'boolean') return value;
  throw notAllowed('signal', 'an AbortSignal', value);
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
    const close = () => connection.close();
    if (signal.aborted) close();
    else signal.addEventListener('abort', close, { once: true });
    return { closed: () => signal.removeEventListener('abort', close) };
  },
};
