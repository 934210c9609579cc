// Prints test/vectors/ as one JSON file, which parsers in other languages can read; docs/conformance.md describes it.
import { readFileSync } from 'node:fs';
import { POINTS, STANDARD } from '../js/command/conformance/points.js';
import { FORMAT } from '../js/command/conformance/vectors.js';
import { loadVectors } from '../test/support/load-vectors.js';

const { name, version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));

const vectors = loadVectors().flatMap(({ file, vectors }) =>
  vectors.map(({ point, name, bytes, events, lastEventId, reconnectionTime }) => ({
    theme: file.replace(/\.txt$/, ''),
    ...{ point, name, base64: Buffer.from(bytes).toString('base64'), events, lastEventId, reconnectionTime },
  })),
);
const used = new Set(vectors.map(({ point }) => point));
const points = Object.fromEntries(Object.entries(POINTS).filter(([point]) => used.has(point)));

const members = { format: FORMAT, package: name, version, standard: STANDARD, points };
const lines = vectors.map((vector) => `    ${JSON.stringify(vector)}`).join(',\n');
console.log(JSON.stringify({ ...members, vectors: [] }, null, 2).replace(/\[\]\n\}$/, () => `[\n${lines}\n  ]\n}`));
