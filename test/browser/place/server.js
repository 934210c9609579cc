// test/support/server.js from afar: the scripted servers are the runner's.
import { call } from './control.js';

export { redirect } from '../../../js/command/conformance/answers.js';

/** The runner's object with this id: its data, and each of its methods by name. */
function remote({ id, ...data }) {
  return new Proxy(data, {
    get: (_, name) => (name in data || name === 'then' ? data[name] : (...values) => callOf(id, name, values)),
  });
}

async function callOf(id, method, values) {
  const { object, value } = await call(id, method, ...values);
  return object ? remote(object) : value;
}

/** @param {import('../../../js/command/conformance/answers.js').Answer[]} script an answer per request */
export const startServer = (script) => callOf('runner', 'startServer', [script]);

/**
 * A window of its own, not opened by this place, and so without a tie to it.
 * @param {string} url
 * @returns {Promise<{ close(): Promise<void> }>}
 */
export const openWindow = (url) => callOf('runner', 'openWindow', [url]);
