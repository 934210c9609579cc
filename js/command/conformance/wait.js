// Waiting for what happens. The bound only turns a hang into a failure that says what is missing.
// @ts-check

// Taken before a test can put a controlled clock in their place.
const { setTimeout, clearTimeout } = globalThis;

const BOUND = 5000;

/**
 * @template T
 * @param {Promise<T>} promise
 * @param {string | (() => string)} what what is waited for, for the failure's message
 * @param {number} [bound] milliseconds
 * @returns {Promise<T>}
 */
export function within(promise, what, bound = BOUND) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(new Error(`Waited ${bound} ms in vain for ${typeof what === 'function' ? what() : what}.`));
    }, bound);
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

/** @param {number} milliseconds */
export const pass = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/**
 * @template T
 * @typedef {{ promise: Promise<T>, resolve: (value: T) => void, reject: (reason: unknown) => void }} Deferred
 */

/**
 * @template [T=any]
 * @returns {Deferred<T>}
 */
export function deferred() {
  /** @type {any} */
  let functions;
  const promise = new Promise((resolve, reject) => (functions = { resolve, reject }));
  return { promise, ...functions };
}
