// How sources are opened, in Node and in pages.

/**
 * @typedef {object} Use what is done with what arrives
 * @property {() => void} [open]
 * @property {(data: string) => void} [data] of each event
 * @property {(chunk: Uint8Array) => void} [chunk] for the bare read loop, in place of `data`
 */

/** @typedef {(url: string, use: Use) => { close(): void }} Open */

/** The types of the events that the streams bring. */
const TYPES = ['message', 'content_block_delta', 'response.output_text.delta'];

/**
 * @param {any} EventSource
 * @returns {Open}
 */
export const openerOf = (EventSource) => (url, use) => {
  const source = new EventSource(url);
  if (use.open) source.addEventListener('open', use.open);
  for (const type of TYPES) source.addEventListener(type, ({ data }) => use.data(data));
  return source;
};

/** The limit: a fetch whose chunks are only counted. */
export const BARE = 'bare read loop';

/** @type {Open} */
export function readBare(url, use) {
  const controller = new AbortController();
  const { signal } = controller;
  const read = async () => {
    const { body } = await fetch(url, { headers: { Accept: 'text/event-stream' }, cache: 'no-store', signal });
    use.open?.();
    const reader = body.getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      use.chunk(value);
    }
  };
  read().catch((error) => {
    if (!signal.aborted) throw error;
  });
  return { close: () => controller.abort() };
}
