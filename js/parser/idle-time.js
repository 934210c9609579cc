// `idleTimeout` of events(): an answer that stalls.
// @ts-check
/**
 * Waits so long for a chunk. The timer may be late, since the process was suspended or busy: one more turn lets what has
 * arrived meanwhile be read first.
 * @template T
 * @param {Promise<T>} read
 * @param {number | undefined} milliseconds undefined to wait for ever
 * @returns {Promise<T>}
 */
export function withinIdleTime(read, milliseconds) {
  if (milliseconds === undefined) return read;
  return new Promise((resolve, reject) => {
    let timer = setTimeout(() => {
      timer = setTimeout(() => {
        reject(new DOMException(`The server sent nothing for ${milliseconds} ms.`, 'TimeoutError'));
      }, 0);
    }, milliseconds);
    read.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
