// Waiting for what happens, never for time to pass. The bound only turns a hang into a failure that says what is missing.

// Taken before a test can put a controlled clock in their place.
const { setTimeout, clearTimeout } = globalThis;

const BOUND = 5000;

/**
 * @template T
 * @param {Promise<T>} promise
 * @param {string | (() => string)} what what is waited for, for the failure's message
 * @returns {Promise<T>}
 */
export function within(promise, what) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(new Error(`Waited ${BOUND} ms in vain for ${typeof what === 'function' ? what() : what}.`));
    }, BOUND);
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

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

export function deferred() {
  let resolve, reject;
  const promise = new Promise((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  return { promise, resolve, reject };
}
