// What the classic script dist/eventsource-wasm.global.js defines as EventSourceWasm.
// @ts-check
import { EventSource } from './index.js';
import { installMissing, install } from './source/install.js';

export * from './index.js';

/** Makes it the global one where there is none. */
export const polyfill = () => installMissing(EventSource);

/** Makes it the global one, in the place of a native one too. */
export const force = () => install(EventSource);
