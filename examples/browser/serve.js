// Serves the page beside it, the package, and a stream that breaks off after every fifth event and goes on from there:
// node examples/browser/serve.js prints the page's URL.
import express from 'express';
import { fileURLToPath } from 'node:url';

const app = express();

app.get('/stream', (request, response) => {
  response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
  response.write('retry: 1000\n\n');
  let id = Number(request.get('Last-Event-ID') ?? 0);
  const timer = setInterval(() => {
    id++;
    response.write(`id: ${id}\ndata: ${JSON.stringify({ celsius: 20 + (id % 7) })}\n\n`);
    if (id % 5 === 0) response.end();
  }, 250);
  response.on('close', () => clearInterval(timer));
});

app.use(express.static(fileURLToPath(new URL('../../', import.meta.url))));

const server = app.listen(Number(process.env.PORT ?? 0), '127.0.0.1', () => {
  console.log(`http://127.0.0.1:${server.address().port}/examples/browser/`);
});
