// The two events an EventSource fires beside the plain `open`.
// @ts-check

/** @type {readonly MessagePort[]} */
const noPorts = Object.freeze([]);

/**
 * A MessageEvent that is cheap to make: `new MessageEvent()` costs several times `new Event()` in every engine. It is
 * an instance of MessageEvent with the same members; only its internal slots are missing.
 */
export class StreamMessageEvent extends Event {
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

{
  const own = StreamMessageEvent.prototype;
  const native = MessageEvent.prototype;
  for (const name of ['data', 'origin', 'lastEventId', 'source', 'ports']) {
    Object.defineProperty(own, name, { enumerable: true });
  }
  // Members of MessageEvent that the engine adds of its own would look for the missing slots.
  for (const [name, { get }] of Object.entries(Object.getOwnPropertyDescriptors(native))) {
    if (get && !Object.hasOwn(own, name)) {
      Object.defineProperty(own, name, { get: () => null, enumerable: true, configurable: true });
    }
  }
  Object.defineProperty(own, 'constructor', { value: MessageEvent });
  Object.setPrototypeOf(own, native);
}

/** The `error` event: the standard's plain Event, and what happened as an extension. */
export class EventSourceErrorEvent extends Event {
  #message;
  #code;
  #cause;

  /**
   * @param {string} message
   * @param {number | undefined} code
   * @param {unknown} cause
   */
  constructor(message, code, cause) {
    super('error');
    this.#message = message;
    this.#code = code;
    this.#cause = cause;
  }

  /** A sentence that says what happened and what follows. */
  get message() {
    return this.#message;
  }

  /** The HTTP status of a response that was refused. */
  get code() {
    return this.#code;
  }

  /** What `fetch` or the body threw. */
  get cause() {
    return this.#cause;
  }
}
