// The parts of the check by themselves: taking a stream apart, guesses, and what is drawn.
import { build } from 'esbuild';
import { Dissector } from '../../js/command/check/dissect.js';
import { findMeantField, findTime, looksLikeJson } from '../../js/command/check/guess.js';
import { drawRow, drawTimeline, wrap } from '../../js/command/check/report.js';
import { PROXIES } from '../../js/command/check/rules/proxies.js';
import { findBursts } from '../../js/command/check/rules/signs.js';
import { assert } from '../support/assert.js';

/** What stays of chunks, but for their times. */
function dissect(chunks, isWhole = true) {
  const dissector = new Dissector();
  for (const chunk of chunks) dissector.feed(chunk, 0);
  dissector.end(isWhole);
  return { ...dissector.body, pieces: undefined };
}

const STREAM = Buffer.concat(
  [
    '\uFEFF: hello\r\n\r\nretry: 10\r\rid: 1\ndata: {"at":1700000000123}\n\n',
    'event: ping\n\nData: x\n\n{"n":1}\n\ndata: {\n  "a": 1\n}\n\n\uFEFFdata: x\n\ndata: é€😀\n\nwhat\nid: a\0b\n\n',
    'retry: x\ndata: cut',
  ].map((text) => Buffer.from(text)),
);

describe('taking a stream apart', () => {
  it('keeps what the rules ask for', () => {
    assert.deepEqual(dissect([STREAM]), {
      bytes: STREAM.length,
      pieces: undefined,
      events: [
        { at: 0, type: 'message', id: '1', size: '{"at":1700000000123}'.length, told: 1_700_000_000_123 },
        { at: 0, type: 'message', id: undefined, size: 1, told: undefined },
        { at: 0, type: 'message', id: undefined, size: 4, told: undefined },
      ],
      comments: [0],
      lineEnds: { lf: 21, cr: 2, crlf: 2 },
      malformedAt: undefined,
      hasByteOrderMark: true,
      strayByteOrderMarks: 1,
      emptyLines: 10,
      dataLines: 3,
      unknownLines: ['what'],
      misspeltLines: [{ line: 'Data: x', field: 'data' }],
      jsonLines: ['{"n":1}'],
      splitJson: ['{'],
      typesWithoutData: ['ping'],
      retries: ['10', 'x'],
      idsWithNull: 1,
      isUnfinished: true,
    });
  });

  it('is the same at every split, and byte by byte', () => {
    const whole = dissect([STREAM]);
    for (let at = 0; at <= STREAM.length; at++) {
      assert.deepEqual(dissect([STREAM.subarray(0, at), STREAM.subarray(at)]), whole, `cut at ${at}`);
    }
    assert.deepEqual(dissect([...STREAM].map((byte) => Uint8Array.of(byte))), whole);
  });

  for (const [bytes, at] of [
    ['c3 a9', undefined],
    ['61 ff 61', 1],
    ['61 c3 28', 1],
    ['e2 82 ac e2 28 a1', 3],
    ['61 ed a0 80', 1],
    ['f4 90 80 80', 0],
    ['c0 af', 0],
    ['61 e2 82', 1],
  ]) {
    it(`finds in ${bytes} ${at === undefined ? 'nothing that is' : `byte ${at}`} not UTF-8, at every split`, () => {
      const all = Buffer.from(bytes.replaceAll(' ', ''), 'hex');
      for (let cut = 0; cut <= all.length; cut++) {
        assert.equal(dissect([all.subarray(0, cut), all.subarray(cut)]).malformedAt, at, `cut at ${cut}`);
      }
    });
  }

  it('does not hold a character against a stream that goes on', () => {
    assert.equal(dissect([Buffer.from('61e282', 'hex')], false).malformedAt, undefined);
  });

  it('says where the bytes end', () => {
    const dissector = new Dissector();
    for (const text of ['data: a', '\n', 'id: 1\n', '\n', ': x\n', '\n']) dissector.feed(Buffer.from(text), 0);
    const places = dissector.body.pieces.map(({ place }) => place);
    assert.deepEqual(places, ['in-line', 'in-event', 'in-event', 'between', 'between', 'between']);
  });
});

describe('the rules', () => {
  it('and what takes a stream apart need nothing of Node', async () => {
    const { outputFiles } = await build({
      stdin: {
        contents: "export * from './js/command/check/rules.js'; export * from './js/command/check/dissect.js';",
        resolveDir: '.',
      },
      ...{ bundle: true, write: false, platform: 'browser', format: 'esm' },
    });
    assert.ok(outputFiles[0].text.includes('proxy_buffering off'));
  });
});

