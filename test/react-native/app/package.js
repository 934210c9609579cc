// What an app imports of the package, by name.
import * as root from 'eventsource-wasm';
import * as standard from 'eventsource-wasm/standard';
import * as stream from 'eventsource-wasm/stream';
import * as xhr from 'eventsource-wasm/xhr';
// For the suites, whose events are to be of the same classes.
import * as classes from '../node_modules/eventsource-wasm/dist/react-native/classes.js';

/** As an app that Babel has compiled reads a source. */
export async function takeOne(source) {
  for await (const event of source) return event;
}

export { classes, root, standard, stream, xhr };
export const polyfill = () => require('eventsource-wasm/polyfill');
