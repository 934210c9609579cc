// How extensions join the class, and each of its sources by the options that it is given.
// @ts-check
import { makePolicy } from '../core/memory.js';
import { defineEventSource } from './eventsource.js';
import { isFutile } from './fetching.js';

/** @typedef {import('./hooks.d.ts').Hooks} Hooks */
/** @typedef {import('./hooks.d.ts').Extension} Extension */

/**
 * Puts what several hooks say into one word.
 * @param {readonly Hooks[]} hooks
 * @param {(hooks: Hooks) => number | undefined} bitsOf
 */
const bitsOf = (hooks, bitsOf) => hooks.reduce((all, one) => all | (bitsOf(one) ?? 0), 0);

/**
 * @param {readonly Extension[]} extensions
 * @param {any} init
 * @param {import('./eventsource.js').Connection} connection
 */
function join(extensions, init, connection) {
  /** @type {Hooks[]} */
  const joined = extensions.flatMap(({ join }) => join?.(init, connection) ?? []);
  if (joined.length === 0) return;
  const flags = bitsOf(joined, ({ policy }) => policy?.flags);
  const reports = bitsOf(joined, (hooks) => hooks.reports);
  connection.policy = makePolicy(Object.assign({}, ...joined.map(({ policy }) => policy), { flags }));
  connection.hooks = [...joined, ...connection.hooks];
  connection.joined = reports === 0 ? joined : [{ ready: () => connection.load().setFlags(reports) }, ...joined];
}

/**
 * The class with all that extensions add to it.
 * @param {import('../core/supply.js').Supply} supply
 * @param {readonly Extension[]} extensions
 */
export function extend(supply, extensions) {
  /** @type {Hooks} What extensions have marked by makeFutile. */
  const marks = { isFutile: ({ cause }) => isFutile(cause) };
  const always = [marks, ...extensions.flatMap(({ hooks }) => hooks ?? [])];
  return defineEventSource(supply, always, {
    join: (init, connection) => join(extensions, init, connection),
    define(EventSource, connectionOf) {
      for (const { define } of extensions) define?.(EventSource, connectionOf);
    },
  });
}
