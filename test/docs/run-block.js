// Runs a block in a process of its own: node run-block.js FILE [URL]. It must bring an event to the `source` that it
// exports, and then leave nothing behind: the process ends by itself.
import { pathToFileURL } from 'node:url';

const [, , file, url] = process.argv;
if (url) Object.assign(globalThis, { url });

const { source, default: handler } = await import(pathToFileURL(file).href);

if (source && source.readyState !== source.CLOSED) {
  const held = setInterval(() => {}, 1000); // a source with `ref: false` does not keep the process alive
  await new Promise((resolve, reject) => {
    source.addEventListener('message', resolve);
    source.addEventListener('error', ({ message, retryIn }) => {
      if (retryIn === null) reject(new Error(message));
    });
  });
  source.close();
  clearInterval(held);
}
if (handler) console.log(await (await handler.fetch(new Request('http://127.0.0.1/'))).text());
