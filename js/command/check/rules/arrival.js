// When the bytes came: whether something holds them back, and whether the pauses are longer than others bear.
// @ts-check
import { isBufferingHop } from './answer.js';
import { mendFor, mendForAll } from './proxies.js';
import {
  findBursts,
  findCompressionDelay,
  findPlainBursts,
  findSigns,
  isHeldBack,
  isStream,
  seconds,
} from './signs.js';

/** @typedef {import('../observation.d.ts').Rule} Rule */
/** @typedef {import('../observation.d.ts').Observation} Observation */

/** Milliseconds, and who gives up after so long a silence. */
const GIVING_UP = /** @type {const} */ ([
  [30_000, 'HAProxy as many set it up, and some routers of mobile networks (30 s)'],
  [60_000, 'nginx and load balancers of AWS (60 s)'],
  [100_000, 'Cloudflare (100 s)'],
  [300_000, "Node's fetch (300 s)"],
]);

/** A silence after which one would like to know whether heartbeats come. */
const QUIET = 5000;
/** A finite stream that comes at once, so long after the request, was probably collected. */
const LATE_WHOLE = 2000;

/**
 * The longest time without a byte, from the headers on.
 * @param {Observation} observation
 */
function findSilence({ watch: { headersAt = 0, arrivals, watched, endedAt = watched } }) {
  const times = [headersAt, ...arrivals.map(({ at }) => at), endedAt];
  return Math.max(...times.slice(1).map((time, n) => time - times[n]));
}

const SPOTS = 'Where no proxy shows itself, these are the usual places';

