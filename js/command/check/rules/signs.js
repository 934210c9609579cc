// Signs that something between the server and the client collects the stream, instead of passing it on at once.
// @ts-check

/** @typedef {import('../observation.d.ts').Exchange} Exchange */
/** @typedef {import('../observation.d.ts').Observation} Observation */

/** What comes within so many milliseconds of what came before belongs to one burst. */
const BURST_GAP = 100;
/** A pause in the middle of a line is no accident after so many milliseconds. */
const PAUSE = 300;
/** Events that tell of times so many milliseconds apart should not come together. */
const TOLD_APART = 1000;
/** A connection without compression is so much ahead, if compression is what collects. */
const AHEAD = 1000;

/** Proxies collect in buffers whose sizes are multiples of this. */
const PAGE = 4096;

/**
 * @typedef {object} Burst
 * @property {number} from milliseconds
 * @property {number} to
 * @property {number} bytes
 * @property {number} firstEvent
 * @property {number} events
 * @property {import('../observation.d.ts').Place} place where it ends
 * @property {number} silence milliseconds after it
 */

/**
 * What came together.
 * @param {Exchange} exchange
 * @returns {Burst[]}
 */
export function findBursts({ body: { pieces }, watched }) {
  /** @type {Burst[]} */
  const bursts = [];
  let before = 0;
  for (const { at, bytes, place, events } of pieces) {
    const last = bursts.at(-1);
    if (last && at - last.to <= BURST_GAP) {
      Object.assign(last, { to: at, bytes: last.bytes + bytes, place, events: last.events + events - before });
    } else {
      if (last) last.silence = at - last.to;
      bursts.push({ from: at, to: at, bytes, firstEvent: before, events: events - before, place, silence: 0 });
    }
    before = events;
  }
  const last = bursts.at(-1);
  if (last) last.silence = watched - last.to;
  return bursts;
}

/** @param {number} count @param {string} noun */
export const many = (count, noun) => `${count} ${noun}${count === 1 ? '' : 's'}`;

/**
 * Bursts that stop within a line: no server writes so, but a full buffer ends anywhere.
 * @param {Burst[]} bursts
 */
function findCutLines(bursts) {
  const cut = bursts.filter(({ place, silence }) => place === 'in-line' && silence >= PAUSE);
  if (cut.length < 2) return undefined;
  return `${cut.length} times the bytes stopped in the middle of a line for ${PAUSE} ms or longer`;
}

/** @param {Burst[]} bursts */
function findRoundSizes(bursts) {
  // The first has headers before it, and the last may not be complete.
  const whole = bursts
    .slice(1, -1)
    .concat(bursts.length > 1 ? bursts.slice(-1).filter(({ bytes }) => bytes % PAGE === 0) : []);
  const round = whole.filter(({ bytes }) => bytes % PAGE === 0);
  if (round.length < 2 || round.length * 3 < whole.length * 2) return undefined;
  const [{ bytes }] = round;
  return `the bytes came in pieces of exactly ${bytes / 1024} KB, which is the size of a buffer`;
}

/**
 * Events that the stream itself dates further apart than they came; not at the start, where history is sent.
 * @param {Exchange} exchange
 * @param {Burst[]} bursts
 */
function findToldApart({ body: { events } }, bursts) {
  let longest = 0;
  let count = 0;
  for (const { from, to, firstEvent, events: length } of bursts.slice(1)) {
    const told = events.slice(firstEvent, firstEvent + length).flatMap((event) => event.told ?? []);
    const apart = told.length < 2 ? 0 : Math.max(...told) - Math.min(...told) - (to - from);
    if (apart > longest) [longest, count] = [apart, told.length];
  }
  if (longest < TOLD_APART) return undefined;
  return `${count} events came together whose own times are ${seconds(longest)} further apart`;
}

/**
 * In words; none if there is no sign.
 * @param {Exchange} exchange
 */
export function findSigns(exchange) {
  const bursts = findBursts(exchange);
  const signs = [findCutLines(bursts), findRoundSizes(bursts), findToldApart(exchange, bursts)];
  return signs.filter((sign) => sign !== undefined);
}

/** @param {Exchange} exchange */
export const isStream = ({ status, headers }) =>
  status === 200 && /^\s*text\/event-stream\s*(;|$)/i.test(headers['content-type'] ?? '');

/** @param {Exchange} exchange */
const burstsPerSecond = (exchange) =>
  (findBursts(exchange).filter(({ events }) => events > 0).length * 1000) / Math.max(1, exchange.watched);

/**
 * Whether compression holds events back: without it they come sooner.
 * @param {Observation} observation
 * @returns {string | undefined}
 */
export function findCompressionDelay({ watch, identity }) {
  const isWaiting = watch.status === undefined && !watch.failure;
  if (!isWaiting && (!isStream(watch) || watch.badEncoding !== undefined)) return undefined;
  if (!identity || !isStream(identity) || identity.headers['content-encoding']) return undefined;
  const [first] = identity.body.events;
  if (first === undefined || findSigns(identity).length > 0) return undefined;
  const collected = watch.body.events[0]?.at ?? watch.watched;
  if (first.at + AHEAD > collected || burstsPerSecond(watch) * 2 > burstsPerSecond(identity))
    return findSigns(watch)[0];
  const isEmpty = watch.body.events.length === 0;
  const late = isEmpty ? `no ${isWaiting ? 'headers' : 'event'} came within` : 'the first event came after';
  return `${late} ${seconds(collected)}; without compression the first event came after ${seconds(first.at)}`;
}

/** Whether something collects the stream. @param {Observation} observation */
export const isHeldBack = (observation) =>
  findSigns(observation.watch).length > 0 || findCompressionDelay(observation) !== undefined;

/**
 * Bursts without any sign whose they are: a server may send so on purpose.
 * @param {Exchange} exchange
 */
export function findPlainBursts(exchange) {
  const bursts = findBursts(exchange).filter(({ events, silence }) => events >= 5 && silence >= 1000);
  if (bursts.length < 3) return undefined;
  const events = Math.round(bursts.reduce((sum, burst) => sum + burst.events, 0) / bursts.length);
  const silence = Math.min(...bursts.map((burst) => burst.silence));
  return `${many(bursts.length, 'time')} about ${many(events, 'event')} came at once, then nothing for ${seconds(silence)} or longer`;
}

/** @param {number} milliseconds */
export function seconds(milliseconds) {
  return milliseconds < 1000 ? `${Math.round(milliseconds)} ms` : `${+(milliseconds / 1000).toFixed(1)} s`;
}
