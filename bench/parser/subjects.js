// What is measured: each turns chunks of bytes into event objects, and hands every one to `use`.
import { createParser as createPeer } from 'eventsource-parser';
import { createParser } from '../../js/parser/create-parser.js';
import { join } from '../workloads.js';

/** @typedef {{ event?: string, data: string, id?: string }} Event */
/** @typedef {(use: (event: Event) => void) => void} Parse */

/**
 * @param {Uint8Array[]} chunks
 * @returns {Parse}
 */
export const parseWithThis = (chunks) => (onEvent) => {
  const parser = createParser({ onEvent });
  for (const chunk of chunks) parser.feed(chunk);
};

/**
 * It takes strings, so that a decoder goes before it.
 * @param {Uint8Array[]} chunks
 * @returns {Parse}
 */
export const parseWithPeer = (chunks) => (onEvent) => {
  const parser = createPeer({ onEvent });
  const decoder = new TextDecoder();
  for (const chunk of chunks) parser.feed(decoder.decode(chunk, { stream: true }));
  parser.feed(decoder.decode());
};

/** Bytes: a longer string takes longer to make than several of this length. */
const REGION = 65_536;

/**
 * The events that each chunk completes, whole; those of a large chunk in several groups.
 * @param {Uint8Array[]} events
 * @param {Uint8Array[]} chunks of the same bytes
 */
function group(events, chunks) {
  const groups = [];
  let received = 0;
  let completed = 0;
  let next = 0;
  for (const chunk of chunks) {
    received += chunk.length;
    let size = Infinity;
    for (; next < events.length && completed + events[next].length <= received; next++) {
      size += events[next].length;
      if (size > REGION) {
        groups.push([]);
        size = events[next].length;
      }
      groups.at(-1).push(events[next]);
      completed += events[next].length;
    }
  }
  return groups;
}

/**
 * Where the values of an event's fields begin and end in its text: -1 for those that it lacks; of several `data` lines
 * where the first begins and the last ends.
 * @param {string} text
 */
function findFields(text) {
  const places = { event: [-1, -1], data: [-1, -1], id: [-1, -1] };
  for (const { index, 0: line } of text.matchAll(/[^\r\n]+/g)) {
    const [prefix, name] = /^(\w*): ?/.exec(line);
    if (!(name in places)) continue;
    if (places[name][0] < 0) places[name][0] = index + prefix.length;
    places[name][1] = index + line.length;
  }
  return Object.values(places).flat();
}

/** @param {Uint8Array[]} events that lie together */
function toRegion(events) {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  const places = [];
  let at = 0;
  for (const event of events) {
    const text = decoder.decode(event);
    const fields = findFields(text);
    if (fields[2] >= 0) places.push(...fields.map((place) => (place < 0 ? place : at + place)));
    at += text.length;
  }
  return { bytes: join(events), places: Int32Array.from(places) };
}

/** The ways to make a string of bytes that the runtime has. */
function findDecoders(isAscii) {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  const { utf8Slice, latin1Slice } = globalThis.Buffer?.prototype ?? {};
  return [
    (bytes) => decoder.decode(bytes),
    (bytes) => decoder.decode(bytes, { stream: true }),
    utf8Slice && ((bytes) => utf8Slice.call(bytes, 0, bytes.length)),
    isAscii && latin1Slice && ((bytes) => latin1Slice.call(bytes, 0, bytes.length)),
  ].filter(Boolean);
}

/** @param {Uint8Array[]} regions */
function findFastestDecoder(regions) {
  const time = (decode) => {
    const begin = performance.now();
    let rounds = 0;
    do for (const bytes of regions) decode(bytes);
    while (++rounds < 3 || performance.now() - begin < 3);
    return (performance.now() - begin) / rounds;
  };
  const isAscii = regions.every((bytes) => bytes.every((byte) => byte < 0x80));
  const timed = findDecoders(isAscii).map((decode) => ({ decode, times: [time(decode), time(decode), time(decode)] }));
  return timed.sort((a, b) => Math.min(...a.times) - Math.min(...b.times))[0].decode;
}

/**
 * The limit: no parsing. One decode for the events that a chunk completes, whose bytes lie together, by what is fastest
 * in this runtime; a substring for each field, whose place is known before; an object for each event. Several `data`
 * lines stay one string as they stand, so that nothing is joined.
 * @param {Uint8Array[]} chunks
 * @param {Uint8Array[]} events
 * @returns {Parse}
 */
export function makeLimit(chunks, events) {
  const regions = group(events, chunks).map(toRegion);
  const decode = findFastestDecoder(regions.map(({ bytes }) => bytes));
  return (use) => {
    for (const { bytes, places } of regions) {
      const text = decode(bytes);
      const value = (at) => (places[at] < 0 ? undefined : text.substring(places[at], places[at + 1]));
      for (let at = 0; at < places.length; at += 6) use({ id: value(at + 4), event: value(at), data: value(at + 2) });
    }
  };
}
