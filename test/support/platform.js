// Where platforms differ, whatever the package does.

const agent = globalThis.navigator?.userAgent ?? '';
const isBrowser = /^Mozilla/.test(agent);
const isFirefox = /Firefox/.test(agent);
const isWebKit = isBrowser && !/Firefox|Chrome/.test(agent);
const isBun = 'Bun' in globalThis;
const isDeno = 'Deno' in globalThis;

/**
 * How many random cases to try: the places of the browsers, of which there are many, share them.
 * @param {number} count in Node
 */
export const randomCases = (count) => (isBrowser ? count / 10 : count);

function refuses(make) {
  try {
    make();
    return false;
  } catch {
    return true;
  }
}

const streamBody = () =>
  new Request('http://127.0.0.1/', { method: 'POST', body: new ReadableStream(), duplex: 'half' });

/** What a platform cannot do: the reason, or undefined where it can. */
export const limits = {
  openBeforeBody: isFirefox ? 'Firefox holds a response back until the first byte of its body' : undefined,
  byteStreams: refuses(() => new ReadableStream({ type: 'bytes' })) ? 'there are no byte streams' : undefined,
  streamBodies: streamBody().headers.has('content-type') ? 'a stream as body is sent as its name' : undefined,
  streamUploads: isBrowser ? 'browsers send a stream over HTTP/2, or not at all' : undefined,
  blobUrls: !URL.createObjectURL
    ? 'a service worker makes no blob: URLs'
    : isBun
      ? 'Bun gives what it fetches from a blob: URL no Content-Type'
      : undefined,
  dataUrls: isBun ? 'Bun gives what it fetches from a data: URL no Content-Type' : undefined,
  typeOfBody: isBun ? 'Bun sends a string without its type' : undefined,
  standardMessageEvent: isDeno ? "Deno's MessageEvent has not the members that the standard gives it" : undefined,
  resets:
    isBun || isDeno
      ? 'Bun and Deno repeat a request by themselves when a connection that was used before is reset'
      : undefined,
  importScripts:
    'registration' in globalThis ? 'a service worker imports scripts only while it is being installed' : undefined,
  noDocument: 'document' in globalThis ? 'a page has a document' : undefined,
};

/**
 * `it`, which skips where there is this limit, and says so.
 * @param {string | undefined} limit
 */
export const itUnless = (limit) => (limit === undefined ? it : (title) => it.skip(`${title} (${limit})`));

/** WebKit, with libsoup, may take the close of a connection for the end of the body. */
export const closeEndsBody = isWebKit;

/**
 * A header value as a server sees it: WebKit, with libsoup, takes the bytes for text and encodes it.
 * @param {string} bytes
 */
export function arriving(bytes) {
  return isWebKit ? String.fromCharCode(...new TextEncoder().encode(bytes)) : bytes;
}
