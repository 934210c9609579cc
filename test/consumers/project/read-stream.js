/**
 * What the consumers here do with the package: read a stream, over the end of its first connection, to an event `last`.
 * @returns {Promise<{ events: string[][], retryIn: number }>} retryIn: what the `error` event of that end said
 */
export function readStream(EventSource, url) {
  return new Promise((resolve, reject) => {
    const source = new EventSource(url);
    const events = [];
    let retryIn;
    const take = ({ type, data, lastEventId }) => events.push([type, data, lastEventId]);
    source.onmessage = take;
    source.addEventListener('last', (event) => {
      take(event);
      source.close();
      resolve({ events, retryIn });
    });
    source.onerror = (event) => {
      ({ retryIn } = event);
      if (source.readyState === source.CLOSED) reject(new Error(event.message));
    };
  });
}
