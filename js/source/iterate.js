// `for await (const event of source)`, with back-pressure.
// @ts-check
import { leavable } from './leave.js';
import { EventQueue, readReadAhead } from './read-ahead.js';
import { defineMethods } from './webidl.js';
import * as sse from '../../dist/layout.js';

/**
 * Adds a loop's queue to the hooks of its source.
 * @param {import('./eventsource.js').Connection} connection
 * @param {EventQueue<any>} queue
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
      while (queue.isFull && !isEnded) await queue.change();
    },
    ended: wake,
    closed: wake,
  };
  connection.joined = [...connection.joined, hooks];
  return () => {
    connection.joined = connection.joined.filter((others) => others !== hooks);
    wake();
  };
}

/**
 * @param {any} failure the error event
 */
const errorOf = ({ message, code, status, cause }) => Object.assign(new Error(message, { cause }), { code, status });

/** @param {import('./eventsource.js').Connection} connection */
async function* eventsOf(connection) {
  /** @type {EventQueue<any>} */
  const queue = new EventQueue(connection.joined.find(({ readAhead }) => readAhead !== undefined)?.readAhead);
  const detach = attach(connection, queue);
  try {
    for (;;) {
      if (connection.readyState === sse.CLOSED && connection.failure === null) return;
      if (!queue.isEmpty) yield queue.take();
      else if (connection.failure !== null) throw errorOf(connection.failure);
      else await queue.arrival();
    }
  } finally {
    detach();
    connection.close();
  }
}

/** @type {import('./hooks.d.ts').Extension} */
export const iterate = {
  join(init) {
    const readAhead = readReadAhead(init);
    return readAhead === undefined ? undefined : { readAhead };
  },
  define(EventSource, connectionOf) {
    defineMethods(EventSource.prototype, {
      [Symbol.asyncIterator]() {
        const connection = connectionOf(this);
        return leavable(eventsOf(connection), () => connection.close());
      },
    });
  },
};
