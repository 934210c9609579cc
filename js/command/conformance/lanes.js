// @ts-check

/**
 * What `work` makes of each item, in their order, so many at once.
 * @template T, R
 * @param {number} lanes
 * @param {T[]} items
 * @param {(item: T) => Promise<R>} work
 * @param {(done: number) => void} [progress]
 * @returns {Promise<R[]>}
 */
export async function inLanes(lanes, items, work, progress) {
  /** @type {R[]} */
  const results = Array(items.length);
  let next = 0;
  let done = 0;
  async function lane() {
    while (next < items.length) {
      const n = next++;
      results[n] = await work(items[n]);
      progress?.(++done);
    }
  }
  await Promise.all(Array.from({ length: lanes }, lane));
  return results;
}
