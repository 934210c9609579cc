// The points of the standard that vectors and cases name, with the anchor in the HTML standard where each stands.
// @ts-check

export const STANDARD = 'https://html.spec.whatwg.org/multipage/server-sent-events.html';

/** @typedef {{ about: string, anchor: string }} Point */

const INTERFACE = '#the-eventsource-interface';
const MODEL = '#sse-processing-model';
const FORMAT = '#parsing-an-event-stream';
const MEANING = '#event-stream-interpretation';
const HEADER = '#the-last-event-id-header';

/** @type {Record<string, Point>} */
export const POINTS = {
  1.7: { about: 'the URL as it was given, with its query and without its fragment', anchor: INTERFACE },
  2.1: { about: 'the request: GET, and Accept: text/event-stream', anchor: INTERFACE },
  2.2: { about: 'Last-Event-ID, in UTF-8, when it reconnects', anchor: HEADER },
  2.3: { about: 'an id that hardly any header can carry does not end reconnection', anchor: HEADER },
  3.1: { about: 'a status other than 200, or another type, fails the connection', anchor: INTERFACE },
  3.2: { about: 'a charset is ignored: the stream is UTF-8', anchor: FORMAT },
  3.3: { about: 'the connection is announced by open, before any event', anchor: MODEL },
  3.4: { about: 'a network error re-establishes the connection', anchor: INTERFACE },
  3.5: { about: 'the end of the body re-establishes it, by the URL that was given', anchor: INTERFACE },
  3.6: { about: 'a response that is refused is given back', anchor: MODEL },
  4.1: { about: 'error, a wait, and the request again, for as long as it takes', anchor: MODEL },
  4.2: { about: 'a failed connection is not tried again', anchor: MODEL },
  4.3: { about: 'retry sets the reconnection time at once; a huge one is no short one', anchor: MEANING },
  4.4: { about: 'close() ends the request, and no event comes after it', anchor: INTERFACE },
  5.1: { about: 'UTF-8 with replacement, one leading byte order mark dropped', anchor: FORMAT },
  5.2: { about: 'lines end with CRLF, LF or CR, at once', anchor: FORMAT },
  5.3: { about: 'lines: empty, comment, name and value', anchor: MEANING },
  5.4: { about: 'fields: event, data, id, retry, anything else', anchor: MEANING },
  5.5: { about: 'the end of the stream discards an unfinished event', anchor: MEANING },
  6.1: { about: 'every empty line sets the last event ID string', anchor: MEANING },
  6.2: { about: 'an event without data is not fired; ids persist over connections', anchor: MEANING },
  6.3: { about: 'what a fired event holds', anchor: MEANING },
  6.4: { about: 'types that mean something elsewhere', anchor: MEANING },
  6.5: { about: 'events fire in the order of the stream', anchor: MEANING },
  7.2: { about: 'a closed source leaves nothing behind', anchor: INTERFACE },
};

/** @param {string} point */
export const linkTo = (point) => `${STANDARD}${POINTS[point].anchor}`;
