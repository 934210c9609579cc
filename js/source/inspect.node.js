// What console.log shows in Node, Bun and Deno, which know of no accessors.
// @ts-check
import { EventSourceErrorEvent, EventSourceOpenEvent, StreamMessageEvent } from './events.js';
import { defineMethods } from './webidl.js';

/**
 * No log is to hold a password.
 * @param {string} url
 */
const withoutCredentials = (url) => url.replace(/^([^/]+:\/\/)[^/?#]*@/, '$1');

/**
 * @param {any} shown
 * @param {string} members
 */
function pick(shown, members) {
  const names = members.split(' ');
  return Object.fromEntries(names.map((name) => [name, name === 'url' ? withoutCredentials(shown.url) : shown[name]]));
}

/**
 * @param {{ prototype: object }} Class
 * @param {string} name
 * @param {string} members that a person looks for
 */
function show(Class, name, members) {
  /**
   * @param {any} shown
   * @param {object} options
   * @param {(value: unknown, options: object) => string} inspect
   */
  const describe = (shown, options, inspect) => {
    try {
      return `${name} ${inspect(pick(shown, members), options)}`;
    } catch {
      return name; // of something that only has the prototype
    }
  };
  defineMethods(Class.prototype, {
    /**
     * @param {number} _depth
     * @param {any} options
     * @param {any} inspect
     */
    [Symbol.for('nodejs.util.inspect.custom')](_depth, options, inspect) {
      return describe(this, options, inspect);
    },
    /**
     * @param {any} inspect
     * @param {any} options
     */
    [Symbol.for('Deno.customInspect')](inspect, options) {
      return describe(this, options, inspect);
    },
  });
}

/** @type {import('./hooks.d.ts').Extension} */
export const inspect = {
  define(EventSource) {
    show(EventSource, 'EventSource', 'url withCredentials readyState lastEventId');
    show(EventSourceOpenEvent, 'EventSourceOpenEvent', 'type status url headers');
    show(StreamMessageEvent, 'MessageEvent', 'type data lastEventId origin');
    show(EventSourceErrorEvent, 'EventSourceErrorEvent', 'message code status cause retryIn');
  },
};
