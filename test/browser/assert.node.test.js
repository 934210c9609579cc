// The assertions of the browsers' places say the same as Node's.
import nodeAssert from 'node:assert/strict';
import { assert } from '../support/assert.js';
import { assert as ours } from './place/assert.js';

const throwing = (error) => () => {
  throw error;
};

class Own extends Error {
  code = 7;
}

/** By method: arguments of which some pass and some do not. */
const calls = {
  ok: [[true], [1], ['x'], [{}], [false], [0], [''], [null], [undefined], [NaN]],
  fail: [['always']],
  equal: [
    ['a', 'a'],
    [1, 1],
    [NaN, NaN],
    [null, null],
    ['1', 1],
    [0, -0],
    [null, undefined],
    [[], []],
    [{}, {}],
  ],
  notEqual: [
    ['a', 'b'],
    [1, '1'],
    [[], []],
    ['a', 'a'],
    [NaN, NaN],
  ],
  deepEqual: [
    [1, 1],
    [1, '1'],
    [NaN, NaN],
    [0, -0],
    [null, undefined],
    [null, {}],
    [[], []],
    [[], {}],
    [
      [1, [2, { a: 'x' }]],
      [1, [2, { a: 'x' }]],
    ],
    [
      [1, [2, { a: 'x' }]],
      [1, [2, { a: 'y' }]],
    ],
    [[1, 2], [1]],
    [[1], [1, 2]],
    [[undefined], [,]], // eslint-disable-line no-sparse-arrays
    [[undefined], []],
    [
      { a: 1, b: 2 },
      { b: 2, a: 1 },
    ],
    [{ a: 1 }, { a: 1, b: undefined }],
    [{ a: undefined }, { b: undefined }],
    [{}, Object.create(null)],
    [new Uint8Array([1, 2]), new Uint8Array([1, 2])],
    [new Uint8Array([1, 2]), new Uint8Array([1, 3])],
    [new Uint8Array(1), new Uint8Array(2)],
    [new Uint8Array([1]), new Int8Array([1])],
    [() => {}, () => {}],
    [new Map([[1, 2]]), new Map([[1, 3]])],
    [new Set([1]), new Set([2])],
    [new Date(1), new Date(2)],
    [/a/, /b/],
    [new Error('a'), new Error('b')],
    [Symbol.iterator, Symbol.iterator],
  ],
  match: [
    ['abc', /b/],
    ['abc', /x/],
    [5, /5/],
    ['abc', /^b/],
  ],
  doesNotMatch: [
    ['abc', /x/],
    ['abc', /b/],
    [5, /x/],
  ],
  throws: [
    [throwing(new Own('own')), Own],
    [throwing(new Own('own')), Error],
    [throwing(new Own('own'))],
    [throwing(new Own('own')), /own/],
    [throwing(new Own('own')), /^Error: own$/],
    [throwing(new Own('own')), { name: 'Error', code: 7, message: /o/ }],
    [throwing(new Own('own')), { code: 7 }],
    [throwing(new Own('own')), (error) => error.code === 7],
    [() => {}],
    [() => {}, Own],
    [throwing(new Own('own')), TypeError],
    [throwing(new Own('own')), /other/],
    [throwing(new Own('own')), { code: 8 }],
    [throwing(new Own('own')), { code: 7, message: /x/ }],
    [throwing(new Own('own')), (error) => error.code === 8],
    [throwing(new Own('own')), (error) => error.code],
  ],
};

const outcome = (assertions, method, values) => {
  try {
    assertions[method](...values);
    return 'passes';
  } catch {
    return 'fails';
  }
};

describe('assertions without Node', () => {
  for (const [method, tries] of Object.entries(calls)) {
    tries.forEach((values, n) => {
      const expected = outcome(nodeAssert, method, values);
      it(`${method}, try ${n + 1}: ${expected}`, () => assert.equal(outcome(ours, method, values), expected));
    });
  }

  it('are assertions themselves', () => {
    ours(true);
    assert.throws(() => ours(false, 'why'), { name: 'AssertionError', message: /why/ });
  });

  it('rejects waits for a promise, or what a function returns', async () => {
    const error = new Own('own');
    await ours.rejects(Promise.reject(error), Own);
    await ours.rejects(async () => throwing(error)(), { code: 7 });
    await assert.rejects(ours.rejects(Promise.resolve()), { name: 'AssertionError' });
    await assert.rejects(ours.rejects(Promise.reject(error), TypeError), { name: 'AssertionError' });
  });

  it('say what was, what should have been, and why', () => {
    assert.throws(() => ours.equal('a', 5, 'why'), { message: 'why: "a" is not 5' });
    assert.throws(() => ours.deepEqual({ a: ['x', undefined, 1n] }, { a: [-0, new Own('own')] }), {
      message: '\n  { a: ["x", undefined, 1n] }\nis not equal to\n  { a: [-0, [Error: own]] }',
    });
  });
});
