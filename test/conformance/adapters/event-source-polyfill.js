import polyfill from 'event-source-polyfill';

export const EventSource = polyfill.EventSourcePolyfill;
