// What is measured: from chunks of bytes to { type, data, id } objects, each of which is handed to `use`.
import { createParser } from '../js/parser.js';

/** @typedef {(chunks: Uint8Array[], use: (event: { type: string, data: string, id: string }) => void) => void} Parse */

/** @type {Parse} */
export function parseWithThis(chunks, use) {
  const parser = createParser({
    onEvent: ({ event, data, id }) => use({ type: event ?? 'message', data, id: id ?? '' }),
  });
  for (const chunk of chunks) parser.feed(chunk);
}

/**
 * @param {typeof createParser} createPeer of the eventsource-parser package
 * @returns {Parse}
 */
export function parseWithPeer(createPeer) {
  return (chunks, use) => {
    const parser = createPeer({
      onEvent: ({ event, data, id }) => use({ type: event ?? 'message', data, id: id ?? '' }),
    });
    const decoder = new TextDecoder();
    for (const chunk of chunks) parser.feed(decoder.decode(chunk, { stream: true }));
    parser.feed(decoder.decode());
  };
}
