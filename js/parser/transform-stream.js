// The parser as a TransformStream, with the interface of the eventsource-parser package.
// @ts-check
import { demand } from '../runtime.js';
import { createParser } from './create-parser.js';

/** From chunks of text or bytes to events. */
export class EventSourceParserStream {
  /** @param {import('../index.d.ts').ParserStreamOptions} [options] */
  constructor({ onError, onRetry, onComment, onId, ignoredLine, maxBufferSize } = {}) {
    /** @type {import('../index.d.ts').EventSourceParser} */
    let parser;
    /** @type {Transformer<string | Uint8Array, import('../index.d.ts').EventSourceMessage>} */
    const transformer = {
      start(controller) {
        parser = createParser({
          onEvent: (event) => controller.enqueue(event),
          onError(error) {
            if (typeof onError === 'function') onError(error);
            if (onError === 'terminate' || error.type === 'max-buffer-size-exceeded') controller.error(error);
          },
          onRetry,
          onComment,
          onId,
          ignoredLine,
          maxBufferSize,
        });
      },
      transform(chunk) {
        parser.feed(chunk);
      },
    };
    extendTransformStream();
    return Reflect.construct(TransformStream, [transformer], new.target);
  }
}

/** As late as this, because looking at TransformStream makes Node load all of its streams. */
function extendTransformStream() {
  demand(['TransformStream']);
  Object.setPrototypeOf(EventSourceParserStream, TransformStream);
  Object.setPrototypeOf(EventSourceParserStream.prototype, TransformStream.prototype);
}
