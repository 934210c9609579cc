// A clock that moves when a test says so: the waits between two connections pass without any time passing.
import FakeTimers from '@sinonjs/fake-timers';

const { setTimeout, clearTimeout } = globalThis;

/** Node's own fetch takes its time-outs from the same global functions: those stay real. */
function calledByPlatform() {
  return /node:internal/.test(new Error().stack.split('\n')[3] ?? '');
}

export class FakeClock {
  #clock = FakeTimers.createClock();
  #waits = new Map();

  /** Replaces setTimeout and clearTimeout until `uninstall`. */
  constructor() {
    globalThis.setTimeout = (callback, delay, ...values) => {
      if (calledByPlatform()) return setTimeout(callback, delay, ...values);
      const timer = this.#clock.setTimeout(() => {
        this.#waits.delete(timer);
        callback(...values);
      }, delay);
      this.#waits.set(timer, delay);
      return timer;
    };
    globalThis.clearTimeout = (timer) => {
      if (!this.#waits.delete(timer)) return clearTimeout(timer);
      this.#clock.clearTimeout(timer);
    };
  }

  /** The delays of all timers that are set, as they were given. */
  get waits() {
    return [...this.#waits.values()];
  }

  /** @param {number} milliseconds */
  tick(milliseconds) {
    this.#clock.tick(milliseconds);
  }

  /** Lets the one wait that is on pass, however long it is. */
  pass() {
    if (this.#waits.size !== 1) throw new Error(`One timer should be set, but there are ${this.#waits.size}.`);
    this.#clock.next();
  }

  uninstall() {
    Object.assign(globalThis, { setTimeout, clearTimeout });
  }
}
