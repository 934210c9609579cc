// Writes the streams of the vectors as inputs of test/c/fuzz.c into a folder: node test/c/seeds.js FOLDER
import { mkdirSync, writeFileSync } from 'node:fs';
import { loadVectors } from '../support/load-vectors.js';

// What to report, the limit, how to cut.
const HEADERS = [
  [0, 0, 0],
  [7, 0, 1],
  [15, 10, 2],
];

const [folder] = process.argv.slice(2);
mkdirSync(folder, { recursive: true });
const streams = loadVectors().flatMap(({ vectors }) => vectors.map(({ bytes }) => bytes));
streams.forEach((bytes, n) => {
  const header = HEADERS[n % HEADERS.length];
  writeFileSync(`${folder}/${n}`, Uint8Array.from([...header, ...bytes]));
});
