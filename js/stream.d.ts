export { EventSourceParserStream, ParseError } from './index.js';
export type { ErrorType, EventSourceMessage, ParserStreamOptions as StreamOptions } from './index.js';
