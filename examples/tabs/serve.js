// Six tabs side by side that share one connection, whose holder can be closed: node examples/tabs/serve.js prints the
// page's URL. A number comes every 100 ms, and is sent again to who asks by Last-Event-ID.
import express from 'express';
import { fileURLToPath } from 'node:url';

const app = express();

/** Open connections, and what the Referer says of who made each: a page's is its URL, a worker's that of its script. */
const connections = new Map();
let published = 0;

const message = (number) => `id: ${number}\ndata: ${number}\n\n`;

/** Tells all which connections there are. No id: it is about now. */
function tellConnections() {
  const event = `event: connections\ndata: ${JSON.stringify([...connections.values()])}\n\n`;
  for (const response of connections.keys()) response.write(event);
}

app.get('/stream', (request, response) => {
  response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
  const last = Number(request.get('Last-Event-ID') ?? published);
  for (let number = last + 1; number <= published; number++) response.write(message(number));
  connections.set(response, request.get('Referer') ?? '');
  tellConnections();
  response.on('close', () => {
    connections.delete(response);
    tellConnections();
  });
});

setInterval(() => {
  published++;
  for (const response of connections.keys()) response.write(message(published));
}, 100);

app.use(express.static(fileURLToPath(new URL('../../', import.meta.url))));

const server = app.listen(Number(process.env.PORT ?? 0), '127.0.0.1', () => {
  console.log(`http://127.0.0.1:${server.address().port}/examples/tabs/`);
});
