// A connection that extensions join: the other end of hooks.d.ts.
// @ts-check
import { Machine } from '../core/machine.js';

/** @typedef {import('./hooks.d.ts').Hooks} Hooks */

export class Extensible extends Machine {
  /**
   * @param {import('../core/memory.js').Core | undefined} core
   * @param {readonly Hooks[]} hooks
   */
  constructor(core, hooks) {
    super(core);
    this.hooks = hooks;
  }

  /**
   * Lets every hook of a name run.
   * @param {'ready' | 'started' | 'requesting' | 'reading' | 'received' | 'ended' | 'closed'} name
   */
  call(name) {
    for (const hooks of this.hooks) hooks[name]?.(/** @type {any} */ (this));
  }

  /**
   * The first result of the hooks of a name that have one.
   * @param {'makeEvent' | 'decide' | 'delay' | 'describe' | 'describeId' | 'keepBody'} name
   * @param {any} [about]
   * @returns {any}
   */
  ask(name, about) {
    for (const hooks of this.hooks) {
      const result = /** @type {any} */ (hooks)[name]?.(this, about);
      if (result !== undefined) return result;
    }
    return undefined;
  }
}
