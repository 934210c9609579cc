// The vectors as dist/vectors.json holds them, and the ways in which their bytes are delivered.
// @ts-check

/**
 * @typedef {object} Vector
 * @property {string} theme the file in test/vectors/ that it is from
 * @property {string} point of the standard
 * @property {string} name which no other vector has
 * @property {Uint8Array} bytes of the stream
 * @property {{ type: string, data: string, lastEventId: string }[]} events that the stream must bring
 * @property {string} lastEventId the last event ID string at the end
 * @property {number} reconnectionTime at the end, in milliseconds
 */

/** The version of the format; a reader must refuse a higher one. */
export const FORMAT = 1;

/**
 * @param {{ format: number, vectors: (Omit<Vector, 'bytes'> & { base64: string })[] }} file what dist/vectors.json says
 * @returns {Vector[]}
 */
export function readVectors({ format, vectors }) {
  if (format !== FORMAT) throw new Error(`The vectors are in format ${format}, not ${FORMAT}.`);
  return vectors.map(({ base64, ...vector }) => ({
    ...vector,
    bytes: Uint8Array.from(atob(base64), (byte) => byte.charCodeAt(0)),
  }));
}

/** @typedef {{ cut: string, chunks: Uint8Array[], at?: number }} Delivery `at`: the byte before which it is cut */

/**
 * The whole stream at once, and a byte at a time.
 * @param {Uint8Array} bytes
 * @returns {Delivery[]}
 */
export const fewCuts = (bytes) => [
  { cut: 'whole', chunks: [bytes] },
  { cut: 'byte by byte', chunks: Array.from(bytes, (_, i) => bytes.subarray(i, i + 1)) },
];

/**
 * Those, and the stream cut in two at each place.
 * @param {Uint8Array} bytes
 * @returns {Delivery[]}
 */
export function allCuts(bytes) {
  const halves = Array.from(bytes.subarray(1), (_, i) => ({
    cut: `cut at ${i + 1}`,
    chunks: [bytes.subarray(0, i + 1), bytes.subarray(i + 1)],
    at: i + 1,
  }));
  return [...fewCuts(bytes), ...halves];
}
