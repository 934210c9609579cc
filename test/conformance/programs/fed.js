// A program that takes many streams: node fed.js [FLAW]
import { createInterface } from 'node:readline';
import { events } from 'eventsource-wasm';

const [, , flaw] = process.argv;
const tell = (line) => console.log(JSON.stringify(line));

tell({ conformance: 1 });
let count = 0;
for await (const line of createInterface({ input: process.stdin })) {
  if (flaw === 'crashes' && count++ % 7 === 0) process.exit(3);
  if (flaw === 'prints anything') console.log('Parsing …');
  const chunks = JSON.parse(line).chunks.map((chunk) => Buffer.from(chunk, 'base64'));
  const told = [];
  for await (const { type, data, lastEventId } of events(chunks)) told.push({ type, data, lastEventId });
  if (flaw === 'is late') tell({ fed: true });
  for (const event of told) tell(event);
  tell({ end: true, ...(flaw === 'tells a wrong time' ? { reconnectionTime: 1 } : {}) });
}
