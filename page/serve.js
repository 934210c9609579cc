// Serves the page and its streams on 127.0.0.1: node page/serve.js, with PORT to choose the port.
import express from 'express';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { Readable, pipeline } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { build } from './build.js';
import { findStream, headers } from './streams.js';

const folder = fileURLToPath(new URL('./', import.meta.url));

/** @param {{ port?: number, hasStreams?: boolean }} [options] without streams it is any static host */
export async function startServer({ port = 0, hasStreams = true } = {}) {
  build();
  const app = express();
  if (hasStreams) {
    app.use((request, response, next) => {
      const stream = findStream(new URL(request.originalUrl, 'http://localhost'));
      if (stream === undefined) return next();
      response.writeHead(200, headers);
      pipeline(Readable.from(stream), response, () => {}); // A client that goes ends the stream.
    });
  }
  app.use((_request, response, next) => {
    response.setHeader('Cache-Control', 'no-store');
    next();
  });
  app.use(express.static(folder, { cacheControl: false, etag: false, lastModified: false }));
  const server = createServer(app);
  server.on('connection', (socket) => socket.setNoDelay(true));
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${server.address().port}/`,
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { url } = await startServer({ port: Number(process.env.PORT ?? 0) });
  console.log(url);
}
