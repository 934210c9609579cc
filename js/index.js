// @ts-check
export { EventSource } from './eventsource.js';
export { createParser, ParseError } from './parser.js';
export { EventSourceErrorEvent as ErrorEvent } from './events.js';
export { events } from './response.js';
export { EventSourceParserStream } from './stream.js';
