// `lastEventIdQueryParameterName`: the last event ID in the query of the URL, for servers that do not see the header.
// @ts-check
import { notAllowed, optional } from './options.js';

/** @param {unknown} value */
function readName(value) {
  if (typeof value === 'string' && value !== '') return value;
  throw notAllowed('lastEventIdQueryParameterName', 'the name of a parameter', value);
}

/** @type {import('./hooks.d.ts').Extension} */
export const queryId = {
  join(init) {
    const name = optional(init, 'lastEventIdQueryParameterName', (_, value) => readName(value));
    if (name === undefined) return undefined;
    return {
      prepare(request, href, { lastEventId }) {
        delete request.headers['Last-Event-ID'];
        if (lastEventId === '') return href;
        const url = new URL(href);
        url.searchParams.set(name, lastEventId);
        return url.href;
      },
      describeId: () => '',
    };
  },
};
