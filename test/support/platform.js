// Where platforms differ, whatever the package does.

const agent = globalThis.navigator?.userAgent ?? '';
const isBrowser = /^Mozilla/.test(agent);
const isFirefox = /Firefox/.test(agent);
const isWebKit = isBrowser && !/Firefox|Chrome/.test(agent);
const isBun = 'Bun' in globalThis;
const isDeno = 'Deno' in globalThis;
const isWorkerd = agent === 'Cloudflare-Workers';
const isReactNative = globalThis.navigator?.product === 'ReactNative';

/** Where an app's Babel has left nothing of classes, as by default when an app for React Native is built. */
const isCompiled = /^function/.test(`${globalThis.packages?.root.EventSource}`);

/**
 * How many random cases to try: browsers and realms, of which there are many, share them.
 * @param {number} count in a process
 */
export const randomCases = (count) => (globalThis.process?.versions ? count : count / 10);

function refuses(make) {
  try {
    make();
    return false;
  } catch {
    return true;
  }
}

function namesStreams() {
  const init = { method: 'POST', body: new ReadableStream(), duplex: 'half' };
  return new Request('http://127.0.0.1/', init).headers.has('content-type');
}

/** What a platform cannot do: the reason, or undefined where it can. */
export const limits = {
  openBeforeBody: isFirefox ? 'Firefox holds a response back until the first byte of its body' : undefined,
  byteStreams: refuses(() => new ReadableStream({ type: 'bytes' })) ? 'there are no byte streams' : undefined,
  streamBodies: 'Request' in globalThis && namesStreams() ? 'a stream as body is sent as its name' : undefined,
  streamUploads: isBrowser
    ? 'browsers send a stream over HTTP/2, or not at all'
    : isReactNative
      ? 'XMLHttpRequest cannot send a stream'
      : undefined,
  xhr: 'XMLHttpRequest' in globalThis ? undefined : 'a service worker has no XMLHttpRequest',
  needsFetch: isReactNative ? 'React Native can do without fetch' : undefined,
  classes: isCompiled
    ? 'private fields are properties, and accessors have other names, as Babel leaves them'
    : undefined,
  charsets: isReactNative ? 'React Native decodes text by the charset of its Content-Type' : undefined,
  malformedText: isReactNative ? 'React Native does not hand on text that is malformed' : undefined,
  blobUrls: refuses(() => URL.createObjectURL(new Blob()))
    ? 'URL.createObjectURL is missing, or not implemented'
    : isBun
      ? 'Bun gives what it fetches from a blob: URL no Content-Type'
      : undefined,
  dataUrls: isBun ? 'Bun gives what it fetches from a data: URL no Content-Type' : undefined,
  typeOfBody: isBun ? 'Bun sends a string without its type' : undefined,
  messageEvent: 'MessageEvent' in globalThis ? undefined : 'there is no MessageEvent',
  standardMessageEvent:
    isDeno || isWorkerd
      ? 'the MessageEvent of Deno and workerd has not the members that the standard gives it'
      : undefined,
  currentTarget: isWorkerd ? 'the currentTarget of an event in workerd remains after its dispatch' : undefined,
  ownDispatch: isWorkerd
    ? 'EventTarget calls on* handlers by itself in workerd, so another class stands before it'
    : undefined,
  byteStrings: isWorkerd || isReactNative ? 'header values are text in workerd and React Native, not bytes' : undefined,
  cache:
    'Request' in globalThis && refuses(() => new Request('http://127.0.0.1/', { cache: 'no-store' }))
      ? 'fetch refuses the member cache, and so is called again without it'
      : undefined,
  foreignSignals:
    'process' in globalThis && !isWorkerd && !isBun && !isDeno
      ? undefined
      : 'only Node makes a signal whatever the global AbortController is',
  typeErrors: isWorkerd ? 'fetch rejects with another error than a TypeError in workerd' : undefined,
  /** In pages, where the scripted server is another origin. */
  lookedInto:
    typeof globalThis.origin === 'string' && !isWorkerd
      ? 'a request to another origin that fails is looked into by further ones, which other tests are about'
      : undefined,
  replacedClass: isWebKit
    ? 'in WebKit, tests that replace a class of the platform pass alone, but not after all others: it is not known why'
    : undefined,
  resets:
    isBun || isDeno || isWorkerd
      ? 'Bun, Deno and workerd repeat a request by themselves when a connection that was used before is reset'
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
