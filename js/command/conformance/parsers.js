// Judges a parser by the vectors. It imports nothing of Node, so that a page can do the same.
// @ts-check
import { LONGEST_WAIT } from './cases.js';
import { inLanes } from './lanes.js';

/**
 * @import { Delivery, Vector } from './vectors.js'
 * @typedef {{ type: string, data: string, lastEventId: string }} Event
 */

/**
 * What a parser made of a stream.
 * @typedef {object} Outcome
 * @property {Event[]} events
 * @property {number} [late] how many of these came only when the stream ended, which the standard never has
 * @property {string} [lastEventId] the last event ID string at the end, of a parser that tells it
 * @property {number} [reconnectionTime] likewise, in milliseconds
 * @property {string} [problem] why there is no more: it threw, crashed, hung
 */

/**
 * @typedef {object} Parser
 * @property {(chunks: Uint8Array[]) => Promise<Outcome>} run
 * @property {(bytes: Uint8Array) => Delivery[]} cuts the deliveries that are tried
 * @property {number} lanes how many vectors may run at once
 */

/**
 * @typedef {object} ParserVerdict
 * @property {Vector} vector
 * @property {number} tried deliveries
 * @property {string[]} failed the deliveries that failed
 * @property {{ delivery: Delivery, outcome: Outcome }} [first] the first that did
 */

const sameEvent = (/** @type {Event} */ a, /** @type {Event | undefined} */ b) =>
  a.type === b?.type && a.data === b?.data && a.lastEventId === b?.lastEventId;

/**
 * What a parser does not tell cannot be wrong.
 * @param {Vector} vector
 * @param {Outcome} outcome
 */
export function isRight({ events, lastEventId, reconnectionTime }, outcome) {
  return (
    outcome.problem === undefined &&
    !outcome.late &&
    events.length === outcome.events.length &&
    events.every((event, n) => sameEvent(event, outcome.events[n])) &&
    (outcome.lastEventId ?? lastEventId) === lastEventId &&
    // To clamp it is the business of whoever waits.
    Math.min(outcome.reconnectionTime ?? reconnectionTime, LONGEST_WAIT) === reconnectionTime
  );
}

/**
 * @param {Parser} parser
 * @param {Vector} vector
 * @returns {Promise<ParserVerdict>}
 */
async function judge({ run, cuts }, vector) {
  /** @type {ParserVerdict} */
  const verdict = { vector, tried: 0, failed: [] };
  for (const delivery of cuts(vector.bytes)) {
    const outcome = await run(delivery.chunks);
    verdict.tried++;
    if (isRight(vector, outcome)) continue;
    verdict.failed.push(delivery.cut);
    verdict.first ??= { delivery, outcome };
    if (outcome.problem !== undefined) break; // It may have taken long.
  }
  return verdict;
}

/**
 * @param {Parser} parser
 * @param {Vector[]} vectors
 * @param {(done: number) => void} [progress]
 */
export const judgeParser = (parser, vectors, progress) =>
  inLanes(parser.lanes, vectors, (vector) => judge(parser, vector), progress);
