// Waiting for what happens, never for time to pass.
import { within } from '../../js/command/conformance/wait.js';
export { deferred, within } from '../../js/command/conformance/wait.js';

// Taken before a test can put a controlled clock in its place.
const { setTimeout } = globalThis;

/**
 * @param {EventTarget} target
 * @param {string} type
 * @returns {Promise<any>} the event
 */
export function once(target, type) {
  const event = new Promise((resolve) => target.addEventListener(type, resolve, { once: true }));
  return within(event, `the event '${type}'`);
}

/** Lets everything run that is due already: before asserting that nothing happened. */
export async function settled() {
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setTimeout(resolve, 0));
}
