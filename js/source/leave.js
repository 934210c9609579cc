// How a loop is left.
// @ts-check
import { defineMethods } from './webidl.js';

/**
 * By itself a generator does nothing when it is left before the first `next`, and waits for what a `next` waits for.
 * @template {AsyncGenerator<any, void, void>} T
 * @param {T} generator
 * @param {() => void} leave may be called again
 */
export function leavable(generator, leave) {
  const { return: finish, throw: fail } = generator;
  defineMethods(generator, {
    return(/** @type {any} */ value) {
      leave();
      return finish.call(generator, value);
    },
    throw(/** @type {unknown} */ error) {
      leave();
      return fail.call(generator, error);
    },
  });
  return generator;
}
