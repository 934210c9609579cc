// What a whole client must do: what a scripted server answers, and what must come of it. The suites in test/eventsource/
// run the same cases, on a clock that they turn.
// @ts-check
import { redirect } from './answers.js';

/**
 * @import { Answer } from './answers.js'
 * @typedef {{ method?: string, path?: string, headers?: Record<string, string | null> }} Request what is not named may be
 *   anything; a header that is null must be missing. Every character of a value stands for one byte
 * @typedef {{ type: string, data: string, lastEventId: string, origin?: string }} Message
 * @typedef {{ type: 'error', readyState: 0 | 2, wait?: number }} Failure that is followed by a new request after at least
 *   `wait` milliseconds, or by nothing
 * @typedef {{ type: 'open' } | Failure | Message} Told
 */

/**
 * @typedef {object} Case
 * @property {string} point of the standard
 * @property {string} name
 * @property {Answer[]} answers request by request
 * @property {Request[]} requests exactly as many as must come
 * @property {Told[]} tells what the client must tell, in this order; an origin of '' is the server's own
 * @property {string} [suffix] of the URL
 * @property {number} [closesAfter] the client closes its source in the listener of this event, counted from 1
 * @property {number} [gives] the request, counted from 0, whose connection the client must give back
 */

const BOM = '\uFEFF';
/** What a timer can wait. */
export const LONGEST_WAIT = 2 ** 31 - 1;
/** Longer than clients wait by themselves: who waits less has not listened. */
const LONG = 4000;

/** Short waits, where the case is not about waiting. */
const SOON = 'retry: 1\n';

/** @type {{ type: 'open' }} */
const OPEN = { type: 'open' };
/** @type {Failure} */
const FAILED = { type: 'error', readyState: 2 };
/** @type {Failure} */
const LOST = { type: 'error', readyState: 0 };
/** @type {(wait: number) => Failure} */
const lostFor = (wait) => ({ ...LOST, wait });

/** @type {(data: string, lastEventId?: string, type?: string) => Message} */
const message = (data, lastEventId = '', type = 'message') => ({ type, data, lastEventId });
/** @type {(...chunks: (string | number[])[]) => Answer} */
const ending = (...chunks) => ({ chunks, then: 'end' });
/** @type {(...chunks: (string | number[])[]) => Answer} */
const lasting = (...chunks) => (chunks.length > 0 ? { chunks } : {}); // By itself an empty comment: see answers.js.
/** @type {(value: string | null) => Request} */
const withId = (value) => ({ headers: { 'last-event-id': value } });
const ANY = {};

/**
 * A stream that ends, and what the next request says.
 * @param {string} point
 * @param {string} name
 * @param {(string | number[])[]} chunks
 * @param {Told[]} tells of the first stream, besides open and error
 * @param {Request} request
 * @returns {Case}
 */
function resuming(point, name, chunks, tells, request) {
  const answers = [ending(SOON, ...chunks), lasting()];
  return { point, name, answers, requests: [ANY, request], tells: [OPEN, ...tells, LOST, OPEN] };
}

