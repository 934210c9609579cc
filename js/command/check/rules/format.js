// What the bytes of the stream are.
// @ts-check
import { isStream, seconds } from './signs.js';

/** @typedef {import('../observation.d.ts').Rule} Rule */
/** @typedef {import('../observation.d.ts').Body} Body */

/** UTF-16 units of data: more makes a page stutter, and exceeds the limits of some clients. */
const LARGE = 1 << 20;
/** Milliseconds between which `retry` is of use. */
const SOON = 100;
const LATE = 3_600_000;

/** @param {string[]} texts */
const quote = ([first, ...rest]) => {
  const shown = JSON.stringify(first.length > 60 ? `${first.slice(0, 60)}…` : first);
  return rest.length > 0 ? `${shown} and ${rest.length} more` : shown;
};

/** Rules that look at the body alone. @type {(judge: (body: Body) => string | undefined | false) => Rule['judge']} */
const ofBody =
  (judge) =>
  ({ watch }) =>
    isStream(watch) && judge(watch.body);

/** Milliseconds after which the rest of an event does not come any more. */
const OVERDUE = 2000;

/** @param {import('../observation.d.ts').Exchange} exchange */
function isWithoutEmptyLine({ body: { events, isUnfinished, dataLines, pieces }, watched, ending }) {
  const isOverdue = ending === undefined && watched - (pieces.at(-1)?.at ?? 0) >= OVERDUE;
  return events.length === 0 && isUnfinished && (dataLines > 1 || isOverdue);
}

