// What the cells of a part say of two subjects.

/** @typedef {{ cell: Record<string, string | number>, subject: string, unit: string, median: number, spread: number, rounds: number }} Entry */

/**
 * Of every cell that has both: how many times the value of `below` that of `above` is.
 * @param {Entry[]} entries
 * @param {string} above
 * @param {string} below
 */
export function ratiosOf(entries, above, below) {
  const keyOf = ({ cell, unit }) => JSON.stringify([cell, unit]);
  const divisors = new Map(entries.filter(({ subject }) => subject === below).map((entry) => [keyOf(entry), entry]));
  return entries
    .filter((entry) => entry.subject === above && divisors.has(keyOf(entry)))
    .map((entry) => ({ cell: entry.cell, unit: entry.unit, ratio: entry.median / divisors.get(keyOf(entry)).median }));
}

/** @param {{ ratio: number }[]} ratios */
export const geometricMean = (ratios) =>
  Math.exp(ratios.reduce((sum, { ratio }) => sum + Math.log(ratio), 0) / ratios.length);
