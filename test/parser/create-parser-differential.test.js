// createParser against the eventsource-parser package: the same streams, cut the same way, must give the same calls.
// Where that package departs from the HTML standard, or may do as it likes by its own documentation, ours follows the
// standard: those are the DEPARTURES, and nothing else is left out of the comparison.
import { createParser as createPeer } from 'eventsource-parser';
import fc from 'fast-check';
import { createParser } from '../../js/index.js';
import { assert } from '../support/assert.js';
import { randomCases } from '../support/platform.js';

const encoder = new TextEncoder();

/**
 * What the comparison excludes, and how:
 *
 * - A stream of strings that begins with the three characters U+00EF U+00BB U+00BF loses them there: they are taken for
 *   the bytes of a byte order mark. Generated streams do not begin with U+00EF.
 * - Half a surrogate pair reaches the callbacks there; the standard parses characters. Generated text is well formed;
 *   cuts may fall between the halves.
 * - A line that is no field goes unreported there when it is cut, depending on where. It must then be the only call that
 *   differs, and ours must report it as that package does when nothing is cut.
 *
 * The tests of this table fail when that package changes.
 */
const DEPARTURES = [
  {
    name: 'three characters that look like the bytes of a byte order mark are text',
    chunks: ['\xEF\xBB\xBFdata: x\n\ndata: y\n\n'],
    standard: ['y'],
    peer: ['x', 'y'],
  },
  {
    name: 'half a surrogate pair is U+FFFD',
    chunks: ['data: \uD83D!\n\n', 'data: \uDE00\n\n'],
    standard: ['\uFFFD!', '\uFFFD'],
    peer: ['\uD83D!', '\uDE00'],
  },
];

/** Parses, and writes down every call: [callback, argument]. */
function run(create, operations) {
  const calls = [];
  const parser = create({
    onEvent: (event) => calls.push(['event', event]),
    onId: (id) => calls.push(['id', id]),
    onRetry: (retry) => calls.push(['retry', retry]),
    onComment: (comment) => calls.push(['comment', comment]),
    onError: ({ name, type, field, value, line }) => calls.push(['error', { name, type, field, value, line }]),
  });
  for (const [method, argument] of operations) parser[method](argument);
  return calls;
}

const isUnknownField = ([name, { type }]) => name === 'error' && type === 'unknown-field';
const known = (calls) => calls.filter((call) => !isUnknownField(call));

const word = fc.oneof(
  fc.string({ maxLength: 8 }),
  fc.string({ unit: 'grapheme', maxLength: 8 }),
  fc.constantFrom(
    '',
    ' ',
    ':',
    '7',
    '\0',
    '\uFEFF',
    'ação',
    '日本語',
    '🙂🙂',
    '12345',
    '99999999999',
    '9'.repeat(400),
    '\uFFFD',
    '1 ',
  ),
);
const name = fc.constantFrom(
  ...['data', 'data', 'data', 'data', 'event', 'id', 'retry', 'Data', 'dat', 'datax', '', 'event ', '🙂', 'idx', 'r'],
);
const colon = fc.constantFrom(':', ': ', ':  ', '', ':\t');
const eol = fc.constantFrom('\n', '\r', '\r\n');
const field = fc.tuple(name, colon, word, eol).map((parts) => parts.join(''));
const block = fc.constantFrom('\uFEFF', 'data: a\n\n', 'data: a\r\n\r\n', 'id: 1\n\n', ': comment\n', 'retry: 10\n');
const piece = fc.oneof(
  { weight: 6, arbitrary: field },
  { weight: 4, arbitrary: eol },
  { weight: 1, arbitrary: word },
  { weight: 1, arbitrary: block },
);
const stream = fc
  .array(piece, { maxLength: 30, size: 'max' })
  .map((parts) => parts.join(''))
  .filter((text) => !text.startsWith('\xEF'));
const lengths = fc.array(fc.integer({ min: 0, max: 24 }), { minLength: 1, maxLength: 8, size: 'max' });
const ending = fc.constantFrom(undefined, {}, { consume: false }, { consume: true });
const session = fc.array(fc.tuple(stream, ending), { minLength: 1, maxLength: 3 });

/**
 * @param {string} whole
 * @param {number[]} cut the chunks' lengths, cycled through
 */
function cutInto(whole, cut) {
  const sizes = cut.some((length) => length > 0) ? cut : [1];
  const chunks = [];
  for (let at = 0, i = 0; at < whole.length; i++) {
    chunks.push(whole.slice(at, at + sizes[i % sizes.length]));
    at += sizes[i % sizes.length];
  }
  return chunks;
}

const feed = (chunks) => chunks.map((chunk) => ['feed', chunk]);

/** The streams of a session, each cut and followed by a reset. */
const operate = (streams, cut) =>
  streams.flatMap(([text, options]) => [...feed(cutInto(text, cut)), ['reset', options]]);

/** The same, with nothing cut: what is consumed at the end is a line that ends. */
const operateWhole = (streams) =>
  streams.flatMap(([text, options]) => [
    ['feed', options?.consume && !/[\r\n]$/.test(text) ? `${text}\n` : text],
    ['reset', undefined],
  ]);

/** The parser fed with bytes, cut elsewhere than the strings. */
const asBytes = (operations) =>
  operations.map(([method, argument]) => [method, method === 'feed' ? encoder.encode(argument) : argument]);

