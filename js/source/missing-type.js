// `allowMissingContentType`: takes a response without a Content-Type for an event stream.
// @ts-check
import * as sse from '../../dist/layout.js';

/** @type {import('./hooks.d.ts').Extension} */
export const missingType = {
  join: ({ allowMissingContentType }) =>
    allowMissingContentType ? { policy: { flags: sse.POLICY_NO_TYPE } } : undefined,
};
