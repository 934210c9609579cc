// Where a realm's instance of the core comes from: compiled when it is first needed, or else, a little later, loaded as
// JavaScript. Which core that is, full.js, standard.js and parser.js say; for runtimes that compile no bytes
// tools/bundle.js puts others in their place.
// @ts-check
import { Core } from './memory.js';

/** @typedef {import('./exports.d.ts').CoreExports} CoreExports */

/** Shared by all that is made of one build. */
export class Supply {
  #compile;
  #load;
  #isTried = false;
  /** @type {Core | undefined} */
  #core;

  /**
   * @param {() => CoreExports | undefined} compile
   * @param {() => Promise<{ instantiate(): CoreExports }>} [load] not needed where compiling cannot fail
   */
  constructor(compile, load) {
    this.#compile = compile;
    this.#load = load;
  }

  /** Undefined where nothing can be compiled, as long as the core is not loaded. */
  get now() {
    if (!this.#isTried) {
      this.#isTried = true;
      const exports = this.#compile();
      if (exports !== undefined) this.#core = new Core(exports);
    }
    return this.#core;
  }

  /**
   * For who was given none by `now`. A load that fails is tried again with the next call.
   * @returns {Promise<Core>}
   */
  async later() {
    try {
      const { instantiate } = await /** @type {any} */ (this.#load)();
      return (this.#core ??= new Core(instantiate()));
    } catch (cause) {
      const what = 'The JavaScript core, which takes over where WebAssembly cannot be compiled, could not be loaded';
      throw new Error(what, { cause });
    }
  }
}
