// What an `open` event says of the response.
// @ts-check
import { EventSourceOpenEvent } from './events.js';

/** @type {import('./hooks.d.ts').Extension} */
export const open = {
  hooks: {
    makeEvent: ({ response }, type) =>
      type === 'open' && response !== null ? new EventSourceOpenEvent(response) : undefined,
  },
};
