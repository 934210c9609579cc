// The connection state machine of src/sse.h, with strings for bytes: what takes text. For all else, `load()` has the
// core's functions.
// @ts-check
import { Stream } from './stream.js';
import * as sse from '../../dist/layout.js';

export class Machine extends Stream {
  /** @param {string} scheme with its colon */
  start(scheme) {
    const exports = this.load();
    exports.start(this.core.write(scheme));
  }

  /**
   * @param {number} status
   * @param {string} contentType all values of the header, joined by ", "; empty if there is none
   * @param {boolean} hasStream whether its body can be read
   */
  receiveResponse(status, contentType, hasStream) {
    this.forgetPieces();
    this.load().response(status, this.core.write(contentType), Number(hasStream));
  }

  /**
   * `parse` for a connection; it takes nothing unless the connection is open.
   * @param {Uint8Array} chunk
   * @param {import('./stream.js').Deliver} deliver
   * @param {import('./stream.js').Callbacks} [callbacks]
   */
  receive(chunk, deliver, callbacks) {
    return this.feed(chunk, this.core.exports.receive, deliver, callbacks);
  }

  /** Before the core has come, a connection has not started. */
  get hasCore() {
    return this.core !== undefined;
  }

  close() {
    this.isStopped = true;
    if (this.hasCore) this.load().close();
  }

  get readyState() {
    if (this.hasCore) return this.load().readyState();
    return this.isStopped ? sse.CLOSED : sse.CONNECTING;
  }
}

/**
 * Tells the core what `lastEventId` has been set to, in place of a stream.
 * @param {Machine} machine
 */
export function setLastEventId(machine) {
  machine.load().setLastEventId(machine.core.write(machine.lastEventId));
}

/**
 * Whether a Content-Type names an event stream.
 * @param {import('./memory.js').Core} core
 * @param {string} contentType
 */
export function isEventStream(core, contentType) {
  return core.exports.isEventStream(core.write(contentType)) !== 0;
}
