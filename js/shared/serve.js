// Lets a source join a connection that is held here.
// @ts-check

/** @typedef {import('./holder.js').Holder} Holder */

/**
 * @param {import('./messages.d.ts').Port} port
 * @param {(request: import('./messages.d.ts').SharedRequest) => Holder | undefined} find the holder for a request
 */
export function serve(port, find) {
  /** @type {Holder | undefined} */
  let holder;
  port.onmessage = ({ data }) => {
    if (!Array.isArray(data)) return; // somebody else's
    if (data[0] === 'join') holder = find(data[2]);
    if (holder) holder.receive(port, data);
    else if (data[0] === 'leave') port.close();
  };
}
