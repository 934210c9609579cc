// Reading a stream as fast as a subject can, in Node and in pages.

/**
 * Reads a stream to its end.
 * @param {import('./openers.js').Open} open
 * @param {string} url
 * @param {{ events: number, bytes: number }} size of the stream
 * @returns {Promise<{ seconds: number, sum: number }>} from when it was open; and a checksum of the events' data
 */
export function readStream(open, url, size) {
  return new Promise((resolve) => {
    let begin = 0;
    let events = 0;
    let bytes = 0;
    let sum = 0;
    const end = () => {
      source.close();
      resolve({ seconds: (performance.now() - begin) / 1000, sum });
    };
    const source = open(url, {
      open: () => void (begin = performance.now()),
      data(text) {
        sum = (sum + text.length + text.charCodeAt(text.length >> 1)) | 0; // reads the string
        if (++events === size.events) end();
      },
      chunk({ length }) {
        bytes += length;
        if (bytes === size.bytes) end();
      },
    });
  });
}