/** @type {Rule[]} */
export const arrivalRules = [
  {
    name: 'buffered',
    level: 'error',
    meaning:
      'Something between the server and the client collects the events, and passes them on when its buffer is full.',
    why: 'Events come late and in bursts, or, if there are few, not at all.',
    mend: `Let what stands between pass on every byte at once. ${SPOTS}: ${mendForAll('buffering')}.`,
    mendFor: (observation) => mendFor(observation, 'buffering'),
    see: 'docs/recipes.md#behind-nginx',
    judge: (observation) => {
      const { watch, hop } = observation;
      if (findCompressionDelay(observation)) return undefined;
      if (watch.status === undefined && !watch.failure && isBufferingHop(hop)) {
        return `no headers came within ${seconds(watch.watched)}, though ${hop?.headers.server}, which stands in front, answers at once: most likely it collects the stream, unless the server behind it really has sent nothing yet`;
      }
      if (!isStream(watch)) return undefined;
      return findSigns(watch).join(', and ');
    },
  },
  {
    name: 'compression-buffers',
    level: 'error',
    meaning: 'Compression collects the events: without it they come at once.',
    why: 'Events come late and in bursts, or, if there are few, not at all.',
    mend: `Do not compress text/event-stream, or flush the compressor after each event. ${SPOTS}: ${mendForAll('compression')}.`,
    mendFor: (observation) => mendFor(observation, 'compression'),
    see: 'docs/recipes.md#behind-nginx',
    judge: (observation) => {
      const delay = findCompressionDelay(observation);
      const encoding = observation.watch.headers['content-encoding'];
      return delay && (encoding === undefined ? delay : `Content-Encoding is ${encoding}, and ${delay}`);
    },
  },
  {
    name: 'compressed',
    level: 'note',
    meaning: 'The stream is compressed, and yet comes at once.',
    why: 'That works while whatever compresses flushes after each event. Small events hardly get smaller.',
    mend: 'Leave it, as long as it stays so.',
    judge: (observation) => {
      const { watch } = observation;
      const encoding = watch.headers['content-encoding'];
      const isWell = isStream(watch) && encoding !== undefined && watch.badEncoding === undefined;
      return isWell && !findCompressionDelay(observation) && `Content-Encoding is ${encoding}`;
    },
  },
  {
    name: 'bad-encoding',
    level: 'error',
    meaning: 'The body cannot be decompressed.',
    why: 'Browsers fail the connection.',
    mend: 'Send `Content-Encoding` only with a body that is encoded so, once, and only an encoding that the request accepts.',
    judge: ({ watch: { badEncoding, headers } }) =>
      badEncoding !== undefined && `Content-Encoding is ${headers['content-encoding']}: ${badEncoding}`,
  },
  {
    name: 'bursts',
    level: 'note',
    meaning: 'Events come in bursts, and nothing tells whether the server sends them so.',
    why: 'If it does not, something between collects them.',
    mend: 'Look at the log of the server. With a time in the data of each event (ISO 8601, or seconds or milliseconds since 1970), this check can tell.',
    judge: (observation) => {
      const { watch } = observation;
      return isStream(watch) && !isHeldBack(observation) && findPlainBursts(watch);
    },
  },
  {
    name: 'all-at-once',
    level: 'warning',
    meaning: 'The server took its time, and then the whole stream came at once, with its end.',
    why: 'If the events arose one after another, as the words of a model do, something collected them.',
    mend: `Write each event as it arises. ${SPOTS} that collect: ${mendForAll('buffering')}.`,
    mendFor: (observation) => mendFor(observation, 'buffering'),
    judge: ({ watch }) => {
      const { body, ending, arrivals } = watch;
      if (!isStream(watch) || ending !== 'ended' || body.events.length < 3) return undefined;
      const isLate = findBursts(watch).length === 1 && arrivals[0].at >= LATE_WHOLE;
      return (
        isLate && `${body.events.length} events came at once after ${seconds(arrivals[0].at)}, and the stream ended`
      );
    },
  },
  {
    name: 'no-heartbeat',
    level: 'warning',
    meaning: 'For a long time nothing came, not even a comment.',
    why: 'Proxies take a silent connection for a dead one and close it; and a client that has lost its connection without a word cannot tell.',
    mend: 'Send a comment, such as `:` and an empty line, every 15 seconds, as the HTML standard advises.',
    judge: (observation) => {
      if (!isStream(observation.watch)) return undefined;
      const silence = findSilence(observation);
      const who = GIVING_UP.filter(([limit]) => silence >= limit).map(([, name]) => name);
      return who.length > 0 && `nothing came for ${seconds(silence)}, after which these give up: ${who.join(', ')}`;
    },
  },
  {
    name: 'quiet',
    level: 'note',
    meaning: 'It is quiet, and the watch was too short to see whether heartbeats come.',
    why: 'Proxies close a connection that is silent for 30 or 60 seconds.',
    mend: 'Check again with `--seconds 40`, which sees a heartbeat of 15 or 30 seconds.',
    judge: (observation) => {
      const { watch } = observation;
      const isShort = isStream(watch) && watch.ending === undefined && watch.watched < GIVING_UP[0][0];
      if (!isShort || watch.body.comments.length > 1 || watch.arrivals.length === 0) return undefined;
      const silence = findSilence(observation);
      return silence >= QUIET && !isHeldBack(observation) && `nothing came for ${seconds(silence)}`;
    },
  },
  {
    name: 'no-events',
    level: 'note',
    meaning: 'No event came while this watched, so most of the rest is not judged.',
    why: 'A stream without events may be all right, or not.',
    mend: 'Let the server send an event meanwhile, or watch longer with `--seconds`.',
    judge: ({ watch }) =>
      isStream(watch) &&
      watch.arrivals.length > 0 &&
      watch.body.events.length === 0 &&
      watch.body.dataLines === 0 &&
      watch.body.jsonLines.length === 0 &&
      watch.headers['content-encoding'] === undefined &&
      `no event came within ${seconds(watch.watched)}`,
  },
  {
    name: 'ended',
    level: 'note',
    meaning: 'The server ended the stream.',
    why: 'An EventSource reconnects after that. It is right for a stream that is read once, such as the answer of a model.',
    mend: 'If clients are to stay, do not end the response. If they are to stop, answer their next request with status 204.',
    judge: ({ watch }) =>
      isStream(watch) && watch.ending === 'ended' && `the stream ended after ${seconds(watch.endedAt ?? 0)}`,
  },
  {
    name: 'broken-off',
    level: 'error',
    meaning: 'The connection was lost in the middle of the stream.',
    why: 'Clients reconnect, and miss what came meanwhile, unless the server resumes.',
    mend: 'Look for a time-out of a proxy, for a crash of the server, and for a Content-Length that is too large.',
    judge: ({ watch }) =>
      isStream(watch) && watch.ending === 'broken' && `the connection was lost after ${seconds(watch.endedAt ?? 0)}`,
  },
  {
    name: 'keeps-sending',
    level: 'note',
    meaning: 'The server went on sending after the client had closed its side of the connection.',
    why: 'It may keep streams alive that nobody reads. That is all that a client can see: many servers notice only when a write fails.',
    mend: 'Stop when the connection closes: in Node, on the event `close` of the response.',
    judge: ({ watch: { sentAfterClose = 0 } }) =>
      sentAfterClose >= 500 && `bytes came for another ${seconds(sentAfterClose)}`,
  },
];
