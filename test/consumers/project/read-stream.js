/**
 * What the consumers here do with the package: read a stream, over the end of its first connection, to an event `last`.
 * @returns {Promise<{ events: string[][], reconnectionTime: number }>}
 */
export function readStream(EventSource, url) {
  return new Promise((resolve, reject) => {
    const source = new EventSource(url);
    const events = [];
    const take = ({ type, data, lastEventId }) => events.push([type, data, lastEventId]);
    source.onmessage = take;
    source.addEventListener('last', (event) => {
      take(event);
      source.close();
      resolve({ events, reconnectionTime: source.reconnectionTime });
    });
    source.onerror = ({ message }) => {
      if (source.readyState === source.CLOSED) reject(new Error(message));
    };
  });
}
