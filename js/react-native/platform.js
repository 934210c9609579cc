// What React Native may lack, in whichever version. tools/react-native.js puts `platform.Event` in the place of `Event`,
// and so on: what the app has when it is used counts, and else what classes.js has.
// @ts-check
import { fetch as xhrFetch } from '../source/xhr.js';
import * as classes from './classes.js';
import { makeStrict } from './headers.js';

/** Both or neither, since they have to know each other. */
const hasEvents = () => 'Event' in globalThis && 'EventTarget' in globalThis;

/**
 * Whether the responses of a global fetch have a stream. Those of React Native's own, which tells by `polyfill` that it
 * is none of the platform's, have none, and come when all has come: they cannot be asked. One that is wrapped tells
 * nothing; but where there is no ReadableStream it cannot be another.
 * @param {any} fetch
 */
const hasStreams = (fetch) => 'ReadableStream' in globalThis && typeof fetch === 'function' && !fetch.polyfill;

/** @type {{ of?: any, strict?: any }} */
const headers = {};

export const platform = {
  /** React Native's own takes anything for a URL. */
  URL: classes.URL,

  get btoa() {
    return globalThis.btoa ?? classes.btoa;
  },

  get Event() {
    return (hasEvents() ? globalThis : classes).Event;
  },

  get EventTarget() {
    return (hasEvents() ? globalThis : classes).EventTarget;
  },

  get Headers() {
    const { Headers } = globalThis;
    if (Headers !== headers.of) Object.assign(headers, { of: Headers, strict: makeStrict(Headers) });
    return headers.strict;
  },

  get DOMException() {
    return globalThis.DOMException ?? classes.DOMException;
  },

  get TextDecoder() {
    return globalThis.TextDecoder ?? classes.TextDecoder;
  },

  get TextEncoder() {
    return globalThis.TextEncoder ?? classes.TextEncoder;
  },

  get fetch() {
    const { fetch } = globalThis;
    return hasStreams(fetch) ? fetch : xhrFetch;
  },

  /** Babel, which makes the async generators of an app, knows it by this name where the engine does not know it. */
  get asyncIterator() {
    const { asyncIterator } = Symbol;
    return asyncIterator ?? '@@asyncIterator';
  },
};
