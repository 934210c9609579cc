// What the request may carry: `headers`, `method`, `body`; and who makes it: `fetch`.
// @ts-check
import { callable, notAllowed, optional } from './options.js';
import * as sse from '../../dist/layout.js';

/** @param {any} value */
function readHeaders(value) {
  if (typeof value === 'function') return value;
  try {
    return new Headers(value);
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
    throw notAllowed('method', 'one that may have a body, since body is given,', method);
  }
  return body ?? undefined;
}

/**
 * @param {import('./hooks.d.ts').Request} request
 * @param {any} headers
 */
async function addHeaders(request, headers) {
  const own = new Headers(typeof headers === 'function' ? await headers() : headers);
  request.headers.Accept = own.get('accept') ?? request.headers.Accept;
  own.delete('accept');
  if (request.headers['Last-Event-ID'] !== undefined) own.delete('last-event-id');
  request.headers = Object.assign({ Accept: '' }, Object.fromEntries(own), request.headers);
}

/**
 * @param {import('./hooks.d.ts').Request} request
 * @param {any} body
 */
async function addBody(request, body) {
  request.body = typeof body === 'function' ? await body() : body;
  // Required where the body is a stream, which fetch would send before it reads the response.
  const given = /** @type {any} */ (request.body);
  if (given?.getReader || given?.[Symbol.asyncIterator]) request.duplex = 'half';
}

/** @type {import('./hooks.d.ts').Extension} */
export const request = {
  join(init) {
    const fetch = optional(init, 'fetch', callable);
    const headers = optional(init, 'headers', (_, value) => readHeaders(value));
    const method = optional(init, 'method', (_, value) => readMethod(value));
    const body = readBody(init.body, method);
    if ((fetch ?? headers ?? method ?? body) === undefined) return undefined;
    return {
      policy: { flags: fetch ? sse.POLICY_ANY_SCHEME : 0 },
      async prepare(request) {
        if (method !== undefined) request.method = method;
        if (headers !== undefined) await addHeaders(request, headers);
        if (body !== undefined) await addBody(request, body);
      },
      wrapFetch: (given) => fetch ?? given,
    };
  },

  define(EventSource) {
    // As the eventsource package says that its `fetch` option is understood.
    Object.defineProperty(EventSource, Symbol.for('eventsource.supports-fetch-override'), { value: true });
  },
};
