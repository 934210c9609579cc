// @ts-check
export { ParseError } from './parser/create-parser.js';
export { EventSourceParserStream } from './parser/transform-stream.js';
