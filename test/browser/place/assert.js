// The strict assertions of node:assert for places without Node, as far as the suites use them;
// test/browser/assert.node.test.js holds the two side by side.

export class AssertionError extends Error {
  name = 'AssertionError';
}

/**
 * @param {string | undefined} message of the caller
 * @param {string} what
 */
function fail(message, what) {
  throw new AssertionError(message === undefined ? what : `${message}: ${what}`);
}

const isObject = (value) => typeof value === 'object' && value !== null;

/** A value as a person would write it. */
function show(value, outer = []) {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'function') return `[function ${value.name}]`;
  if (!isObject(value)) return Object.is(value, -0) ? '-0' : String(value);
  if (value instanceof Error) return `[${value.name}: ${value.message}]`;
  if (outer.includes(value)) return '[circular]';
  const around = [...outer, value];
  if (Array.isArray(value)) return `[${value.map((item) => show(item, around)).join(', ')}]`;
  const name = value.constructor === Object ? '' : `${value.constructor?.name ?? '[no prototype]'} `;
  return `${name}{ ${Object.keys(value)
    .map((key) => `${key}: ${show(value[key], around)}`)
    .join(', ')} }`;
}

/** What has its content elsewhere than in its keys is equal only to itself. */
const hasOnlyKeys = (value) =>
  Array.isArray(value) || ArrayBuffer.isView(value) || Object.prototype.toString.call(value) === '[object Object]';

function isDeepEqual(actual, expected) {
  if (Object.is(actual, expected)) return true;
  if (!isObject(actual) || !isObject(expected)) return false;
  if (Object.getPrototypeOf(actual) !== Object.getPrototypeOf(expected)) return false;
  if (!hasOnlyKeys(actual) || actual.length !== expected.length) return false;
  const keys = Object.keys(actual);
  return (
    keys.length === Object.keys(expected).length &&
    keys.every((key) => Object.hasOwn(expected, key) && isDeepEqual(actual[key], expected[key]))
  );
}

/** Whether `error` is as `expected` says: by a class, a pattern, a function that judges, or members. */
function isAsExpected(error, expected) {
  if (expected instanceof RegExp) return expected.test(String(error));
  if (typeof expected !== 'function') {
    return Object.entries(expected).every(([key, value]) =>
      value instanceof RegExp ? value.test(error[key]) : isDeepEqual(error[key], value),
    );
  }
  if (expected.prototype !== undefined && error instanceof expected) return true;
  return !Object.prototype.isPrototypeOf.call(Error, expected) && expected !== Error && expected(error) === true;
}

/**
 * @param {{ error: unknown } | undefined} thrown
 * @param {unknown} expected
 * @param {string} [message]
 */
function checkThrown(thrown, expected, message) {
  if (thrown === undefined) fail(message, 'nothing was thrown');
  if (expected !== undefined && !isAsExpected(thrown.error, expected)) {
    fail(message, `${show(thrown.error)} was thrown, which is not as expected: ${show(expected)}`);
  }
}

/** @param {() => Promise<unknown>} run */
async function catchFrom(run) {
  try {
    await run();
  } catch (error) {
    return { error };
  }
}

export const assert = Object.assign(
  (value, message) => {
    if (!value) fail(message, `${show(value)} is not true`);
  },
  {
    AssertionError,
    fail: (message) => fail(undefined, message),
    ok: (value, message) => assert(value, message),
    equal(actual, expected, message) {
      if (!Object.is(actual, expected)) fail(message, `${show(actual)} is not ${show(expected)}`);
    },
    notEqual(actual, expected, message) {
      if (Object.is(actual, expected)) fail(message, `${show(actual)} should be another`);
    },
    deepEqual(actual, expected, message) {
      if (!isDeepEqual(actual, expected)) fail(message, `\n  ${show(actual)}\nis not equal to\n  ${show(expected)}`);
    },
    match(text, pattern, message) {
      if (typeof text !== 'string' || !pattern.test(text)) fail(message, `${show(text)} does not match ${pattern}`);
    },
    doesNotMatch(text, pattern, message) {
      if (typeof text !== 'string' || pattern.test(text)) fail(message, `${show(text)} matches ${pattern}`);
    },
    throws(run, expected, message) {
      let thrown;
      try {
        run();
      } catch (error) {
        thrown = { error };
      }
      checkThrown(thrown, expected, message);
    },
    async rejects(promise, expected, message) {
      const thrown = await catchFrom(() => (typeof promise === 'function' ? promise() : promise));
      checkThrown(thrown, expected, message);
    },
  },
);
