// The classes that React Native may lack, from libraries; bundled apart, since they are to see the globals as they are.
// @ts-check
import { utf8fromStringLoose, utf8toStringLoose } from '@exodus/bytes/utf8.js';
// @ts-ignore -- none of the next four has declarations that TypeScript finds
import { Event as LibraryEvent, EventTarget as LibraryEventTarget } from 'event-target-shim';
// @ts-ignore
export { default as DOMException } from 'core-js-pure/stable/dom-exception/index.js';
// @ts-ignore
export { default as btoa } from 'core-js-pure/stable/btoa.js';
// @ts-ignore
export { default as URL } from 'core-js-pure/stable/url/index.js';

/** @type {WeakMap<object, object>} */
const targets = new WeakMap();

/** Its target stays after its dispatch: https://dom.spec.whatwg.org/#concept-event-dispatch */
export class Event extends LibraryEvent {
  get target() {
    return super.target ?? targets.get(this) ?? null;
  }
}

export class EventTarget extends LibraryEventTarget {
  /** @param {any} event */
  dispatchEvent(event) {
    if (event instanceof Event) targets.set(event, this);
    return super.dispatchEvent(event);
  }
}

/** As the core uses it: UTF-8, and a byte order mark is a character. */
export class TextDecoder {
  /** @param {Uint8Array} bytes of any realm */
  decode(bytes) {
    const { buffer, byteOffset, byteLength } = bytes;
    return utf8toStringLoose(bytes instanceof Uint8Array ? bytes : new Uint8Array(buffer, byteOffset, byteLength));
  }
}

export class TextEncoder {
  /** @param {string} text */
  encode(text) {
    return utf8fromStringLoose(text);
  }

  /**
   * @param {string} text
   * @param {Uint8Array} target
   */
  encodeInto(text, target) {
    const bytes = utf8fromStringLoose(text);
    const written = Math.min(bytes.length, target.length);
    target.set(bytes.subarray(0, written));
    return { written };
  }
}