/** @type {Case[]} */
const REQUESTS = [
  {
    point: '1.7',
    name: 'the query is requested, the fragment is not',
    suffix: '?a=b#c',
    answers: [lasting()],
    requests: [{ path: '/stream?a=b' }],
    tells: [OPEN],
  },
  {
    point: '2.1',
    name: 'is a GET that asks for text/event-stream',
    answers: [lasting()],
    requests: [{ method: 'GET', path: '/stream', headers: { accept: 'text/event-stream', 'last-event-id': null } }],
    tells: [OPEN],
  },
  {
    ...resuming('2.2', 'sends the last event ID when it reconnects', ['id: 7\ndata: x\n\n'], [message('x', '7')], {
      headers: { 'last-event-id': '7', accept: 'text/event-stream' },
    }),
  },
  resuming('2.2', 'sends no Last-Event-ID when no id came', ['data: x\n\n'], [message('x')], withId(null)),
  resuming(
    '2.2',
    'sends no Last-Event-ID after an empty id',
    ['id: 7\n\nid\ndata: x\n\n'],
    [message('x')],
    withId(null),
  ),
  resuming(
    '2.2',
    'sends the id as UTF-8',
    ['id: a\u2026\u{1F600}z\ndata: x\n\n'],
    [message('x', 'a\u2026\u{1F600}z')],
    withId('a\xE2\x80\xA6\xF0\x9F\x98\x80z'),
  ),
  resuming(
    '2.2',
    'sends an id that is cut between chunks',
    ['id: ab', 'cd\ndata: x\n\n'],
    [message('x', 'abcd')],
    withId('abcd'),
  ),
  resuming(
    '2.2',
    'sends U+FFFD for bytes that were not UTF-8',
    [[0x69, 0x64, 0x3a, 0xff, 0x0a, 0x0a]],
    [],
    withId('\xEF\xBF\xBD'),
  ),
  ...['\x01', 'a\x1Fb', '\x7F'].map((id) =>
    resuming(
      '2.3',
      `reconnects after an id that holds ${JSON.stringify(id).replace('\x7F', '\\u007f')}`,
      [`id: ${id}\ndata: x\n\n`],
      [message('x', id)],
      ANY,
    ),
  ),
  resuming('2.3', 'sends an id that holds a tab', ['id: a\tb\ndata: x\n\n'], [message('x', 'a\tb')], withId('a\tb')),
  resuming(
    '2.3',
    'sends the id that comes after one that could not be sent',
    ['id: \x01\n\nid: 8\ndata: x\n\n'],
    [message('x', '8')],
    withId('8'),
  ),
];

/**
 * @param {string} name
 * @param {Answer} answer
 * @returns {Case}
 */
function refused(name, answer) {
  return { point: '3.1', name, answers: [answer], requests: [ANY], tells: [FAILED] };
}

const NEVER = ['data: never\n\n'];
const REFUSED_STATUSES = [201, 202, 203, 206, 299, 300, 400, 401, 403, 404, 410, 418, 429, 500, 502, 503, 504, 599];
const REFUSED_TYPES = [
  'text/event-streamX',
  'text/event-stream-x',
  'Xtext/event-stream',
  'text/event',
  'text/plain',
  'text/event-stream/x',
  'text /event-stream',
  'application/json; x="text/event-stream"',
  'event-stream',
  '',
];
const ACCEPTED_TYPES = [
  'text/event-stream',
  'Text/Event-Stream',
  'TEXT/EVENT-STREAM',
  'text/event-stream;',
  'text/event-stream ;charset=utf-8',
  '\t text/event-stream \t',
  'text/event-stream; charset="a, b"',
  'text/event-stream;x',
];

