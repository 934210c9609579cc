// @ts-check
export { createParser, ParseError } from './parser/create-parser.js';
export { events } from './parser/events.js';
export { EventSourceParserStream } from './parser/transform-stream.js';
export { EventSourceErrorEvent as ErrorEvent } from './source/events.js';
export { EventSource } from './source/extended.js';
