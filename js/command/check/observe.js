// Looks at a server as a browser would: watches the stream, and asks what only further requests can tell.
// @ts-check
import { ACCEPTED_ENCODINGS, Exchanging, systemClock } from './exchange.js';
import { CONTROLS } from './rules/resuming.js';
import { isStream } from './rules/signs.js';

/** @typedef {import('./observation.d.ts').Observation} Observation */
/** @typedef {import('./observation.d.ts').Exchange} Exchange */

/** Milliseconds without headers after which it asks who stands in front. */
const PATIENCE = 2000;
/** What an event that is known may take to come on resuming, and any other request. */
const RESUME_TIME = 3000;
const ASIDE_TIME = 3000;

/**
 * An id of the same form that is older than all, or one that no server has sent.
 * @param {string} id
 */
function makeStale(id) {
  const older = id.replace(/\d/g, '0');
  return older === id ? 'eventsource-wasm-check-0' : older;
}

/** What a request is for. @typedef {'watch' | 'identity' | 'hop' | 'resume' | 'stale' | 'preflight'} Phase */

/**
 * What the user wants to know.
 * @typedef {object} Wish
 * @property {URL} url
 * @property {number} seconds
 * @property {string} [method] GET unless given
 * @property {Record<string, string>} [headers] that are added to the request, by lower-case name
 * @property {Uint8Array} [body]
 * @property {string} [origin] of a page that CORS is judged for
 * @property {(phase: Phase, exchange: Exchange) => void} [onProgress] something has come
 * @property {import('./exchange.js').Clock} [clock]
 */

/**
 * The id to resume after: one whose next event is known, if there are two.
 * @param {Exchange} watch
 */
function chooseId({ body: { events } }) {
  const ids = events.flatMap(({ id }) => (id && !CONTROLS.test(id) ? [id] : []));
  const last = ids.at(-1);
  if (last === undefined) return undefined;
  const before = ids.filter((id) => id !== last).at(-1);
  return before === undefined ? { id: last, expected: undefined } : { id: before, expected: last };
}

class Observer {
  #wish;
  #clock;
  #headers;
  #report;

