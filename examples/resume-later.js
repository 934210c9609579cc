// Goes on where an earlier run stopped: the last event ID is saved, and given back to a new source.
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EventSource } from 'eventsource-wasm';
import { EVENT_STREAM, listen } from './listen.js';

const server = await listen((request, response) => {
  response.writeHead(200, EVENT_STREAM);
  const last = Number(request.headers['last-event-id'] ?? 0);
  for (let id = last + 1; id <= 6; id++) response.write(`id: ${id}\ndata: event ${id}\n\n`);
});

const directory = await mkdtemp(join(tmpdir(), 'resume-later-'));
const file = join(directory, 'last-event-id');

/** Reads three events, as a program does that is then stopped. */
async function run() {
  const lastEventId = await readFile(file, 'utf8').catch(() => '');
  const source = new EventSource(server.url, { lastEventId });
  const events = [];
  for await (const event of source) {
    console.log(event.data);
    events.push(event.data);
    // The event's own: source.lastEventId may be ahead of the loop, by events that have come but were not taken yet.
    await writeFile(file, event.lastEventId);
    if (events.length === 3) break;
  }
  return events;
}

assert.deepEqual(await run(), ['event 1', 'event 2', 'event 3']);
console.log('(stopped, and started again)');
assert.deepEqual(await run(), ['event 4', 'event 5', 'event 6']);

await rm(directory, { recursive: true });
server.close();