describe('guesses', () => {
  it('find a time', () => {
    const time = Date.UTC(2027, 0, 2, 3, 4, 5);
    for (const text of [
      '{"at":"2027-01-02T03:04:05Z"}',
      'at 2027-01-02 03:04:05Z',
      '2027-01-02T04:04:05+01:00',
      '2027-01-02T04:04:05+0100',
      `{"at":${time}}`,
      `${time / 1000}`,
      `[1, ${time / 1000}.0]`,
    ]) {
      assert.equal(findTime(text), time, text);
    }
    for (const text of ['', '12', '0123456789', '17000000001234', 'a1700000000', '2027-13-01T00:00:00Z']) {
      assert.equal(findTime(text), undefined, text);
    }
  });

  it('find the field that was meant', () => {
    const meant = {
      'Data: x': 'data',
      ' data: x': 'data',
      'data : x': 'data',
      'dat: x': 'data',
      'dataa: x': 'data',
      'dtaa: x': 'data',
      'data=x': 'data',
      'EVENT:x': 'event',
      'events: x': 'event',
      'Id: 1': 'id',
      'retyr: 1': 'retry',
    };
    for (const [line, field] of Object.entries(meant)) assert.equal(findMeantField(line), field, line);
    for (const line of ['date-time: x', 'i: x', 'time: x', 'x', 'hello data: x', 'Content-Type: x']) {
      assert.equal(findMeantField(line), undefined, line);
    }
  });

  it('know JSON when they see it', () => {
    for (const text of ['{"a":1}', ' {', '[1]', '[{"a"', '{}', '[]']) assert.ok(looksLikeJson(text), text);
    for (const text of ['[DONE]', 'x', '{a}', '"x"', '12']) assert.ok(!looksLikeJson(text), text);
  });

  it('know the proxies by their headers', () => {
    const nameOf = (headers) => PROXIES.find(({ is }) => is(headers))?.name;
    assert.equal(nameOf({ server: 'nginx/1.22.1' }), 'nginx');
    assert.equal(nameOf({ server: 'openresty' }), 'nginx');
    assert.equal(nameOf({ server: 'Apache/2.4.62 (Debian)' }), 'Apache');
    assert.equal(nameOf({ server: 'cloudflare', 'cf-ray': '1' }), 'Cloudflare');
    assert.equal(nameOf({ via: '1.1 varnish (Varnish/7.1)' }), 'Varnish');
    assert.equal(nameOf({ via: '1.1 Caddy' }), 'Caddy');
    assert.equal(nameOf({ server: 'Microsoft-IIS/10.0' }), 'Microsoft IIS');
    assert.equal(nameOf({ 'x-powered-by': 'Express' }), 'Express');
    assert.equal(nameOf({ server: 'gunicorn' }), undefined);
  });
});

describe('what is drawn', () => {
  const exchange = (more) => ({
    ...{ status: 200, headersAt: 1000, watched: 10_000, arrivals: [], body: { events: [], comments: [], pieces: [] } },
    ...more,
  });

  it('a row: before the headers, nothing, comments, few and many bytes, after the end', () => {
    const arrivals = [
      { at: 2000, bytes: 10 },
      { at: 4000, bytes: 3 },
      { at: 6000, bytes: 4000 },
    ];
    const body = { events: [{ at: 2000 }, { at: 6000 }], comments: [4000, 6000] };
    const row = drawRow(exchange({ arrivals, body, watched: 8000 }), 10_000, 10);
    assert.equal(row, ' ·▃·:·█··');
  });

  it('as many rows as there are streams, with seconds above', () => {
    const refused = { ...exchange(), status: 404 };
    assert.deepEqual(drawTimeline({ watch: refused }, 80), []);
    const lines = drawTimeline({ watch: exchange(), resume: { exchange: exchange({ watched: 2000 }) } }, 81);
    assert.equal(lines.length, 4);
    assert.equal(lines[0], `${' '.repeat(21)}0 s         2           4           6           8`);
    assert.equal(lines[1], `as it came${' '.repeat(17)}${'·'.repeat(54)}`);
    assert.equal(lines[2], `after Last-Event-ID        ${'·'.repeat(7)}`);
    assert.ok(lines.every((line) => line.length <= 81));
    const [scale] = drawTimeline({ watch: exchange({ watched: 100 }) }, 72);
    assert.equal(scale, `${' '.repeat(12)}0 s         0.02        0.04        0.06        0.08`);
  });

  it('text within the width, long words whole', () => {
    assert.deepEqual(wrap('one two three', 9, '  '), ['  one two', '  three']);
    assert.deepEqual(wrap('a looooooooong b', 6, ''), ['a', 'looooooooong', 'b']);
  });

  it('bursts are what is no more than 100 ms apart', () => {
    const piece = (at, events) => ({ at, bytes: 10, place: 'between', events });
    const pieces = [piece(0, 1), piece(100, 3), piece(201, 4)];
    const bursts = findBursts(exchange({ body: { pieces }, watched: 1000 }));
    assert.deepEqual(
      bursts.map(({ from, to, bytes, firstEvent, events, silence }) => [from, to, bytes, firstEvent, events, silence]),
      [
        [0, 100, 20, 0, 3, 101],
        [201, 201, 10, 3, 1, 799],
      ],
    );
  });
});
