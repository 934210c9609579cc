// The streams that the page listens to. A URL says which bytes come and where they are cut, so that the local server
// and the service worker play the same.
// @ts-check

/** Milliseconds between two chunks of a cut stream: sent at once, they would arrive as one. */
const PAUSE = 2;

/** How often a paced race sends what is due, in milliseconds. */
const BEAT = 10;

const wait = (/** @type {number} */ milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** @param {Uint8Array} bytes */
function toHex(bytes) {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** @param {string} hex */
function fromHex(hex) {
  return Uint8Array.from(hex.match(/../g) ?? [], (byte) => parseInt(byte, 16));
}

/** @param {Uint8Array[]} chunks */
export function streamUrl(chunks) {
  return `stream?chunks=${chunks.map(toHex).join('.')}`;
}

/**
 * @param {number} events
 * @param {number} [rate] events a second; 0: as fast as they are taken
 */
export function raceUrl(events, rate = 0) {
  return `race?events=${events}&rate=${rate}`;
}

/** The events of a race are equally long, so that any number of them is a piece of one block. */
const BLOCK_EVENTS = 1024;
const block = new TextEncoder().encode(
  Array.from(
    { length: BLOCK_EVENTS },
    (_, i) => `id: ${String(i).padStart(4, '0')}\ndata: {"index":0,"delta":{"text":" token"},"stop":null}\n\n`,
  ).join(''),
);
export const EVENT_BYTES = block.length / BLOCK_EVENTS;
export const LAST_TYPE = 'finish';

/** @param {string[]} chunks */
async function* playChunks(chunks) {
  for (const [i, chunk] of chunks.entries()) {
    if (i > 0) await wait(PAUSE);
    yield fromHex(chunk);
  }
}

/**
 * @param {number} events
 * @param {number} rate
 */
async function* playRace(events, rate) {
  const begin = performance.now();
  for (let sent = 0; sent < events;) {
    if (rate > 0) await wait(BEAT);
    const due = rate > 0 ? Math.floor(((performance.now() - begin) * rate) / 1000) : events;
    const count = Math.min(due - sent, events - sent, BLOCK_EVENTS);
    if (count > 0) yield block.subarray(0, count * EVENT_BYTES);
    sent += count;
  }
  yield new TextEncoder().encode(`event: ${LAST_TYPE}\ndata\n\n`);
}

export const headers = { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' };

/**
 * @param {URL} url
 * @returns {AsyncGenerator<Uint8Array> | undefined} nothing for a URL that is not a stream's
 */
export function findStream({ pathname, searchParams }) {
  if (pathname.endsWith('/stream')) return playChunks((searchParams.get('chunks') ?? '').split('.'));
  if (pathname.endsWith('/race')) return playRace(Number(searchParams.get('events')), Number(searchParams.get('rate')));
  return undefined;
}
