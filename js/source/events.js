// The events that an EventSource fires.
// @ts-check
import { platformClass } from '../runtime.js';
import { exposeMembers } from './webidl.js';

const Event = /* @__PURE__ */ platformClass('Event');

/** @type {readonly MessagePort[]} */
const noPorts = Object.freeze([]);

/**
 * A MessageEvent that is cheap to make: `new MessageEvent()` costs several times `new Event()` in every engine. It is
 * an instance of MessageEvent with the same members; only its internal slots are missing.
 */
class StreamMessageEvent extends Event {
  #data;
  #origin;
  #lastEventId;

  /**
   * @param {string} type
   * @param {string} data
   * @param {string} origin
   * @param {string} lastEventId
   */
  constructor(type, data, origin, lastEventId) {
    super(type);
    this.#data = data;
    this.#origin = origin;
    this.#lastEventId = lastEventId;
  }

  get data() {
    return this.#data;
  }

  get origin() {
    return this.#origin;
  }

  get lastEventId() {
    return this.#lastEventId;
  }

  get source() {
    return null;
  }

  get ports() {
    return noPorts;
  }
}

let isComplete = false;

/** Makes StreamMessageEvents MessageEvents, where the runtime has these. */
function complete() {
  const own = StreamMessageEvent.prototype;
  const { MessageEvent } = globalThis;
  isComplete = true;
  exposeMembers(own, 'MessageEvent', ['data', 'origin', 'lastEventId', 'source', 'ports']);
  if (MessageEvent === undefined) return;
  // Members of MessageEvent that the engine adds of its own would look for the missing slots.
  for (const [name, { get }] of Object.entries(Object.getOwnPropertyDescriptors(MessageEvent.prototype))) {
    if (get && !Object.hasOwn(own, name)) {
      Object.defineProperty(own, name, { get: () => null, enumerable: true, configurable: true });
    }
  }
  Object.defineProperty(own, 'constructor', { value: MessageEvent });
  Object.setPrototypeOf(own, MessageEvent.prototype);
}

/**
 * @param {string} type
 * @param {string} data
 * @param {string} origin
 * @param {string} lastEventId
 */
export function makeMessageEvent(type, data, origin, lastEventId) {
  // Not at import: to look at MessageEvent makes Node load all that fetch needs.
  if (!isComplete) complete();
  return new StreamMessageEvent(type, data, origin, lastEventId);
}

/** The `open` event: the standard's plain Event, and the response as an extension. */
export class EventSourceOpenEvent extends Event {
  #response;

  /** @param {{ status: number, headers: Headers, url: string }} response */
  constructor(response) {
    super('open');
    this.#response = response;
  }

  get status() {
    return this.#response.status;
  }

  get headers() {
    return this.#response.headers;
  }

  /** After redirects. */
  get url() {
    return this.#response.url;
  }
}

/**
 * @typedef {object} ErrorDetails
 * @property {string} [message]
 * @property {number} [code]
 * @property {number} [status]
 * @property {unknown} [cause]
 * @property {number | null} [retryIn]
 */

/** The `error` event: the standard's plain Event, and what happened as an extension. */
export class EventSourceErrorEvent extends Event {
  #details;

  /**
   * @param {string} type
   * @param {ErrorDetails} [details]
   */
  constructor(type, details = {}) {
    super(type);
    this.#details = details;
  }

  /** A sentence that says what happened and what follows. */
  get message() {
    return this.#details.message;
  }

  /** The HTTP status of a response that was refused. */
  get code() {
    return this.#details.code;
  }

  /** The HTTP status of this attempt's response, if there was one. */
  get status() {
    return this.#details.status;
  }

  /** What `fetch` or the body threw. */
  get cause() {
    return this.#details.cause;
  }

  /** Milliseconds until the next request; null when there will be none. */
  get retryIn() {
    return this.#details.retryIn ?? null;
  }

  /**
   * For console.log in Node and Deno, which show no accessors.
   * @param {number} _depth
   * @param {object} options
   * @param {(value: unknown, options: object) => string} inspect
   */
  [Symbol.for('nodejs.util.inspect.custom')](_depth, options, inspect) {
    return `EventSourceErrorEvent ${inspect(this.#details, options)}`;
  }
}
