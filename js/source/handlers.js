// Event handler attributes: https://html.spec.whatwg.org/multipage/webappapis.html#event-handler-attributes
// @ts-check
import { isWorkerd, platformClass } from '../runtime.js';
import { isObject } from './webidl.js';

/** @typedef {Map<string, { callback: any, listener: (event: Event) => void }>} Handlers */

/** The type of the event whose dispatch begins, until workerd has looked for its handler. */
let dispatchedType = '';

/**
 * The EventTarget of workerd calls what it finds as on*, before all listeners: it is to find no handler, since those are
 * among the listeners.
 */
class TargetWithoutHandlers extends platformClass('EventTarget') {
  /** @param {Event} event */
  dispatchEvent(event) {
    dispatchedType = event?.type;
    try {
      return super.dispatchEvent(event);
    } finally {
      dispatchedType = '';
    }
  }
}

export const Target = isWorkerd ? TargetWithoutHandlers : platformClass('EventTarget');

/** @typedef {{ source: EventTarget, handlers: Handlers | null }} Owner */

/**
 * The handler stays where it was among the listeners when it was first set, until it is set to null.
 * @param {Owner} owner
 * @param {string} type
 * @param {any} callback
 */
function setHandler(owner, type, callback) {
  const { source } = owner;
  const handlers = (owner.handlers ??= new Map());
  const handler = handlers.get(type);
  if (!isObject(callback)) {
    if (handler) source.removeEventListener(type, handler.listener);
    handlers.delete(type);
  } else if (handler) {
    handler.callback = callback;
  } else {
    const added = {
      callback,
      /** @param {Event} event */
      listener: (event) => {
        if (typeof added.callback === 'function') added.callback.call(source, event);
      },
    };
    handlers.set(type, added);
    source.addEventListener(type, added.listener);
  }
}

/**
 * An object whose accessors are those of a prototype.
 * @param {string[]} types
 * @param {(source: any) => Owner} ownerOf throws a TypeError for what is no source
 */
export function handlerAttributes(types, ownerOf) {
  const attributes = {};
  for (const type of types) {
    const name = `on${type}`;
    const attribute = {
      get [name]() {
        const { handlers } = ownerOf(this);
        if (type !== dispatchedType) return handlers?.get(type)?.callback ?? null;
        dispatchedType = '';
        return null;
      },
      /** @param {any} callback */
      set [name](callback) {
        setHandler(ownerOf(this), type, callback);
      },
    };
    Object.defineProperties(attributes, Object.getOwnPropertyDescriptors(attribute));
  }
  return attributes;
}