describe('createParser and eventsource-parser', function () {
  this.timeout(60_000);

  for (const { name, chunks, standard, peer } of DEPARTURES) {
    it(`departure: ${name}`, () => {
      const data = (calls) => calls.filter(([call]) => call === 'event').map(([, event]) => event.data);
      assert.deepEqual(data(run(createParser, feed(chunks))), standard);
      assert.deepEqual(data(run(createPeer, feed(chunks))), peer);
    });
  }

  it('departure: a line that is no field is reported however it is cut', () => {
    const lines = (create) => run(create, feed(['nope: 1\n', 'no', 'pe: 2\n'])).map(([, { line }]) => line);
    assert.deepEqual(lines(createParser), ['nope: 1', 'nope: 2']);
    assert.deepEqual(lines(createPeer), ['nope: 1']);
  });

  /** The data of events that come within a maxBufferSize, and whether it is exceeded. */
  function runWithin(create, maxBufferSize, chunks) {
    const seen = [];
    const parser = create({
      maxBufferSize,
      onEvent: ({ data }) => seen.push(data),
      onError: ({ type }) => seen.push(type),
    });
    for (const chunk of chunks) if (seen.at(-1) !== exceeded) parser.feed(chunk);
    return seen;
  }
  const exceeded = 'max-buffer-size-exceeded';

  for (const { name, limit, text, cut, ours, peer } of [
    {
      name: 'the name of the field in a line that has not ended',
      ...{ limit: 24, text: 'data: short and now too long', cut: 11, ours: [], peer: [exceeded] },
    },
    {
      name: 'nothing of an event type that is complete',
      ...{ limit: 14, text: 'event: 12345678\ndata: 12345678\n\n', cut: 16, ours: [exceeded], peer: ['12345678'] },
    },
    {
      name: 'nothing of an id that is complete',
      ...{ limit: 14, text: 'id: 12345678\ndata: 12345678\n\n', cut: 13, ours: [exceeded], peer: ['12345678'] },
    },
    {
      name: 'nothing of a `retry` line that is complete',
      ...{ limit: 8, text: 'retry: 123\ndata: 1\n\n', cut: 11, ours: [exceeded], peer: ['1'] },
    },
    {
      name: 'nothing of an event of one line that comes whole, with LF',
      ...{ limit: 10, text: 'data: 12345678901\n\n', cut: 0, ours: [exceeded], peer: ['12345678901'] },
    },
  ]) {
    it(`departure: there maxBufferSize counts ${name}; here the values, however they come`, () => {
      const chunks = [text.slice(0, cut), text.slice(cut)];
      assert.deepEqual(runWithin(createPeer, limit, chunks), peer);
      for (let at = 0; at <= text.length; at++) {
        assert.deepEqual(runWithin(createParser, limit, [text.slice(0, at), text.slice(at)]), ours);
      }
    });
  }

  it('the peer decides by the cuts whether the same stream exceeds maxBufferSize, as migration.md says', () => {
    const whole = 'data: 12345678901\n\n';
    assert.deepEqual(runWithin(createPeer, 10, [whole]), ['12345678901']);
    assert.deepEqual(runWithin(createPeer, 10, [whole.slice(0, -2), whole.slice(-2)]), [exceeded]);
  });

  it('say the same of what cannot be, word for word', () => {
    const messages = (create) => {
      const said = [];
      const take = (work) => {
        try {
          work();
        } catch (error) {
          said.push(`${error.name}: ${error.message}`);
        }
      };
      take(() => create(() => {}));
      const parser = create({ maxBufferSize: 40, onError: ({ message }) => said.push(message) });
      take(() =>
        parser.feed(`retry: soon\nunknown: 1\na name of more than twenty characters\ndata: ${'x'.repeat(41)}`),
      );
      take(() => parser.feed('data: 1\n\n'));
      return said;
    };
    assert.equal(messages(createPeer).length, 6);
    assert.deepEqual(messages(createParser), messages(createPeer));
  });

  it('departure: a line that is no field, and that has not ended, is reported by reset({ consume: true })', () => {
    const operations = [...feed(['data: 1\n\n{"error": ', '"overloaded"}']), ['reset', { consume: true }]];
    const errors = (create) =>
      run(create, operations)
        .filter(isUnknownField)
        .map(([, { line }]) => line);
    assert.deepEqual(errors(createParser), ['{"error": "overloaded"}']);
    assert.deepEqual(errors(createPeer), []);
  });

  it('make the same calls for the same chunks, with nothing cut', () => {
    fc.assert(
      fc.property(session, (streams) => {
        const operations = operateWhole(streams);
        const expected = run(createPeer, operations);
        assert.deepEqual(run(createParser, operations), expected);
        assert.deepEqual(run(createParser, asBytes(operations)), expected);
      }),
      { numRuns: randomCases(2_000) },
    );
  });

  it('make the same calls for the same chunks, cut anywhere', () => {
    fc.assert(
      fc.property(session, lengths, (streams, cut) => {
        const operations = operate(streams, cut);
        const ours = run(createParser, operations);
        const peer = run(createPeer, operations);
        assert.deepEqual(known(ours), known(peer));
        assert.deepEqual(ours, run(createPeer, operateWhole(streams)));
      }),
      { numRuns: randomCases(6_000) },
    );
  });

  it('feed takes bytes and strings alike, wherever they are cut', () => {
    const bytes = fc.tuple(stream, lengths, lengths);
    fc.assert(
      fc.property(bytes, ([text, textCut, byteCut]) => {
        const whole = encoder.encode(text);
        const sizes = byteCut.some((length) => length > 0) ? byteCut : [1];
        const chunks = [];
        for (let at = 0, i = 0; at < whole.length; i++) {
          chunks.push(whole.subarray(at, at + sizes[i % sizes.length]));
          at += sizes[i % sizes.length];
        }
        const expected = run(createParser, feed([text]));
        assert.deepEqual(run(createParser, feed(chunks)), expected);
        assert.deepEqual(run(createParser, feed(cutInto(text, textCut))), expected);
      }),
      { numRuns: randomCases(3_000) },
    );
  });
});
