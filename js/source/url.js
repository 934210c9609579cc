// The URL of a source.
// @ts-check

/**
 * "encoding-parsing a URL given url, relative to settings"; "If urlRecord is failure, then throw a "SyntaxError" DOMException."
 * @param {string} url
 */
export function parseUrl(url) {
  // "the relevant settings object's API base URL": a page's honours <base>, a worker's is its script's, Node has none.
  const base = globalThis.document?.baseURI ?? globalThis.location?.href;
  try {
    return new URL(url, base);
  } catch {
    const against =
      base === undefined
        ? 'there is no page or worker whose URL a relative one could be resolved against, so it must be absolute'
        : `it was resolved against ${base}`;
    throw new DOMException(
      `Cannot open an EventSource to '${url}': it is not a valid URL (${against}).`,
      'SyntaxError',
    );
  }
}
