// The report as a page in one file: what the build has made, with the data put in.
// @ts-check
/// <reference types="node" />
import { readFileSync } from 'node:fs';

const TEMPLATE = new URL('../../../dist/check.html', import.meta.url);

/** What stands in the template for the data. */
const PLACE = '"the report"';

/**
 * @param {import('./observation.d.ts').Observation} observation
 * @param {import('./observation.d.ts').Finding[]} findings
 */
export function makePage(observation, findings) {
  const json = JSON.stringify({ observation, findings }).replace(/[<\u2028\u2029]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
  // By a function, since a string may hold patterns such as $&.
  return readFileSync(TEMPLATE, 'utf8').replace(PLACE, () => json);
}
