// What a place asks of the runner.

// Taken before a test can put others in their place.
const { fetch } = globalThis;
const { origin, searchParams } = new URL(globalThis.location.href);

/** Which engine and place this is, for the runner. */
const run = searchParams.get('run');

/**
 * @param {'control' | 'report'} path
 * @param {unknown} message
 */
async function post(path, message) {
  const response = await fetch(`${origin}/${path}?run=${run}`, { method: 'POST', body: JSON.stringify(message) });
  if (!response.ok) throw new Error(await response.text());
  return response.json();
}

/**
 * Calls a method of an object that the runner keeps: a scripted server, one of its exchanges, a window.
 * @param {string} object
 * @param {string} method
 * @param {...unknown} values plain data
 */
export function call(object, method, ...values) {
  return post('control', { object, method, values });
}

let unsent = [];
let sending = Promise.resolve();

/** Tells the runner what happens, in order; what has gathered meanwhile goes in one message. */
export function report(entry) {
  unsent.push(entry);
  sending = sending.then(async () => {
    const entries = unsent;
    unsent = [];
    if (entries.length > 0) await post('report', entries);
  });
  return sending;
}
