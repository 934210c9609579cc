// What the server answers before the first byte of the stream.
// @ts-check
import { findCompressionDelay, isHeldBack, isStream, seconds } from './signs.js';

/** @typedef {import('../observation.d.ts').Rule} Rule */
/** @typedef {import('../observation.d.ts').Exchange} Exchange */

/** Codes of Node's errors that are about the certificate. */
const CERTIFICATE = /CERT|SELF_SIGNED|ISSUER|CRL|ALTNAME/;

/** Milliseconds until the headers, from which one waits. */
const SLOW = 3000;
/** Milliseconds from the headers to the first byte. */
const LATE_BYTE = 1000;

/** @param {Exchange} exchange */
const charsetOf = ({ headers }) => headers['content-type']?.match(/;\s*charset\s*=\s*"?([^";]*)/i)?.[1].trim();

/** @param {Exchange} exchange @param {string} name */
const directive = ({ headers }, name) =>
  (headers['cache-control'] ?? '').toLowerCase().match(new RegExp(`(?:^|[\\s,])${name}(?:\\s*=\\s*"?(\\d+))?`));

/** @param {Exchange} exchange */
const isHttp1 = ({ httpVersion }) => httpVersion?.startsWith('1');

/** @type {Rule[]} */
export const answerRules = [
  {
    name: 'unreachable',
    level: 'error',
    meaning: 'No connection to the server could be made, or it was lost before the server answered.',
    why: 'A client tries again and again, and never gets an event.',
    mend: 'Check the host and the port of the URL, and that the server runs and can be reached from here.',
    judge: ({ watch: { failure, status, isConnected, watched } }) => {
      if (failure === undefined) {
        return status === undefined && isConnected === false && `no connection was made within ${seconds(watched)}`;
      }
      if (failure.code === 'REDIRECTS' || CERTIFICATE.test(failure.code)) return undefined;
      return `the request failed: ${failure.message} (${failure.code})`;
    },
  },
  {
    name: 'certificate',
    level: 'error',
    meaning: 'The TLS certificate of the server is not one that clients trust.',
    why: 'Browsers refuse the connection, and an EventSource has no way to ask the user.',
    mend: 'Use a certificate of a trusted authority, with its whole chain, for exactly this host. For a private authority, set `NODE_EXTRA_CA_CERTS` to its file to check all the same.',
    judge: ({ watch: { failure } }) =>
      failure && CERTIFICATE.test(failure.code) && `TLS failed: ${failure.message} (${failure.code})`,
  },
  {
    name: 'redirect-loop',
    level: 'error',
    meaning: 'The redirects do not come to an end.',
    why: 'Browsers give up after 20 redirects, and the connection fails for good.',
    mend: 'Look at the redirects with `curl -sIL URL`, and let the last one lead to the stream.',
    judge: ({ watch: { failure, redirects } }) =>
      failure?.code === 'REDIRECTS' &&
      `after ${redirects.length - 1} redirects came another, to ${redirects.at(-1)?.to}`,
  },
  {
    name: 'no-answer',
    level: 'error',
    meaning: 'The server took the request, but sent no headers.',
    why: 'Until the headers come, a client is neither open nor told of an error.',
    mend: 'Send the headers as soon as the request has come, before there is an event: `response.flushHeaders()` in Node. If a proxy stands between, see `buffered`.',
    judge: (observation) => {
      const { watch, hop } = observation;
      if (watch.status !== undefined || watch.failure || watch.isConnected === false) return undefined;
      if (isBufferingHop(hop)) return undefined;
      if (findCompressionDelay(observation)) return undefined;
      return `no headers came within ${seconds(watch.watched)}`;
    },
  },
  {
    name: 'status',
    level: 'error',
    meaning: 'The server answered with another status than 200.',
    why: 'An EventSource takes only 200. With any other status the connection fails for good: it does not reconnect. 204 is how a server tells its clients to stop.',
    mend: 'Answer with 200. If the request needs a token or a body, give it here with `-H`, `-X` and `-d`.',
    judge: ({ watch: { status } }) => status !== undefined && status !== 200 && `the status is ${status}`,
  },
  {
    name: 'content-type',
    level: 'error',
    meaning: 'The response does not say that it is an event stream.',
    why: 'An EventSource refuses any other type than text/event-stream, for good.',
    mend: 'Send the header `Content-Type: text/event-stream`.',
    judge: ({ watch }) => {
      if (watch.status !== 200 || isStream(watch)) return undefined;
      const type = watch.headers['content-type'];
      return type === undefined ? 'there is no Content-Type' : `the Content-Type is ${type}`;
    },
  },
  {
    name: 'charset',
    level: 'error',
    meaning: 'The Content-Type names another charset than UTF-8.',
    why: 'An event stream is always UTF-8. Chromium refuses a stream with another charset, even `utf8`. Firefox and Safari ignore the charset, so that text in another one is garbled.',
    mend: 'Send `Content-Type: text/event-stream` without a charset, or with `charset=utf-8`, and the text as UTF-8.',
    judge: ({ watch }) => {
      const charset = isStream(watch) ? charsetOf(watch) : undefined;
      return charset && charset.toLowerCase() !== 'utf-8' && `the charset is ${charset}`;
    },
  },
  {
    name: 'redirected',
    level: 'note',
    meaning: 'The URL leads to another one.',
    why: 'Each reconnection takes the way of the redirects again, since a client goes back to the URL that it was given.',
    mend: 'Give clients the last URL, if it is meant to stay.',
    judge: ({ watch: { redirects, failure } }) =>
      redirects.length > 0 &&
      failure?.code !== 'REDIRECTS' &&
      redirects.map(({ status, to }) => `status ${status} leads to ${to}`).join(', '),
  },
  {
    name: 'insecure',
    level: 'error',
    meaning: 'A page over HTTPS cannot load this URL over HTTP.',
    why: 'Browsers block it as mixed content, and the connection fails.',
    mend: 'Serve the stream over HTTPS, and let no redirect lead to `http:`.',
    judge: ({ url, origin, watch: { redirects } }) => {
      const isFromHttps = origin?.startsWith('https:') || url.startsWith('https:');
      const urls = [url, ...redirects.map(({ to }) => to)];
      const wrong = urls.find((each) => each.startsWith('http:') && !isLocal(new URL(each).hostname));
      return (
        isFromHttps && wrong !== undefined && `${wrong} is not HTTPS, but ${urls[0] === wrong ? origin : urls[0]} is`
      );
    },
  },
  {
    name: 'cacheable',
    level: 'warning',
    meaning: 'The headers allow caches to keep the stream.',
    why: 'A cache between may wait for the end of the stream before it passes it on, or give an old stream to a new client.',
    mend: 'Send `Cache-Control: no-store` (or `no-cache`).',
    judge: ({ watch }) => {
      const cacheControl = watch.headers['cache-control'];
      if (!isStream(watch) || cacheControl === undefined || directive(watch, 'no-(?:store|cache)')) return undefined;
      const [, age] = directive(watch, '(?:s-maxage|max-age)') ?? [];
      return age !== '0' && `Cache-Control is ${cacheControl}`;
    },
  },
  {
    name: 'no-cache-control',
    level: 'note',
    meaning: 'The response has no Cache-Control.',
    why: 'Browsers do not cache an event stream, but a cache between them and the server may.',
    mend: 'Send `Cache-Control: no-store` (or `no-cache`).',
    judge: ({ watch }) =>
      isStream(watch) && watch.headers['cache-control'] === undefined && 'there is no Cache-Control',
  },
  {
    name: 'content-length',
    level: 'warning',
    meaning: 'The length of the stream is known before it begins.',
    why: 'Something had the whole stream before it sent the first byte, and a client takes the stream as ended after that many bytes.',
    mend: 'Write the events as they arise, and set no Content-Length.',
    judge: ({ watch }) =>
      isStream(watch) &&
      watch.headers['content-length'] !== undefined &&
      `Content-Length is ${watch.headers['content-length']}`,
  },
  {
    name: 'http-1.0',
    level: 'warning',
    meaning: 'The answer is HTTP/1.0.',
    why: 'HTTP/1.0 has no chunks: a stream that broke off looks like one that ended, and old proxies wait for the end.',
    mend: 'Let the server, and each proxy before it, speak HTTP/1.1 (nginx: `proxy_http_version 1.1;`) or HTTP/2.',
    judge: ({ watch }) => isStream(watch) && watch.httpVersion === '1.0' && 'the version is HTTP/1.0',
  },
  {
    name: 'unframed',
    level: 'note',
    meaning: 'Only the end of the connection ends the body.',
    why: 'A stream that broke off looks like one that ended. An EventSource reconnects after either, but whoever reads it once cannot tell.',
    mend: 'Send the body with `Transfer-Encoding: chunked`, which servers do by themselves over HTTP/1.1 with `Connection: keep-alive`.',
    judge: ({ watch }) =>
      isStream(watch) &&
      watch.httpVersion === '1.1' &&
      watch.headers['content-length'] === undefined &&
      watch.headers['transfer-encoding'] === undefined &&
      'there is neither Transfer-Encoding nor Content-Length',
  },
  {
    name: 'connection-close',
    level: 'note',
    meaning: 'The server closes the connection after this response.',
    why: 'Each reconnection then needs a new connection, with TLS from the start. On a stream that is held open that hardly matters.',
    mend: 'Leave out `Connection: close`, and let the server keep connections.',
    judge: ({ watch }) =>
      isStream(watch) &&
      watch.httpVersion === '1.1' &&
      watch.headers['transfer-encoding'] !== undefined &&
      /\bclose\b/i.test(watch.headers.connection ?? '') &&
      `Connection is ${watch.headers.connection}`,
  },
  {
    name: 'six-connections',
    level: 'note',
    meaning: 'The stream comes over HTTP/1.1, of which a browser opens at most six connections to a host.',
    why: 'Six open streams, in all tabs together, leave no connection for anything else of that host: further requests wait for ever.',
    mend: 'Serve it over HTTP/2, as each of the servers that stand in front can (nginx: `http2 on;`), or share one stream between tabs.',
    see: 'docs/recipes.md#one-connection-for-all-tabs',
    judge: ({ watch }) => isStream(watch) && isHttp1(watch) && `the version is HTTP/${watch.httpVersion}`,
  },
  {
    name: 'slow-headers',
    level: 'warning',
    meaning: 'The headers came late.',
    why: 'Until then a client is not open, and some proxies give up.',
    mend: 'Send the headers as soon as the request has come, before there is an event: `response.flushHeaders()` in Node.',
    judge: (observation) => {
      const { watch } = observation;
      if (watch.status !== 200 || isHeldBack(observation)) return undefined;
      return (watch.headersAt ?? 0) >= SLOW && `the headers came after ${seconds(watch.headersAt ?? 0)}`;
    },
  },
  {
    name: 'late-first-byte',
    level: 'warning',
    meaning: 'After the headers there was no byte for a while.',
    why: 'Firefox fires `open` only when the first byte comes, and some proxies hold the headers back until then.',
    mend: 'Send a comment, such as `:` and an empty line, right after the headers.',
    judge: ({ watch, watch: { headersAt = 0, arrivals, ending, watched } }) => {
      if (!isStream(watch) || (ending !== undefined && arrivals.length === 0)) return undefined;
      const late = (arrivals[0]?.at ?? watched) - headersAt;
      if (late < LATE_BYTE) return undefined;
      return arrivals.length > 0
        ? `the first byte came ${seconds(late)} after the headers`
        : `no byte came within ${seconds(late)}`;
    },
  },
];

/** @param {string} hostname */
const isLocal = (hostname) => /^(localhost|.*\.localhost|127\..*|\[::1\])$/.test(hostname);

/**
 * Whether a server is there that answers at once by itself, and that is known to collect what others answer.
 * @param {Exchange | undefined} hop
 */
export function isBufferingHop(hop) {
  return /nginx|openresty|tengine/i.test(hop?.headers.server ?? '');
}
