// A response that is cut after each of its bytes: the head, between CR and LF, within a character, within an HTTP chunk,
// within compressed data. The server replays by Last-Event-ID, so every event must come once, in order.
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { assert } from '../support/assert.js';
import { open, record, tearDown } from '../support/scene.js';
import { settled } from '../support/wait.js';
import { chunk, drip, eventsAfter, expectEvents, EXPECTED, pathOf, readHeader, respond, serveBytes } from './wire.js';

const CHUNKED = { 'Transfer-Encoding': 'chunked' };

/** In chunks, which part lines and characters. */
function inChunks(bytes) {
  const pieces = [];
  for (let at = 0; at < bytes.length; at += 11) pieces.push(chunk(bytes.subarray(at, at + 11)));
  return Buffer.concat(pieces);
}

/** Whole responses, by how their body is sent. */
const framings = {
  'without a length': (body) => respond(body, { Connection: 'close' }),
  'with a Content-Length': (body) => respond(body, { 'Content-Length': Buffer.byteLength(body) }),
  'in HTTP chunks': (body) => respond(inChunks(Buffer.from(body)), CHUNKED),
  'as gzip': (body) => respond(inChunks(gzipSync(body)), { ...CHUNKED, 'Content-Encoding': 'gzip' }),
  'as br': (body) => {
    const params = { [constants.BROTLI_PARAM_QUALITY]: 0 };
    return respond(inChunks(brotliCompressSync(body, { params })), { ...CHUNKED, 'Content-Encoding': 'br' });
  },
};

const endings = {
  'closed by a FIN': (socket, bytes) => socket.end(bytes),
  'reset by a RST': (socket, bytes) => socket.write(bytes, () => socket.resetAndDestroy()),
};

describe('a connection cut after each byte of the response, the body sent', () => {
  afterEach(tearDown);

  for (const [framing, encode] of Object.entries(framings)) {
    for (const [ending, cut] of Object.entries(endings)) {
      const whole = encode(eventsAfter(0).join(''));
      it(`${framing}, ${ending}, ${whole.length} cuts: reconnects with the id of the last event delivered; none is lost, none doubled`, async function () {
        this.timeout(60_000);
        const wasCut = new Set();
        const url = await serveBytes((socket, head) => {
          const id = Number(readHeader(head, 'Last-Event-ID') ?? 0);
          const place = Number(pathOf(head).slice(1));
          if (!wasCut.has(place)) {
            wasCut.add(place);
            cut(socket, whole.subarray(0, place));
          } else if (id < EXPECTED.length) {
            drip(socket, encode(eventsAfter(id).join('')), 5 + (place % 11));
          }
        });
        const places = Array.from(whole, (_, place) => place);
        const sources = places.map((place) => record(open(`${url}${place}`, { reconnectionTime: 0 })));
        await Promise.all(sources.map((events) => expectEvents(events)));
        await settled();
        for (const { log } of sources) {
          assert.equal(log.filter((event) => event.startsWith('message')).length, EXPECTED.length);
        }
        assert.equal(wasCut.size, whole.length);
      });
    }
  }
});