/** @type {Case[]} */
const RESPONSES = [
  // They end, because libsoup, under WebKit, reads the body of a 401 to its end first.
  ...REFUSED_STATUSES.map((status) => refused(`fails on status ${status}`, { status, chunks: NEVER, then: 'end' })),
  ...[204, 205, 304].map((status) =>
    refused(`fails on status ${status}, which has no body`, { status, chunks: [], then: 'end' }),
  ),
  ...REFUSED_TYPES.map((type) => refused(`fails on the type '${type}'`, { type, chunks: NEVER })),
  refused('fails on a missing type', { type: null, chunks: NEVER }),
  refused('fails when a later Content-Type is another', {
    type: ['text/event-stream', 'text/plain'],
    chunks: NEVER,
  }),
  ...ACCEPTED_TYPES.map((type) => ({
    point: '3.1',
    name: `accepts the type '${type.replaceAll('\t', '\\t')}'`,
    answers: [{ type, chunks: ['data: x\n\n'] }],
    requests: [ANY],
    tells: [OPEN, message('x')],
  })),
  ...['windows-1252', 'utf-16', 'nonsense'].map((charset) => ({
    point: '3.2',
    name: `ignores charset=${charset}`,
    answers: [{ type: `text/event-stream; charset=${charset}`, chunks: ['data: \u00E9\u20AC\n\n'] }],
    requests: [ANY],
    tells: [OPEN, message('\u00E9\u20AC')],
  })),
  {
    point: '3.3',
    name: 'tells of the open connection before its first event',
    answers: [lasting('data: x\n\n')],
    requests: [ANY],
    tells: [OPEN, message('x')],
  },
  {
    point: '3.4',
    name: 're-establishes when the connection is reset before any header',
    answers: [{ before: 'reset' }, lasting('data: x\n\n')],
    requests: [ANY, ANY],
    tells: [LOST, OPEN, message('x')],
  },
  ...Object.entries({
    'is reset in the middle of a line': { chunks: ['data: b'], then: /** @type {const} */ ('reset') },
    'is closed in the middle of a line': { chunks: ['data: b'], then: /** @type {const} */ ('destroy') },
    'breaks off in the middle of an HTTP chunk': { chunks: [], then: /** @type {const} */ ('cut') },
    'is shorter than its Content-Length': {
      headers: { 'content-length': '1000' },
      chunks: [],
      then: /** @type {const} */ ('destroy'),
    },
  }).map(([name, answer]) => ({
    point: '3.4',
    name: `re-establishes when the body ${name}`,
    answers: [{ ...answer, chunks: [`${SOON}data: a\n\n`, ...answer.chunks] }, lasting('data: c\n\n')],
    requests: [ANY, ANY],
    tells: [OPEN, message('a'), LOST, OPEN, message('c')],
  })),
  {
    point: '3.5',
    name: 're-establishes when the body ends',
    answers: [ending(SOON, 'data: a\n\n'), lasting('data: b\n\n')],
    requests: [ANY, ANY],
    tells: [OPEN, message('a'), LOST, OPEN, message('b')],
  },
  ...[301, 302, 303, 307, 308].map((status) => ({
    point: '3.5',
    name: `follows a redirect with ${status}, and reconnects to the URL it was given`,
    answers: [redirect('/target', status), ending(SOON, 'id: 5\n\n'), lasting()],
    requests: [{ path: '/stream' }, { path: '/target' }, { path: '/stream', headers: { 'last-event-id': '5' } }],
    tells: [OPEN, LOST, OPEN],
  })),
  {
    point: '3.5',
    name: 'sends the last event ID to the target of a redirect too',
    answers: [ending(SOON, 'id: 5\n\n'), redirect('/target'), lasting()],
    requests: [ANY, withId('5'), { path: '/target', headers: { 'last-event-id': '5' } }],
    tells: [OPEN, LOST, OPEN],
  },
  ...Object.entries({ status: { status: 404 }, type: { type: 'text/plain' } }).map(([name, answer]) => ({
    point: '3.6',
    name: `gives back the connection of a response that is refused for its ${name}`,
    answers: [{ ...answer, chunks: ['goes on'] }],
    requests: [ANY],
    tells: [FAILED],
    gives: 0,
  })),
];

/**
 * What is waited after a stream of these chunks.
 * @param {string} name
 * @param {number} wait
 * @param {...string} chunks
 * @returns {Case}
 */
function waiting(name, wait, ...chunks) {
  const isForEver = wait === LONGEST_WAIT;
  return {
    point: '4.3',
    name,
    answers: [ending(...chunks), lasting()],
    requests: isForEver ? [ANY] : [ANY, ANY],
    tells: isForEver ? [OPEN, lostFor(wait)] : [OPEN, lostFor(wait), OPEN],
  };
}

const IGNORED_RETRIES = ['', ':', ': ', ': -1', ': 1.5', ': 1e3', ':  7', ': 7 '].map((rest) => `retry${rest}`);
const HUGE_RETRIES = ['2147483647', '2147483648', '4294967295', '4294967296', '99999999999', '9'.repeat(400)];