  /** @param {Wish} wish */
  constructor(wish) {
    const { headers = {}, origin, clock = systemClock, onProgress = () => {} } = wish;
    this.#wish = wish;
    this.#clock = clock;
    this.#report = onProgress;
    this.#headers = {
      ...{ accept: 'text/event-stream', 'cache-control': 'no-cache', pragma: 'no-cache' },
      ...{ 'accept-encoding': ACCEPTED_ENCODINGS, 'user-agent': 'eventsource-wasm check' },
      ...(origin === undefined ? {} : { origin }),
      ...headers,
    };
  }

  /** @returns {Promise<Observation>} */
  async observe() {
    const { url, method = 'GET', headers = {}, origin, seconds } = this.#wish;
    const { watch, identity, hop } = await this.#watch();
    /** @type {Observation} */
    const seen = { url: url.href, origin, askedHeaders: findAsked(headers), method, seconds, watch, preflights: {} };
    const [found, without, resume, stale, preflights] = await Promise.all([
      hop,
      identity,
      this.#resume(watch),
      this.#askStale(watch),
      this.#askPermission(),
    ]);
    return { ...seen, hop: found, identity: without, resume, stale, preflights };
  }

  /** Without compression as well, as soon as there is some; or if no headers come, which may be because of it. */
  async #watch() {
    const { seconds, method = 'GET' } = this.#wish;
    const end = this.#clock.now() + seconds * 1000;
    const over = new AbortController();
    /** @type {Promise<Exchange> | undefined} */
    let identity;
    /** @type {Promise<Exchange> | undefined} */
    let hop;
    const cancel = this.#clock.after(Math.min(PATIENCE, seconds * 500), () => {
      hop = this.#askHop();
      if (method === 'GET') identity = this.#askWithoutCompression(end, over.signal);
    });
    const watch = await this.#ask('watch', {
      milliseconds: seconds * 1000,
      saysGoodbye: true,
      isEnough: isRefused,
      onChange: ({ headers, status }) => {
        cancel();
        if (headers['content-encoding'] !== undefined && status === 200) {
          identity ??= this.#askWithoutCompression(end, over.signal);
        }
      },
    });
    cancel();
    over.abort();
    return { watch, identity, hop };
  }

  /** Who stands in front: the first server on the way is to answer this itself. */
  #askHop() {
    const headers = { 'max-forwards': '0' };
    return this.#ask('hop', { method: 'TRACE', headers, milliseconds: ASIDE_TIME, isEnough: hasAnswered });
  }

  /**
   * @param {number} end when to stop
   * @param {AbortSignal} signal stops it earlier
   */
  #askWithoutCompression(end, signal) {
    return this.#ask('identity', {
      signal,
      milliseconds: Math.max(0, end - this.#clock.now()),
      headers: { ...this.#headers, 'accept-encoding': 'identity' },
      isEnough: isRefused,
    });
  }

  /** @param {Exchange} watch */
  async #resume(watch) {
    const chosen = watch.status === 200 ? chooseId(watch) : undefined;
    if (chosen === undefined) return undefined;
    const exchange = await this.#ask('resume', {
      headers: this.#headersWithId(chosen.id),
      milliseconds: RESUME_TIME,
      isEnough: ({ status, body }) => status !== 200 || body.events.some(({ id }) => id !== undefined && id !== ''),
    });
    return { ...chosen, exchange };
  }

  /** Only of a request that changes nothing. @param {Exchange} watch */
  async #askStale(watch) {
    const { method = 'GET' } = this.#wish;
    const known = watch.status === 200 && method === 'GET' ? chooseId(watch) : undefined;
    if (known === undefined) return undefined;
    const id = makeStale(known.id);
    const headers = this.#headersWithId(id);
    const exchange = await this.#ask('stale', { headers, milliseconds: ASIDE_TIME, isEnough: hasAnswered });
    return { id, exchange };
  }

  /** What a browser asks before requests that need consent. */
  async #askPermission() {
    const { origin, method = 'GET', headers = {} } = this.#wish;
    if (origin === undefined || origin === new URL(this.#wish.url).origin) return {};
    const names = findAsked(headers);
    const isAsked = names.length > 0 || !SIMPLE_METHODS.includes(method);
    const [lastEventId, request] = await Promise.all([
      this.#askPreflight(origin, method, ['last-event-id']),
      isAsked ? this.#askPreflight(origin, method, names) : undefined,
    ]);
    return { lastEventId, request };
  }

  /**
   * @param {string} origin
   * @param {string} method
   * @param {string[]} names
   */
  #askPreflight(origin, method, names) {
    const headers = {
      ...{ accept: '*/*', origin, 'access-control-request-method': method },
      ...(names.length > 0 ? { 'access-control-request-headers': names.sort().join(',') } : {}),
    };
    return this.#ask('preflight', { method: 'OPTIONS', headers, milliseconds: ASIDE_TIME, isEnough: hasAnswered });
  }

  /** As UTF-8, each byte as a character: so Node sends headers. @param {string} id */
  #headersWithId(id) {
    return { ...this.#headers, 'last-event-id': Buffer.from(id).toString('latin1') };
  }

  /**
   * @param {Phase} phase
   * @param {Partial<import('./exchange.js').Plan> & { milliseconds: number }} plan
   */
  #ask(phase, plan) {
    const { url, method = 'GET', body } = this.#wish;
    const own = plan.method === undefined ? { method, body } : {};
    const onChange = (/** @type {Exchange} */ exchange) => {
      plan.onChange?.(exchange);
      this.#report(phase, exchange);
    };
    const whole = { url, headers: this.#headers, ...own, ...plan, onChange };
    return new Exchanging(/** @type {import('./exchange.js').Plan} */ (whole), this.#clock).run();
  }
}

/** @param {Exchange} exchange */
const hasAnswered = ({ status }) => status !== undefined;

/** No stream will come. @param {Exchange} exchange */
const isRefused = (exchange) => hasAnswered(exchange) && !isStream(exchange);

const SIMPLE_METHODS = ['GET', 'HEAD', 'POST'];
const SIMPLE_HEADERS = ['accept', 'accept-language', 'content-language'];
const SIMPLE_TYPE = /^\s*(application\/x-www-form-urlencoded|multipart\/form-data|text\/plain)\s*(;|$)/i;

/**
 * The names of those headers that CORS asks the server about.
 * @param {Record<string, string>} headers
 */
function findAsked(headers) {
  const isSimple = (/** @type {string} */ name) =>
    SIMPLE_HEADERS.includes(name) || (name === 'content-type' && SIMPLE_TYPE.test(headers[name]));
  return Object.keys(headers).filter((name) => !isSimple(name));
}

/** @param {Wish} wish */
export function observe(wish) {
  return new Observer(wish).observe();
}
