// What the page shows of bytes, and how streams are typed.
import assert from 'node:assert/strict';
import { build } from '../../page/build.js';
import { loadVectors } from '../support/load-vectors.js';

describe('bytes on the page', () => {
  let bytes;

  before(async () => {
    build();
    bytes = await import('../../page/bytes.js');
  });

  const vectors = loadVectors().flatMap((file) => file.vectors);

  it('every vector can be typed', () => {
    for (const vector of vectors) {
      const typed = bytes.toNotation(vector.bytes);
      assert.deepEqual(bytes.fromNotation(typed, 'LF'), vector.bytes, vector.name);
    }
  });

  it('every byte of every vector is seen once', () => {
    for (const vector of vectors) {
      let at = 0;
      for (const { begin, end } of bytes.readGlyphs(vector.bytes)) {
        assert.equal(begin, at, vector.name);
        at = end;
      }
      assert.equal(at, vector.bytes.length, vector.name);
      const pieces = bytes.readPieces(vector.bytes);
      assert.equal(pieces.at(-1)?.end ?? 0, vector.bytes.length, vector.name);
    }
  });

  it('new lines are typed as chosen', () => {
    const typed = (/** @type {string} */ lineEnd) =>
      Buffer.from(bytes.fromNotation('a\n\\xFF', lineEnd)).toString('latin1');
    assert.deepEqual(['LF', 'CR', 'CRLF'].map(typed), ['a\n\xFF', 'a\r\xFF', 'a\r\n\xFF']);
  });

  it('what cannot be seen has a name', () => {
    const shown = bytes.readGlyphs(Buffer.from(' \n\r\0\x01\u200D\uFEFF\u00E9\u{1F389}')).map(({ text }) => text);
    assert.deepEqual(shown, ['·', 'LF', 'CR', 'NUL', '0x01', 'U+200D', 'U+FEFF', '\u00E9', '\u{1F389}']);
    assert.deepEqual(
      bytes.readGlyphs(Uint8Array.of(0xe6, 0x97, 0x61)).map(({ text, kind }) => [text, kind]),
      [
        ['0xE6', 'malformed'],
        ['0x97', 'malformed'],
        ['a', 'plain'],
      ],
    );
  });

  it('a line has its parts', () => {
    const parts = (/** @type {string} */ text) =>
      bytes.readPieces(Buffer.from(text)).map(({ end, part, field }) => `${end} ${part} ${field}`);
    assert.deepEqual(parts('data: x\r\n'), ['4 name data', '6 colon data', '7 value data', '9 end none']);
    assert.deepEqual(parts('\uFEFFid'), ['3 bom none', '5 name id', '5 colon id', '5 value id', '5 end none']);
    assert.deepEqual(parts(':x\r'), ['0 name comment', '1 colon comment', '2 value comment', '3 end none']);
    assert.deepEqual(parts('dat:\n'), ['3 name unknown', '4 colon unknown', '4 value unknown', '5 end none']);
  });
});
