// What console.log shows: the console of a page knows accessors by itself. For Node, Bun and Deno tools/bundle.js puts
// inspect.node.js in the place of this file.
// @ts-check

/** @type {import('./hooks.d.ts').Extension} */
export const inspect = {};
