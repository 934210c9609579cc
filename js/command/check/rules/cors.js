// Whether a page of the origin that was named may read the stream.
// @ts-check
import { isStream } from './signs.js';

/** @typedef {import('../observation.d.ts').Rule} Rule */
/** @typedef {import('../observation.d.ts').Observation} Observation */
/** @typedef {import('../observation.d.ts').Exchange} Exchange */

/** @param {Observation} observation */
const isCrossOrigin = ({ origin, url }) => origin !== undefined && origin !== new URL(url).origin;

/** @param {Exchange} exchange @param {string | undefined} origin */
function allows({ headers }, origin) {
  const allowed = headers['access-control-allow-origin'];
  return allowed === '*' || allowed === origin;
}

/** @type {(judge: (observation: Observation) => string | undefined | false) => Rule['judge']} */
const ofPage = (judge) => (observation) =>
  isCrossOrigin(observation) && isStream(observation.watch) && judge(observation);

/**
 * Why a browser takes the answer to a preflight as a refusal.
 * @param {Exchange} exchange
 * @param {string | undefined} origin
 * @param {string} method
 * @param {string[]} names
 */
function findRefusal({ status, headers, failure, ...rest }, origin, method, names) {
  if (status === undefined) return failure ? failure.message : 'no answer came';
  if (status < 200 || status > 299) return `the status of the answer to OPTIONS is ${status}`;
  if (!allows({ status, headers, ...rest }, origin)) return 'the answer to OPTIONS does not allow the origin';
  const split = (/** @type {string} */ name) => (headers[name] ?? '').split(',').map((item) => item.trim());
  const methods = split('access-control-allow-methods');
  if (!['GET', 'HEAD', 'POST', ...methods].includes(method) && !methods.includes('*')) {
    return `Access-Control-Allow-Methods does not have ${method}`;
  }
  const allowed = split('access-control-allow-headers').map((name) => name.toLowerCase());
  const missing = names.find((name) => !allowed.includes(name) && (name === 'authorization' || !allowed.includes('*')));
  return missing && `Access-Control-Allow-Headers does not have ${missing}`;
}

/** @type {Rule[]} */
export const corsRules = [
  {
    name: 'cors-refused',
    level: 'error',
    meaning: 'Pages of the origin may not read the stream.',
    why: 'Browsers withhold the response, and the connection fails.',
    mend: 'Send `Access-Control-Allow-Origin` with the origin, or with `*`.',
    see: 'docs/faq.md#what-does-another-origin-have-to-allow',
    judge: ofPage(({ watch, origin }) => {
      if (allows(watch, origin)) return undefined;
      const allowed = watch.headers['access-control-allow-origin'];
      return allowed === undefined
        ? `there is no Access-Control-Allow-Origin for ${origin}`
        : `Access-Control-Allow-Origin is ${allowed}, not ${origin}`;
    }),
  },
  {
    name: 'cors-no-credentials',
    level: 'note',
    meaning: 'Pages of the origin may read the stream, but not with cookies.',
    why: 'With `withCredentials: true` a browser refuses the response.',
    mend: 'If the stream needs cookies, send `Access-Control-Allow-Credentials: true`, and the origin itself in place of `*`.',
    judge: ofPage(({ watch, origin }) => {
      const { 'access-control-allow-credentials': credentials, 'access-control-allow-origin': allowed } = watch.headers;
      if (!allows(watch, origin) || credentials === 'true') return undefined;
      return `Access-Control-Allow-Origin is ${allowed}, without Access-Control-Allow-Credentials`;
    }),
  },
  {
    name: 'cors-any-with-credentials',
    level: 'warning',
    meaning: 'All origins are allowed, and credentials, too: browsers refuse the two together.',
    why: 'Whoever set this meant that pages come with cookies, and they fail.',
    mend: 'Send the origin of the request in place of `*`, if it is one that you trust, with `Vary: Origin`.',
    judge: ofPage(
      ({ watch: { headers } }) =>
        headers['access-control-allow-origin'] === '*' &&
        headers['access-control-allow-credentials'] === 'true' &&
        'Access-Control-Allow-Origin is * with Access-Control-Allow-Credentials: true',
    ),
  },
  {
    name: 'cors-vary',
    level: 'note',
    meaning: 'The answer names the origin, but does not say that it depends on it.',
    why: 'A cache between may give the answer for one origin to another, which then fails.',
    mend: 'Send `Vary: Origin` if more than one origin is allowed.',
    judge: ofPage(
      ({ watch: { headers }, origin }) =>
        headers['access-control-allow-origin'] === origin &&
        !/(^|,)\s*(origin|\*)\s*(,|$)/i.test(headers.vary ?? '') &&
        `Vary is ${headers.vary ?? 'missing'}`,
    ),
  },
  {
    name: 'preflight-last-event-id',
    level: 'warning',
    meaning: 'The server does not allow Last-Event-ID when a browser asks.',
    why: "A browser's own EventSource sends it without asking. Clients made with `fetch`, as this package's, ask first, and cannot resume.",
    mend: 'Answer OPTIONS with status 204, `Access-Control-Allow-Origin` and `Access-Control-Allow-Headers: Last-Event-ID`.',
    see: 'docs/faq.md#what-does-another-origin-have-to-allow',
    judge: ofPage(({ watch, preflights: { lastEventId }, origin }) => {
      const hasIds = watch.body.events.some(({ id }) => id);
      return (
        hasIds && allows(watch, origin) && lastEventId && findRefusal(lastEventId, origin, 'GET', ['last-event-id'])
      );
    }),
  },
  {
    name: 'preflight-refused',
    level: 'error',
    meaning: 'The server does not allow this method or these headers when a browser asks.',
    why: 'The browser then does not send the request at all.',
    mend: 'Answer OPTIONS with status 204, `Access-Control-Allow-Origin`, and the method and headers in `Access-Control-Allow-Methods` and `Access-Control-Allow-Headers`.',
    see: 'docs/faq.md#what-does-another-origin-have-to-allow',
    judge: ({ preflights: { request }, origin, method, askedHeaders }) =>
      request && findRefusal(request, origin, method, askedHeaders),
  },
];
