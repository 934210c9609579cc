// The vectors as Node finds them.
import { readdirSync, readFileSync } from 'node:fs';
import { parseVectors } from './vectors.js';

const folder = new URL('../vectors/', import.meta.url);

export function loadVectors() {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.txt'))
    .map((file) => ({ file, vectors: parseVectors(file, readFileSync(new URL(file, folder), 'utf8')) }));
}
