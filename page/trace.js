// Runs a stream through a core step by step and keeps what can be seen: records, events, and the connection's state.
// @ts-check
import { Machine } from './package/js/core/machine.js';
import * as sse from './package/dist/layout.js';

const STATES = ['CONNECTING', 'OPEN', 'CLOSED'];

/** The enumerators of the layout by their value: `ACTION_FETCH` is a name of that kind. */
const ACTIONS = Object.fromEntries(
  Object.entries(sse)
    .filter(([name]) => name.startsWith('ACTION_'))
    .map(([name, value]) => [value, name.slice('ACTION_'.length)]),
);

const FLAGS = /** @type {const} */ ([
  'DISPATCH',
  'FIRE',
  'DATA',
  'TYPE',
  'ID',
  'CONTINUED',
  'CUT',
  'CUT_MORE',
  'TYPE_AFTER_CUT',
  'ID_AFTER_CUT',
]);

/** @typedef {import('./package/js/core/memory.js').Core} Core */
/** @typedef {{ flags: string[], data: string, type: string, id: string }} Record */
/** @typedef {{ type: string, data: string, lastEventId: string }} StreamEvent */

/**
 * @typedef {object} Step
 * @property {string} name
 * @property {string} state
 * @property {string[]} actions
 * @property {Record[]} records
 * @property {StreamEvent[]} events
 * @property {string} lastEventId
 * @property {number} reconnectionTime
 */

/**
 * The records as the core has just left them.
 * @param {Core} core
 */
function readRecords({ batch, records, window, decoder }) {
  return Array.from({ length: batch[sse.BATCH_COUNT] }, (_, i) => {
    const record = records.slice(i * sse.RECORD_SIZE, (i + 1) * sse.RECORD_SIZE);
    const read = (/** @type {number} */ range) => decoder.decode(window.slice(record[range], record[range + 1]));
    return {
      flags: FLAGS.filter((flag) => record[0] & sse[flag]),
      data: read(sse.RECORD_DATA),
      type: read(sse.RECORD_TYPE),
      id: read(sse.RECORD_ID),
    };
  });
}

/** A core of which every batch of records is seen. */
export class Tracer {
  #core;
  /** @type {Record[]} */
  #records = [];

  /** @param {Core} core */
  constructor(core) {
    const { exports } = core;
    core.exports = {
      ...exports,
      receive: (length) => {
        const consumed = exports.receive(length);
        this.#records.push(...readRecords(core));
        return consumed;
      },
    };
    this.#core = core;
  }

  /**
   * @param {Uint8Array} bytes
   * @param {number} cut how many bytes come first
   * @returns {Step[]}
   */
  trace(bytes, cut) {
    const connection = new Machine(this.#core);
    const receive = (/** @type {Uint8Array} */ chunk) => {
      /** @type {StreamEvent[]} */
      const events = [];
      connection.receive(chunk, (type, data) => {
        events.push({ type: type || 'message', data, lastEventId: connection.lastEventId });
      });
      return events;
    };
    const chunks = [
      [0, cut],
      [cut, bytes.length],
    ].filter(([begin, end]) => begin < end);
    return [
      this.#step(connection, 'new EventSource()', () => connection.start('https:')),
      this.#step(connection, '200, text/event-stream', () =>
        connection.receiveResponse(200, 'text/event-stream', true),
      ),
      ...chunks.map(([begin, end]) =>
        this.#step(connection, `Bytes ${begin + 1} to ${end}`, () => receive(bytes.subarray(begin, end))),
      ),
      this.#step(connection, 'End of the body', () => connection.load().endOfBody()),
    ];
  }

  /**
   * @param {Machine} connection
   * @param {string} name
   * @param {() => StreamEvent[] | void} input
   */
  #step(connection, name, input) {
    this.#records = [];
    const events = input() ?? [];
    const core = connection.load();
    const actions = [];
    for (let action = core.nextAction(); action !== sse.ACTION_NONE; action = core.nextAction()) {
      actions.push(ACTIONS[action]);
    }
    return {
      name,
      state: STATES[connection.readyState],
      actions,
      records: this.#records,
      events,
      lastEventId: connection.lastEventId,
      reconnectionTime: core.reconnectionTime(),
    };
  }
}
