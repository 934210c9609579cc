// Random streams: the core, cut anywhere, against the reference, whole.
import fc from 'fast-check';
import { assert } from '../support/assert.js';
import { randomCases } from '../support/platform.js';
import { interpret } from '../support/reference.js';
import { makeCore, runCore } from '../support/run-core.js';

const encoder = new TextEncoder();
const text = (arbitrary) => arbitrary.map((value) => [...encoder.encode(value)]);

const word = fc.oneof(
  fc.string({ maxLength: 8 }),
  fc.string({ unit: 'grapheme', maxLength: 8 }),
  fc.string({ maxLength: 200 }),
  fc.constantFrom('', ' ', ':', '7', '\0', '\uFEFF', 'ação', '日本語', '🙂', '12345', '99999999999', '\uFFFD'),
);
const eol = text(fc.constantFrom('\n', '\r', '\r\n'));
const bytes = fc.array(fc.integer({ min: 0, max: 255 }), { maxLength: 6 });
// Bytes that begin, continue or break characters, close together.
const lead = fc.constantFrom(0x41, 0x80, 0xbf, 0xc3, 0xe2, 0x82, 0xac, 0xed, 0xa0, 0xf0, 0x9f, 0xf4, 0xff);
const brokenText = fc.array(lead, { maxLength: 8 });
const value = fc.oneof(
  { weight: 4, arbitrary: text(word) },
  { weight: 1, arbitrary: bytes },
  { weight: 1, arbitrary: brokenText },
);
const name = text(
  fc.constantFrom('data', 'data', 'data', 'event', 'id', 'retry', 'Data', 'dat', 'datax', '', 'event '),
);
const colon = text(fc.constantFrom(':', ': ', ':  ', '', ':\t'));
const field = fc.tuple(name, colon, value, eol).map((parts) => parts.flat());
const block = text(fc.constantFrom('\uFEFF', 'data: a\n\n', 'data: a\r\n\r\n', 'id: 1\n\n', ': comment\n'));
const piece = fc.oneof(
  { weight: 6, arbitrary: field },
  { weight: 4, arbitrary: eol },
  { weight: 1, arbitrary: bytes },
  { weight: 1, arbitrary: block },
);
const stream = fc.array(piece, { maxLength: 40, size: 'max' }).map((parts) => Uint8Array.from(parts.flat()));

/**
 * @param {Uint8Array} whole
 * @param {number[]} lengths cycled through
 */
function cutInto(whole, lengths) {
  const chunks = [];
  for (let at = 0, i = 0; at < whole.length; i++) {
    chunks.push(whole.subarray(at, at + lengths[i % lengths.length]));
    at += lengths[i % lengths.length];
  }
  return chunks;
}

describe('differential', function () {
  this.timeout(60_000);

  for (const build of Object.keys(makeCore)) {
    const core = makeCore[build]();

    it(`${build}: short chunks`, () => {
      const lengths = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 8, size: 'max' });
      fc.assert(
        fc.property(stream, lengths, (whole, cut) => {
          assert.deepEqual(runCore(core, cutInto(whole, cut)), interpret(whole));
        }),
        { numRuns: randomCases(20_000) },
      );
    });

    it(`${build}: streams longer than a slice and than a batch`, () => {
      const long = fc.tuple(stream, stream, fc.integer({ min: 1, max: 70_000 }), fc.integer({ min: 1, max: 2_000 }));
      fc.assert(
        fc.property(long, ([first, second, padding, repeats]) => {
          const wide = encoder.encode(`\ndata: ${'é'.repeat(padding)}`);
          const many = encoder.encode('\ndata:1\n\n'.repeat(repeats));
          const whole = Uint8Array.from([...first, ...wide, ...second, ...many, ...first]);
          const expected = interpret(whole);
          for (const size of [whole.length, 65_536, 65_535, 16_384, 1_000]) {
            assert.deepEqual(runCore(core, cutInto(whole, [size])), expected, `chunks of ${size}`);
          }
        }),
        { numRuns: randomCases(40) },
      );
    });
  }
});
