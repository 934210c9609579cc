// Measuring in rounds in which the subjects take turns. Runs in every runtime and in browsers.

/** @param {number[]} values sorted */
function quantile(values, part) {
  const at = (values.length - 1) * part;
  const below = Math.floor(at);
  return values[below] + (values[Math.ceil(at)] - values[below]) * (at - below);
}

const sort = (values) => values.toSorted((a, b) => a - b);

/** @param {number[]} values */
export const median = (values) => quantile(sort(values), 0.5);

/**
 * Half of the distance between the quartiles, in percent of the median: half of the rounds lie about so near to it.
 * @param {number[]} values
 */
export function spread(values) {
  const sorted = sort(values);
  return ((quantile(sorted, 0.75) - quantile(sorted, 0.25)) / 2 / quantile(sorted, 0.5)) * 100;
}

/**
 * Calls each subject once a round, so that what disturbs the machine disturbs all of them; every other round in the
 * opposite order, so that none always runs in the other's wake.
 * @param {Record<string, () => number | Promise<number>>} subjects each measures one round of its own
 * @param {{ rounds: number }} options
 * @returns {Promise<Record<string, number[]>>} by subject: what it measured
 */
export async function takeTurns(subjects, { rounds }) {
  const names = Object.keys(subjects);
  const values = Object.fromEntries(names.map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const name of names) values[name].push(await subjects[name]());
    names.reverse();
  }
  return values;
}

/**
 * What a part reports of a cell: an entry for every subject.
 * @param {Record<string, string | number>} cell what was measured, by names of its dimensions
 * @param {string} unit
 * @param {Record<string, number[]>} values of each subject
 */
export const toCells = (cell, unit, values) =>
  Object.entries(values).map(([subject, measured]) => ({
    cell,
    subject,
    unit,
    median: median(measured),
    spread: spread(measured),
    rounds: measured.length,
  }));