/** @type {Case[]} */
const RECONNECTIONS = [
  {
    point: '4.1',
    name: 'goes on for as long as connections end',
    answers: [...Array(7).fill(ending(`${SOON}data: x\n\n`)), lasting('data: x\n\n')],
    requests: Array(8).fill(ANY),
    tells: [
      ...Array(7)
        .fill([OPEN, message('x'), LOST])
        .flat(),
      OPEN,
      message('x'),
    ],
  },
  {
    point: '4.1',
    name: 'goes on when requests fail',
    answers: [{ before: 'reset' }, { before: 'reset' }, lasting('data: x\n\n')],
    requests: Array(3).fill(ANY),
    tells: [LOST, LOST, OPEN, message('x')],
  },
  ...[204, 500].map((status) => ({
    point: '4.2',
    name: `fails once and for all when a reconnection is answered with ${status}`,
    answers: [ending(SOON), { status, chunks: [], then: /** @type {const} */ ('end') }],
    requests: [ANY, ANY],
    tells: [OPEN, LOST, FAILED],
  })),
  waiting('takes the time from retry', LONG, `retry: ${LONG}\n\n`),
  waiting('takes a retry when its line is read', LONG, `retry: ${LONG}\n`),
  waiting('takes a retry of several chunks', LONG, 'ret', 'ry: 40', '00', '\n'),
  waiting('takes the last retry', LONG, `retry: 1\nretry: 2\n\nretry: ${LONG}\n`),
  waiting('takes leading zeros as decimal', LONG, `retry: 000${LONG}\n`),
  waiting('discards a retry whose line does not end', LONG, `retry: ${LONG}\nretry: 5`),
  ...[...IGNORED_RETRIES, 'Retry: 7'].map((line) => waiting(`ignores '${line}'`, LONG, `retry: ${LONG}\n${line}\n\n`)),
  ...HUGE_RETRIES.map((value) => {
    const name = value.length > 20 ? `${value.length} digits` : value;
    return waiting(`does not take a retry of ${name} for a short one`, LONGEST_WAIT, `retry: ${value}\n\n`);
  }),
  {
    point: '4.3',
    name: 'keeps the time over reconnections',
    answers: [ending(`retry: ${LONG}\n`), ending(), lasting()],
    requests: [ANY, ANY, ANY],
    tells: [OPEN, lostFor(LONG), OPEN, lostFor(LONG), OPEN],
  },
];

/** @type {Case[]} */
const CLOSINGS = [
  {
    point: '4.4',
    name: 'close() of an open source ends the request and fires nothing',
    answers: [lasting('data: x\n\n')],
    requests: [ANY],
    tells: [OPEN, message('x')],
    closesAfter: 2,
    gives: 0,
  },
  {
    point: '4.4',
    name: 'close() in open prevents the events that have come with the headers',
    answers: [lasting('data: x\n\n')],
    requests: [ANY],
    tells: [OPEN],
    closesAfter: 1,
    gives: 0,
  },
  {
    point: '4.4',
    name: 'close() between two events of a chunk prevents the second',
    answers: [lasting('data: 1\n\ndata: 2\n\nevent: own\ndata: 3\n\n')],
    requests: [ANY],
    tells: [OPEN, message('1')],
    closesAfter: 2,
    gives: 0,
  },
  {
    point: '4.4',
    name: 'close() in error prevents the reconnection',
    answers: [ending(SOON)],
    requests: [ANY],
    tells: [OPEN, LOST],
    closesAfter: 2,
  },
  {
    point: '7.2',
    name: 'close() after a reconnection gives the second connection back',
    answers: [ending(`${SOON}data: a\n\n`), lasting('data: b\n\n')],
    requests: [ANY, ANY],
    tells: [OPEN, message('a'), LOST, OPEN, message('b')],
    closesAfter: 5,
    gives: 1,
  },
];

/**
 * A stream on one connection, and its events.
 * @param {string} point
 * @param {string} name
 * @param {(string | number[])[]} chunks
 * @param {Message[]} messages
 * @returns {Case}
 */
const streaming = (point, name, chunks, messages) => ({
  ...{ point, name, answers: [lasting(...chunks)], requests: [ANY], tells: [OPEN, ...messages] },
});

