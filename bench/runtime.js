// What runtimes are called.
/* global Bun, Deno */

/** The one that runs this, with its version. */
export function runtimeName() {
  if (typeof Deno !== 'undefined') return `Deno ${Deno.version.deno}`;
  if (typeof Bun !== 'undefined') return `Bun ${Bun.version}`;
  return `Node ${process.versions.node}`;
}

/** With as much of the version as tells it from others. */
export const shorten = (/** @type {string} */ name) => name.replace(/^((Bun|Deno) \d+\.\d+|\w+ \d+).*/, '$1');
