// Servers that stand between, how they show themselves, and the lines of their configuration that let a stream through.
// @ts-check

/** @typedef {import('../observation.d.ts').Observation} Observation */

/**
 * @typedef {object} Proxy
 * @property {string} name
 * @property {(headers: Record<string, string>) => boolean} is
 * @property {string | undefined} buffering what ends buffering
 * @property {string} compression what ends compression
 */

/** @type {(name: string, pattern: RegExp) => Proxy['is']} */
const has = (name, pattern) => (headers) => pattern.test(headers[name] ?? '');

/** @type {Proxy[]} The first that fits is taken. */
export const PROXIES = [
  {
    name: 'Cloudflare',
    is: (headers) => 'cf-ray' in headers || has('server', /cloudflare/i)(headers),
    buffering: 'let the server send `Cache-Control: no-cache, no-transform`',
    compression: 'let the server send `Cache-Control: no-cache, no-transform`',
  },
  {
    name: 'Varnish',
    is: (headers) => 'x-varnish' in headers || has('via', /varnish/i)(headers),
    buffering: '`return (pipe);` in `vcl_recv` for the URL of the stream',
    compression: '`set beresp.do_gzip = false;` in `vcl_backend_response`',
  },
  {
    name: 'Microsoft IIS',
    is: has('server', /Microsoft-IIS/i),
    buffering: '`responseBufferLimit="0"` at the handler of the stream in `web.config`',
    compression: '`<urlCompression doDynamicCompression="false" />` for the location of the stream',
  },
  {
    name: 'nginx',
    is: has('server', /nginx|openresty|tengine/i),
    buffering:
      '`proxy_buffering off;` in the `location` of the stream, or let the server send the header `X-Accel-Buffering: no`',
    compression: '`gzip off;` in the `location` of the stream',
  },
  {
    name: 'Apache',
    is: has('server', /Apache/i),
    buffering: '`flushpackets=on` at the end of the `ProxyPass` line of the stream',
    compression: '`SetEnv no-gzip 1` in the `<Location>` of the stream',
  },
  {
    name: 'Caddy',
    is: (headers) => has('server', /Caddy/i)(headers) || has('via', /Caddy/i)(headers),
    buffering: '`flush_interval -1` in the block of `reverse_proxy`',
    compression: 'a matcher at `encode` that leaves out the stream',
  },
  {
    name: 'Express',
    is: has('x-powered-by', /Express/),
    buffering: undefined, // It passes on each write at once.
    compression:
      "`filter: (request, response) => response.getHeader('Content-Type') !== 'text/event-stream'` as an option of `compression()`, or `response.flush()` after each event",
  },
];

/**
 * The servers that show themselves in what came.
 * @param {Observation} observation
 */
export function findProxies({ watch, identity, hop }) {
  const all = [watch, identity, hop].flatMap((exchange) => (exchange ? [exchange.headers] : []));
  return PROXIES.filter(({ is }) => all.some(is));
}

/**
 * @param {Observation} observation
 * @param {'buffering' | 'compression'} what
 */
export function mendFor(observation, what) {
  const found = findProxies(observation).filter((proxy) => proxy[what] !== undefined);
  return found.map((proxy) => `In ${proxy.name}: ${proxy[what]}.`).join(' ') || undefined;
}

/** For all of them, where none shows itself. @param {'buffering' | 'compression'} what */
export const mendForAll = (what) =>
  PROXIES.flatMap((proxy) => (proxy[what] === undefined ? [] : `${proxy.name}: ${proxy[what]}`)).join('. ');
