// `for await (const event of source)`, with back-pressure.
// @ts-check
import { defineMethods } from './webidl.js';
import * as sse from '../../dist/layout.js';

/** Events on their way from the stream to a loop, which holds the reading back while there are any. */
class EventQueue {
  /** @type {Event[]} */
  #events = [];
  /** What the loop, or the reading, waits for. */
  #wake = () => {};

  get isEmpty() {
    return this.#events.length === 0;
  }

  /** @param {Event} event */
  push(event) {
    this.#events.push(event);
    this.#wake();
  }

  /** Hands over all there is. */
  take() {
    const events = this.#events;
    this.#events = [];
    this.#wake();
    return events;
  }

  /** @returns {Promise<void>} */
  change() {
    return new Promise((resolve) => {
      const others = this.#wake;
      this.#wake = () => {
        this.#wake = () => {};
        others();
        resolve();
      };
    });
  }

  wake() {
    this.#wake();
  }
}

/**
 * Adds a loop's queue to the hooks of its source.
 * @param {import('./eventsource.js').Connection} connection
 * @param {EventQueue} queue
 */
function attach(connection, queue) {
  let isEnded = false;
  const wake = () => {
    isEnded = true;
    queue.wake();
  };
  /** @type {import('./hooks.d.ts').Hooks} */
  const hooks = {
    dispatched: (event) => queue.push(event),
    requesting() {
      isEnded = false;
    },
    async hold() {
      while (!queue.isEmpty && !isEnded) await queue.change();
    },
    ended: wake,
    closed: wake,
  };
  connection.hooks = [...connection.hooks, hooks];
  return () => {
    connection.hooks = connection.hooks.filter((others) => others !== hooks);
    wake();
  };
}

/**
 * @param {any} failure the error event
 */
const errorOf = ({ message, code, status, cause }) => Object.assign(new Error(message, { cause }), { code, status });

/** @param {import('./eventsource.js').Connection} connection */
async function* eventsOf(connection) {
  const queue = new EventQueue();
  const detach = attach(connection, queue);
  try {
    for (;;) {
      for (const event of queue.take()) {
        yield event;
        if (connection.readyState === sse.CLOSED && connection.failure === null) return;
      }
      if (queue.isEmpty) {
        if (connection.failure !== null) throw errorOf(connection.failure);
        if (connection.readyState === sse.CLOSED) return;
        await queue.change();
      }
    }
  } finally {
    detach();
    connection.close();
  }
}

/** @type {import('./hooks.d.ts').Extension} */
export const iterate = {
  define(EventSource, connectionOf) {
    defineMethods(EventSource.prototype, {
      [Symbol.asyncIterator]() {
        return eventsOf(connectionOf(this));
      },
    });
  },
};