/** @type {Case[]} */
const STREAMS = [
  {
    point: '5.1',
    name: 'drops the byte order mark of every connection, and no second one',
    answers: [
      ending(`${BOM}${SOON}data: a\n\ndata: ${BOM}b\n\n${BOM}data: ignored\n\n`),
      lasting([0xef], [0xbb], [0xbf], `${BOM}data: ignored\n\ndata: c\n\n`),
    ],
    requests: [ANY, ANY],
    tells: [OPEN, message('a'), message(`${BOM}b`), LOST, OPEN, message('c')],
  },
  ...Object.entries({ CR: '\r\r', LF: '\n\n', CRLF: '\r\n\r\n' }).map(([name, end]) =>
    streaming(
      '5.2',
      `delivers an event that ends with ${name} without waiting for more`,
      [`data: x${end}`],
      [message('x')],
    ),
  ),
  {
    point: '5.5',
    name: 'discards what follows the last empty line, so that nothing of it is left in the next connection',
    answers: [ending(`${SOON}event: own\nid: 1\ndata: lost\n`), lasting('data: kept\n\n')],
    requests: [ANY, withId(null)],
    tells: [OPEN, LOST, OPEN, message('kept')],
  },
  {
    point: '5.5',
    name: 'discards a line that the end of the body, a CR before it, or a cut character left open',
    answers: [
      ending(`${SOON}data: lost`),
      ending('data: lost\r'),
      ending('data: ', [0xe2, 0x80]),
      lasting('\ndata: kept\n\n'),
    ],
    requests: [ANY, ANY, ANY, ANY],
    tells: [OPEN, LOST, OPEN, LOST, OPEN, LOST, OPEN, message('kept')],
  },
];

/** @type {Case[]} */
const DISPATCH = [
  resuming('6.1', 'resumes from an id that came without data', ['id: 7\n\n'], [], withId('7')),
  resuming('6.1', 'resumes from no id whose block did not end', ['id: 7\n\nid: 8\ndata: x\n'], [], withId('7')),
  {
    point: '6.2',
    name: 'keeps the last event ID over reconnections, for events and for the next request',
    answers: [
      ending(`${SOON}id: \u00E9\u2026\ndata: a\n\n`),
      { chunks: ['data: b\n\n'], then: 'reset' },
      { before: 'reset' },
      lasting('data: c\n\nid: 2\ndata: d\n\n'),
    ],
    requests: [ANY, ...Array(3).fill(withId('\xC3\xA9\xE2\x80\xA6'))],
    tells: [
      ...[OPEN, message('a', '\u00E9\u2026'), LOST, OPEN, message('b', '\u00E9\u2026'), LOST, LOST],
      ...[OPEN, message('c', '\u00E9\u2026'), message('d', '2')],
    ],
  },
  streaming(
    '6.3',
    'reports the last id for an event without one',
    ['id: 1\ndata: a\n\n', 'data: b\n\n', 'id\ndata: c\n\n'],
    [message('a', '1'), message('b', '1'), message('c')],
  ),
  streaming(
    '6.3',
    'reports the id of its own event, also when a later event of the chunk has another',
    ['id: 1\ndata: a\n\nid: 2\n\nid: 3\ndata: b\n\n'],
    [message('a', '1'), message('b', '3')],
  ),
  streaming('6.3', "has the server's origin", ['data: x\n\n'], [{ ...message('x'), origin: '' }]),
  streaming(
    '6.4',
    'fires an open or error that the server names as any other event',
    ['event: open\ndata: 1\n\nevent: error\ndata: 2\n\ndata: 3\n\n'],
    [message('1', '', 'open'), message('2', '', 'error'), message('3')],
  ),
  streaming(
    '6.4',
    'keeps types apart, also by their case',
    ['event: own\ndata: 1\n\nevent: message\ndata: 2\n\nevent: Message\ndata: 3\n\n'],
    [message('1', '', 'own'), message('2'), message('3', '', 'Message')],
  ),
  streaming(
    '6.4',
    'goes back to message with an empty event field',
    ['event: own\nevent:\ndata: 1\n\nevent: own\nevent\ndata: 2\n\n'],
    [message('1'), message('2')],
  ),
  streaming(
    '6.5',
    'fires in the order of the stream, whatever the types and chunks',
    ['data: 1\n\nevent: own\ndata: 2\n\n', 'data: 3\n\n'],
    [message('1'), message('2', '', 'own'), message('3')],
  ),
];

export const CASES = [...REQUESTS, ...RESPONSES, ...RECONNECTIONS, ...CLOSINGS, ...STREAMS, ...DISPATCH];

/** The types that a client must listen to, besides open, message and error. */
export const TYPES = ['own', 'Message'];
