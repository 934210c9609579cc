// Reads the conformance vectors; test/vectors/README.md gives the grammar.

/**
 * @typedef {object} Vector
 * @property {string} point of the standard page
 * @property {string} name
 * @property {Uint8Array} bytes
 * @property {{ type: string, data: string, lastEventId: string }[]} events
 * @property {string} lastEventId
 * @property {number} reconnectionTime
 */

const escapes = { n: '\n', r: '\r', t: '\t', '"': '"', '\\': '\\' };

/** @param {string} text */
function unescape(text) {
  const bytes = [];
  const encoder = new TextEncoder();
  for (const [, hex, escaped, plain] of text.matchAll(/\\x([0-9A-Fa-f]{2})|\\(.)|([^\\]+)/gs)) {
    if (hex !== undefined) bytes.push(parseInt(hex, 16));
    else if (plain !== undefined) bytes.push(...encoder.encode(plain));
    else if (escaped in escapes) bytes.push(escapes[escaped].charCodeAt(0));
    else throw new Error(`unknown escape \\${escaped}`);
  }
  return bytes;
}

const toString = (/** @type {number[]} */ bytes) =>
  new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Uint8Array.from(bytes));

/** @param {string} text */
function readStrings(text) {
  return [...text.matchAll(/"((?:[^"\\]|\\.)*)"/gs)].map(([, quoted]) => toString(unescape(quoted)));
}

/**
 * @param {string} file for messages
 * @param {string} text
 * @returns {Vector[]}
 */
export function parseVectors(file, text) {
  const vectors = [];
  text.split('\n').forEach((line, index) => {
    const vector = vectors.at(-1);
    const rest = line.slice(line.indexOf(' ') + 1);
    const keyword = line.slice(0, line.indexOf(' '));
    if (line === '' || line.startsWith('#')) return;
    if (keyword === '==') {
      const [point, ...name] = rest.split(' ');
      vectors.push({ point, name: name.join(' '), bytes: [], events: [], lastEventId: '', reconnectionTime: 3000 });
    } else if (keyword === '<') {
      vector.bytes.push(...unescape(rest));
    } else if (keyword === '>') {
      const [type, data, lastEventId] = readStrings(rest);
      vector.events.push({ type, data, lastEventId });
    } else if (keyword === 'last-event-id') {
      [vector.lastEventId] = readStrings(rest);
    } else if (keyword === 'reconnection-time') {
      vector.reconnectionTime = Number(rest);
    } else {
      throw new Error(`${file}:${index + 1}: no such keyword: ${line}`);
    }
  });
  for (const vector of vectors) vector.bytes = Uint8Array.from(vector.bytes);
  return vectors;
}
