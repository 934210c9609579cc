// The shape of an interface: https://webidl.spec.whatwg.org/#javascript-binding
// @ts-check
import * as sse from '../../dist/layout.js';

/** @param {unknown} value */
export const isObject = (value) => Object(value) === value;

/**
 * https://webidl.spec.whatwg.org/#js-to-dictionary, whose members are read where they are needed.
 * @param {unknown} init
 */
export function toDictionary(init) {
  if (init === undefined || init === null || isObject(init)) return init;
  throw new TypeError(`Failed to construct 'EventSource': init must be an object, not ${typeof init}.`);
}

/**
 * Members are enumerable, and the class says its name.
 * @param {object} prototype
 * @param {string} name of the interface
 * @param {string[]} members
 */
export function exposeMembers(prototype, name, members) {
  for (const member of members) Object.defineProperty(prototype, member, { enumerable: true });
  Object.defineProperty(prototype, Symbol.toStringTag, { value: name, configurable: true });
}

/**
 * Constants are on the interface and its prototype; attributes and operations are enumerable.
 * @param {Function} EventSource
 * @param {string} name
 * @param {string[]} members
 */
export function defineInterface(EventSource, name, members) {
  const { prototype } = EventSource;
  for (const [constant, value] of Object.entries({ CONNECTING: sse.CONNECTING, OPEN: sse.OPEN, CLOSED: sse.CLOSED })) {
    for (const holder of [EventSource, prototype]) Object.defineProperty(holder, constant, { value, enumerable: true });
  }
  exposeMembers(prototype, name, members);
  Object.defineProperty(EventSource, 'name', { value: name, configurable: true }); // whatever a minifier makes of it
}

/**
 * Gives an interface the accessors of an object literal.
 * @param {Function} EventSource
 * @param {object} attributes
 */
export function defineAttributes(EventSource, attributes) {
  Object.defineProperties(EventSource.prototype, Object.getOwnPropertyDescriptors(attributes));
}

/**
 * Methods that are no part of the interface, and so not enumerable.
 * @param {object} holder
 * @param {object} methods
 */
export function defineMethods(holder, methods) {
  for (const key of Reflect.ownKeys(methods)) {
    const descriptor = Object.getOwnPropertyDescriptor(methods, key);
    Object.defineProperty(holder, key, { ...descriptor, enumerable: false });
  }
}
