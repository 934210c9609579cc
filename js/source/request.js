// What the request may carry: `headers`, `method`, `body`; and who makes it: `fetch`.
// @ts-check
import { makeFutile } from './fetching.js';
import { callable, notAllowed, optional } from './options.js';
import * as sse from '../../dist/layout.js';

/**
 * What Headers would send as the text "undefined" was not meant.
 * @param {any} value
 */
function makeHeaders(value) {
  const isList = value?.[Symbol.iterator] !== undefined && value.next === undefined; // and not used up
  const pairs = isList ? [...value] : Object.entries(value ?? {});
  const missing = pairs.find((pair) => Array.isArray(pair) && pair.length === 2 && (pair[1] ?? null) === null);
  if (missing)
    throw new TypeError(`the value of ${missing[0]} is ${missing[1]}; leave the header out if there is none`);
  return new Headers(value);
}

/** @param {any} value */
function readHeaders(value) {
  if (typeof value === 'function') return value;
  try {
    return makeHeaders(value);
  } catch (error) {
    throw new TypeError(
      `The option headers must be what the Headers constructor takes, or a function that returns it: ${/** @type {any} */ (error)?.message}`,
      { cause: error },
    );
  }
}

/**
 * https://fetch.spec.whatwg.org/#methods
 * @param {unknown} value
 */
function readMethod(value) {
  const isToken = typeof value === 'string' && /^[\w!#$%&'*+.^`|~-]+$/.test(value);
  if (isToken && !/^(connect|trace|track)$/i.test(value)) return value;
  throw notAllowed('method', 'an HTTP method other than CONNECT, TRACE and TRACK', value);
}

/**
 * @param {any} body
 * @param {string | undefined} method
 */
function readBody(body, method = 'GET') {
  if (body !== undefined && body !== null && /^(get|head)$/i.test(method)) {
    throw notAllowed('method', 'one that may have a body (such as POST) where body is given', method);
  }
  return checkBody(body ?? undefined);
}

const isStream = (/** @type {any} */ body) => Boolean(body?.getReader || body?.[Symbol.asyncIterator]);

/**
 * fetch would send an object of no kind that it knows as "[object Object]".
 * @param {any} body
 */
function checkBody(body) {
  const prototype = typeof body === 'object' && body !== null ? Object.getPrototypeOf(body) : undefined;
  const isPlain = prototype === null || (prototype !== undefined && Object.getPrototypeOf(prototype) === null);
  const isMeant = isStream(body) || (prototype !== null && String(body) !== '[object Object]');
  if (Array.isArray(body) || (isPlain && !isMeant)) {
    throw notAllowed('body', 'what fetch takes, such as JSON.stringify(object)', body);
  }
  return body;
}

/**
 * @param {import('./hooks.d.ts').Request} request
 * @param {any} headers
 */
async function addHeaders(request, headers) {
  const own = typeof headers === 'function' ? makeHeaders(await headers()) : new Headers(headers);
  request.headers.Accept = own.get('accept') ?? request.headers.Accept;
  own.delete('accept');
  if (request.headers['Last-Event-ID'] !== undefined) own.delete('last-event-id');
  request.headers = Object.assign({ Accept: '' }, Object.fromEntries(own), request.headers);
}

/**
 * @param {import('./hooks.d.ts').Request} request
 * @param {any} body
 * @param {boolean} isFirst
 */
async function addBody(request, body, isFirst) {
  if (isStream(body) && !isFirst) {
    throw makeFutile(
      'the option body is a stream, which can be sent once: a function that makes one can be called again',
    );
  }
  request.body = typeof body === 'function' ? checkBody(await body()) : body;
  // Required where the body is a stream, which fetch would send before it reads the response.
  if (isStream(request.body)) request.duplex = 'half';
}

/** @type {import('./hooks.d.ts').Extension} */
export const request = {
  join(init) {
    const fetch = optional(init, 'fetch', callable);
    const headers = optional(init, 'headers', (_, value) => readHeaders(value));
    const method = optional(init, 'method', (_, value) => readMethod(value));
    const body = readBody(init.body, method);
    if ((fetch ?? headers ?? method ?? body) === undefined) return undefined;
    let isFirst = true;
    return {
      policy: { flags: fetch ? sse.POLICY_ANY_SCHEME : 0 },
      async prepare(request) {
        if (method !== undefined) request.method = method;
        if (headers !== undefined) await addHeaders(request, headers);
        if (body !== undefined) await addBody(request, body, isFirst);
        isFirst = false;
      },
      wrapFetch: (given) => fetch ?? given,
    };
  },

  define(EventSource) {
    // As the eventsource package says that its `fetch` option is understood.
    Object.defineProperty(EventSource, Symbol.for('eventsource.supports-fetch-override'), { value: true });
  },
};
