// A connection that extensions join: the other end of hooks.d.ts.
// @ts-check
import { Machine } from '../core/machine.js';
import { takeCredentials } from './url.js';

/** @typedef {import('./hooks.d.ts').Hooks} Hooks */

/** @type {readonly Hooks[]} */
const NONE = [];

export class Extensible extends Machine {
  /** The hooks of this source alone: what every source has is only asked. @type {readonly Hooks[]} */
  joined = NONE;
  /** Of the last request. */
  requestedUrl = '';

  /**
   * @param {import('../core/memory.js').Core | undefined} core
   * @param {readonly Hooks[]} hooks
   */
  constructor(core, hooks) {
    super(core);
    this.hooks = hooks;
  }

  /**
   * Lets the hooks of a name run that joined this source.
   * @param {'ready' | 'started' | 'requesting' | 'reading' | 'received' | 'ended' | 'closed'} name
   */
  call(name) {
    for (const hooks of this.joined) hooks[name]?.(/** @type {any} */ (this));
  }

  /**
   * Lets the hooks change the request, its URL, and who makes it.
   * @param {string} url
   * @param {import('./hooks.d.ts').Request} request
   */
  async fetch(url, request) {
    const connection = /** @type {any} */ (this);
    // Looked up by this name: js/react-native/platform.js has another.
    let fetch = /** @type {import('./hooks.d.ts').Fetch} */ (globalThis.fetch);
    for (const { prepare, wrapFetch } of this.hooks) {
      if (prepare) url = (await prepare(request, url, connection)) ?? url;
      if (wrapFetch) fetch = wrapFetch(fetch, connection);
    }
    if (request.signal.aborted) throw request.signal.reason; // by close() while something was prepared
    this.requestedUrl = url;
    return fetch(takeCredentials(url, request), request);
  }

  /**
   * The first result of the hooks of a name that have one.
   * @param {'makeEvent' | 'decide' | 'delay' | 'describe' | 'describeId' | 'keepBody' | 'isFutile'} name
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
