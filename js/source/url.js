// The URL of a source.
// @ts-check

/** "the relevant settings object's API base URL": a page's honours <base>, a worker's is its script's, Node has none. */
const getBase = () => globalThis.document?.baseURI ?? globalThis.location?.href;

/**
 * For messages, which are to hold no password.
 * @param {string} url whatever was given for one
 */
export const hideCredentials = (url) => url.replace(/^([^:/]*:)?.*@/s, '$1//');

/**
 * "encoding-parsing a URL given url, relative to settings"; "If urlRecord is failure, then throw a "SyntaxError" DOMException."
 * @param {string} url
 */
export function parseUrl(url) {
  const base = getBase();
  try {
    const parsed = new URL(url, base);
    // Chromium makes of a space, and of others that no host may have, its percent-encoding.
    if (!/^http.*%/.test(parsed.protocol + parsed.host)) return parsed;
  } catch {
    // below
  }
  const against =
    base === undefined
      ? 'there is no page or worker whose URL a relative one could be resolved against, so it must be absolute'
      : `it was resolved against ${hideCredentials(base)}`;
  throw new DOMException(
    `Cannot open an EventSource to '${hideCredentials(url)}': it is not a valid URL (${against}).`,
    'SyntaxError',
  );
}

/**
 * fetch refuses a URL with a user name and a password: they go as https://www.rfc-editor.org/rfc/rfc7617 says, where
 * https://fetch.spec.whatwg.org/#http-network-or-cache-fetch would let them. What a page has of its own URL the browser
 * sends by itself.
 * @param {string} href
 * @param {import('./hooks.d.ts').Request} request
 * @returns {string} the URL without them
 */
export function takeCredentials(href, request) {
  const url = new URL(href);
  const { origin, username, password } = url;
  if (!username && !password) return href;
  url.username = url.password = '';
  const base = getBase();
  const isSent =
    base && globalThis.location?.origin === origin
      ? !base.startsWith(href.slice(0, href.indexOf('@') + 1))
      : !base || request.credentials === 'include';
  const bytes = `${username}:${password}`.replace(/%([\da-f]{2})/gi, (_, hex) =>
    String.fromCharCode(parseInt(hex, 16)),
  );
  if (isSent) request.headers.authorization ??= `Basic ${btoa(bytes)}`;
  return url.href;
}