/** @type {Rule[]} */
export const formatRules = [
  {
    name: 'no-empty-line',
    level: 'error',
    meaning: 'There are lines of data, but no empty line after them that ends an event.',
    why: 'An event is dispatched by the empty line after it. Without any, no event ever comes.',
    mend: 'End each event with two line feeds: `data: hello\\n\\n`.',
    judge: ({ watch }) =>
      isStream(watch) && isWithoutEmptyLine(watch) && `lines of data came (${watch.body.dataLines}), but no event`,
  },
  {
    name: 'unfinished-event',
    level: 'error',
    meaning: 'The last event has no empty line after it.',
    why: 'The standard drops an event that the end of the stream cuts.',
    mend: 'End each event, the last one too, with two line feeds.',
    judge: ({ watch }) =>
      isStream(watch) &&
      watch.ending === 'ended' &&
      watch.body.isUnfinished &&
      !isWithoutEmptyLine(watch) &&
      'the stream ended within an event',
  },
  {
    name: 'not-utf-8',
    level: 'error',
    meaning: 'The stream is not UTF-8.',
    why: 'An event stream is always decoded as UTF-8: what is none becomes �.',
    mend: 'Encode the text as UTF-8, and binary data as Base64.',
    judge: ofBody(({ malformedAt }) => malformedAt !== undefined && `byte ${malformedAt} is not UTF-8`),
  },
  {
    name: 'byte-order-mark',
    level: 'note',
    meaning: 'The stream begins with a byte order mark.',
    why: 'The standard leaves it out, but not every parser does, and then the first line is lost.',
    mend: 'Send none: a stream is UTF-8 without saying so.',
    judge: ofBody(({ hasByteOrderMark }) => hasByteOrderMark && 'it begins with the bytes EF BB BF'),
  },
  {
    name: 'stray-byte-order-mark',
    level: 'error',
    meaning: 'Lines begin with a byte order mark.',
    why: 'Only at the start of the stream is it left out. In front of a line it is part of the name of the field, so that the line is ignored.',
    mend: 'Encode the text without a byte order mark: the writer that adds one is probably made anew for each event.',
    judge: ofBody(({ strayByteOrderMarks: count }) => count > 0 && `${count} times, after the first line`),
  },
  {
    name: 'mixed-line-ends',
    level: 'warning',
    meaning: 'Lines end in different ways.',
    why: 'The standard allows it, but many parsers split events at one of `\\n\\n` and `\\r\\n\\r\\n` only.',
    mend: 'End all lines with a line feed.',
    judge: ofBody(({ lineEnds: { lf, cr, crlf } }) => {
      const kinds = [lf && `${lf} with LF`, crlf && `${crlf} with CR LF`, cr && `${cr} with CR`].filter(Boolean);
      return kinds.length > 1 && `lines end ${kinds.join(', ')}`;
    }),
  },
  {
    name: 'cr-line-ends',
    level: 'warning',
    meaning: 'Lines end with a carriage return alone.',
    why: 'The standard allows it, but many parsers do not know it; and after the last one a parser may wait, as a line feed could follow.',
    mend: 'End all lines with a line feed.',
    judge: ofBody(({ lineEnds: { lf, cr, crlf } }) => cr > 0 && lf + crlf === 0 && `${cr} lines end with CR`),
  },
  {
    name: 'misspelt-field',
    level: 'error',
    meaning: 'Lines look like a field of the standard, but are none.',
    why: 'The names are `data`, `event`, `id` and `retry`, in small letters, with nothing before them and a colon right after. Any other line is ignored.',
    mend: 'Write the field as the standard does.',
    judge: ofBody(
      ({ misspeltLines: lines }) =>
        lines.length > 0 && `${quote(lines.map(({ line }) => line))} (probably ${lines[0].field} is meant)`,
    ),
  },
  {
    name: 'bare-json',
    level: 'error',
    meaning: 'Lines are JSON without a field.',
    why: 'A line without the name of a field is ignored: this data is lost.',
    mend: 'Write `data: ` before the JSON, and an empty line after it.',
    judge: ofBody(({ jsonLines }) => jsonLines.length > 0 && quote(jsonLines)),
  },
  {
    name: 'split-json',
    level: 'error',
    meaning: 'Line breaks cut JSON in pieces.',
    why: 'Each line of data needs `data: ` of its own, or it is ignored; and a line break within a string is no JSON.',
    mend: 'Send JSON on one line, as `JSON.stringify(value)` writes it.',
    judge: ofBody(({ splitJson }) => splitJson.length > 0 && quote(splitJson)),
  },
  {
    name: 'unknown-field',
    level: 'warning',
    meaning: 'Lines have a field that the standard does not know.',
    why: 'They are ignored.',
    mend: 'Put the value into the data, or write a comment, which begins with a colon.',
    judge: ofBody(({ unknownLines }) => unknownLines.length > 0 && quote(unknownLines)),
  },
  {
    name: 'event-without-data',
    level: 'warning',
    meaning: 'Events have a type, but no data.',
    why: 'The standard drops an event without a line of data.',
    mend: 'Add a line of data, be it an empty one: `data:`.',
    judge: ofBody(({ typesWithoutData: types }) => types.length > 0 && `event: ${quote(types)}`),
  },
  {
    name: 'large-event',
    level: 'warning',
    meaning: 'An event is large.',
    why: 'A client handles it in one go, and some clients have a limit, such as 1 MB.',
    mend: 'Send what is large by a request of its own, and only its URL as an event.',
    judge: ofBody(({ events }) => {
      const largest = events.reduce((most, { size }) => Math.max(most, size), 0);
      return largest > LARGE && `the data of an event has ${largest} characters`;
    }),
  },
  {
    name: 'no-retry',
    level: 'note',
    meaning: 'The stream does not say how long clients should wait before they reconnect.',
    why: 'Browsers choose: about 3 s in Chromium and Safari, 5 s in Firefox.',
    mend: 'Send a line such as `retry: 2000` at the start.',
    judge: ({ watch }) =>
      isStream(watch) && watch.body.events.length > 0 && watch.body.retries.length === 0 && 'there is no retry line',
  },
  {
    name: 'short-retry',
    level: 'warning',
    meaning: 'Clients are told to reconnect almost at once.',
    why: 'When the server is down, all its clients ask again and again without a pause.',
    mend: 'Send a `retry` of 1000 or more.',
    judge: ofBody(({ retries }) => {
      const short = retries.find((value) => /^\d+$/.test(value) && Number(value) < SOON);
      return short !== undefined && `retry is ${Number(short)} ms`;
    }),
  },
  {
    name: 'long-retry',
    level: 'warning',
    meaning: 'Clients are told to wait for very long before they reconnect.',
    why: 'After a short break of the network, a client stays without events all that time. The unit is milliseconds.',
    mend: 'Send a `retry` of some seconds, in milliseconds.',
    judge: ofBody(({ retries }) => {
      const long = retries.find((value) => /^\d+$/.test(value) && Number(value) > LATE);
      return long !== undefined && `retry is ${long} ms, which is ${seconds(Number(long))}`;
    }),
  },
  {
    name: 'retry-not-digits',
    level: 'warning',
    meaning: 'The value of retry is not a whole number.',
    why: 'The standard ignores a value that has anything else than digits.',
    mend: 'Send whole milliseconds, in digits alone: `retry: 2000`.',
    judge: ofBody(({ retries }) => {
      const wrong = retries.filter((value) => !/^\d+$/.test(value));
      return wrong.length > 0 && `retry is ${quote(wrong)}`;
    }),
  },
];
