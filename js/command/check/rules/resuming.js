// Ids, and what the server does with Last-Event-ID.
// @ts-check
import { findSigns, isStream, many, seconds } from './signs.js';

/** @typedef {import('../observation.d.ts').Rule} Rule */
/** @typedef {import('../observation.d.ts').Observation} Observation */

/** @param {Observation} observation */
const idsOf = ({ watch }) => (isStream(watch) ? watch.body.events.flatMap(({ id }) => (id ? [id] : [])) : []);

/** What no header can carry; a tab can be carried. */
// eslint-disable-next-line no-control-regex
export const CONTROLS = /[\x01-\x08\x0a-\x1f\x7f]/;

/** The bytes that CORS allows in no header without asking, beside those, and how many. */
// eslint-disable-next-line no-control-regex
const UNSAFE = /[^\x00-\x7e]|["():<>?@[\\\]{}]/;
const LONGEST = 128;

/** @type {(test: (id: string) => boolean) => Rule['judge']} */
const anyId = (test) => (observation) => {
  const found = idsOf(observation).find(test);
  return found !== undefined && `the id is ${JSON.stringify(found.length > 60 ? `${found.slice(0, 60)}…` : found)}`;
};

/**
 * What came after the id that was sent, if that can be told.
 * @param {Observation} observation
 */
function findAnswer({ resume, watch }) {
  if (!resume || !isStream(resume.exchange) || findSigns(watch).length > 0) return undefined;
  const { id, expected, exchange } = resume;
  const ids = watch.body.events.flatMap((event) => event.id || []);
  const next = exchange.body.events.find((event) => event.id)?.id;
  return { id, expected, next, isOld: next !== undefined && ids.slice(0, ids.lastIndexOf(id) + 1).includes(next) };
}

/** @type {Rule[]} */
export const resumingRules = [
  {
    name: 'no-ids',
    level: 'note',
    meaning: 'Events have no id.',
    why: 'Without ids nobody can resume: events of the time without a connection are lost.',
    mend: 'If that matters, send an `id` with each event, and on `Last-Event-ID` go on after it.',
    see: 'docs/recipes.md#going-on-after-a-restart',
    judge: (observation) => {
      const { watch } = observation;
      const isWithout = isStream(watch) && watch.body.events.length > 0 && idsOf(observation).length === 0;
      return isWithout && watch.body.idsWithNull === 0 && `${many(watch.body.events.length, 'event')}, no id`;
    },
  },
  {
    name: 'duplicate-ids',
    level: 'warning',
    meaning: 'Different events have the same id.',
    why: 'A client that comes back names the last id that it has: the server cannot know after which of them to go on.',
    mend: 'Give each event an id of its own.',
    judge: (observation) => {
      const ids = idsOf(observation);
      const double = ids.find((id, n) => ids.indexOf(id) !== n);
      return (
        double !== undefined && `${ids.length} events have ${new Set(ids).size} ids; one is ${JSON.stringify(double)}`
      );
    },
  },
  {
    name: 'ids-go-back',
    level: 'warning',
    meaning: 'Ids are numbers, and become smaller.',
    why: 'A server that goes on after the last id, by comparing, sends some events twice or never.',
    mend: 'Let ids grow in the order in which events are sent.',
    judge: (observation) => {
      const ids = idsOf(observation);
      if (!ids.every((id) => /^\d{1,15}$/.test(id))) return undefined;
      const at = ids.findIndex((id, n) => n > 0 && Number(id) < Number(ids[n - 1]));
      return at > 0 && `after ${ids[at - 1]} came ${ids[at]}`;
    },
  },
  {
    name: 'id-with-null',
    level: 'error',
    meaning: 'An id contains U+0000 NULL.',
    why: 'The standard ignores such an id line.',
    mend: 'Use ids of letters, digits and hyphens.',
    judge: ({ watch }) => isStream(watch) && watch.body.idsWithNull > 0 && many(watch.body.idsWithNull, 'id line'),
  },
  {
    name: 'id-with-controls',
    level: 'error',
    meaning: 'An id contains control characters.',
    why: 'No header can carry them, so that the client cannot send the id back.',
    mend: 'Use ids of letters, digits and hyphens.',
    judge: anyId((id) => CONTROLS.test(id)),
  },
  {
    name: 'id-beyond-cors',
    level: 'note',
    meaning: 'An id is longer, or has other characters, than CORS lets pass in a header that is sent without asking.',
    why: 'Between origins, clients that send the id by a header of their own, or in the query, have to encode it. (A preflight for Last-Event-ID, if the server allows it, lets any id pass.)',
    mend: 'Use ids of up to 128 letters, digits and hyphens.',
    judge: anyId((id) => id.length > LONGEST || UNSAFE.test(id)),
  },
  {
    name: 'resume-refused',
    level: 'error',
    meaning: 'A request with Last-Event-ID is not answered with a stream.',
    why: 'That is what a client sends when it reconnects: the connection fails for good.',
    mend: 'Answer a request with `Last-Event-ID` as one without, going on after that event.',
    judge: ({ resume }) => {
      if (!resume || isStream(resume.exchange)) return undefined;
      const { status, failure, watched } = resume.exchange;
      const what = failure
        ? failure.message
        : status === undefined
          ? `no headers within ${seconds(watched)}`
          : `status ${status}`;
      return `to Last-Event-ID: ${resume.id} the answer was: ${what}`;
    },
  },
  {
    name: 'resume-repeats',
    level: 'warning',
    meaning: 'After a reconnection, events come again that the client already has.',
    why: 'The server does not go on after Last-Event-ID, so that clients handle events twice.',
    mend: 'On a request with `Last-Event-ID`, send only events after that one.',
    judge: (observation) => {
      const { id, next, isOld } = findAnswer(observation) ?? {};
      return isOld && `after Last-Event-ID: ${id} came the event ${next}`;
    },
  },
  {
    name: 'resume-loses',
    level: 'warning',
    meaning: 'After a reconnection, events are missing.',
    why: 'What was sent while a client was away is lost, though it says where it stopped.',
    mend: 'Keep the last events, and on a request with `Last-Event-ID` send those after that one first.',
    see: 'docs/recipes.md#more-than-one-server',
    judge: (observation) => {
      const { id, expected, next, isOld } = findAnswer(observation) ?? {};
      if (expected === undefined || next === expected || isOld) return undefined;
      const came = next === undefined ? 'nothing came' : `${next} came`;
      return `after Last-Event-ID: ${id} the event ${expected} should come, but ${came}`;
    },
  },
  {
    name: 'stale-id',
    level: 'error',
    meaning: 'A request with an id that the server does not know is not answered with a stream.',
    why: 'A client that was away for long, or kept its id over a restart of the server, fails for good, and again each time.',
    mend: 'Answer an unknown `Last-Event-ID` with all events that are kept, or with those to come.',
    judge: ({ stale }) => {
      if (!stale || stale.exchange.status === undefined || isStream(stale.exchange)) return undefined;
      return `to an id that it never sent the server answered with status ${stale.exchange.status}`;
    },
  },
];
