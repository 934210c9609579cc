// createParser and ParseError, after the documentation of the eventsource-parser package, version 4.
import { ParseError, createParser } from '../../js/index.js';
import * as streamEntry from '../../js/stream.js';
import { assert } from '../support/assert.js';
import { loadVectors } from '../support/load-vectors.js';
import { cuts } from '../support/run-core.js';

const encoder = new TextEncoder();

/**
 * A parser that writes every call of its callbacks into `calls`: [callback, argument].
 * @param {Record<string, any>} [options] besides the callbacks, or in their place
 */
function recorder(options = {}) {
  const calls = [];
  const parser = createParser({
    onEvent: (event) => calls.push(['event', event]),
    onId: (id) => calls.push(['id', id]),
    onRetry: (retry) => calls.push(['retry', retry]),
    onComment: (comment) => calls.push(['comment', comment]),
    onError: (error) => calls.push(['error', error]),
    ...options,
  });
  const data = () => calls.filter(([name]) => name === 'event').map(([, event]) => event.data);
  const errors = () => calls.filter(([name]) => name === 'error').map(([, error]) => error);
  return { calls, data, errors, parser };
}

/** The calls that the chunks cause. */
function parse(...chunks) {
  const { calls, parser } = recorder();
  for (const chunk of chunks) parser.feed(chunk);
  return calls;
}

const event = (data, more = {}) => ['event', { id: undefined, event: undefined, data, ...more }];

describe('createParser', () => {
  describe('callbacks', () => {
    it('onEvent tells data, event and id, undefined where the block has none', () => {
      assert.deepEqual(parse('id: 7\nevent: notice\ndata: hello\n\ndata: bare\n\n'), [
        ['id', '7'],
        event('hello', { id: '7', event: 'notice' }),
        event('bare'),
      ]);
    });

    it('onEvent tells no event for an empty event field, and an empty id for an empty id field', () => {
      assert.deepEqual(parse('event:\nid:\ndata: x\n\n'), [['id', ''], event('x', { id: '' })]);
    });

    it('onEvent gets several data lines as one, with line feeds between', () => {
      assert.deepEqual(parse('data: a\ndata:\ndata\ndata:  b \n\n'), [event('a\n\n\n b ')]);
    });

    it('onEvent comes for a block whose data is empty, not for one without data', () => {
      assert.deepEqual(parse('data\n\nevent: x\n\ndata: y\n\n'), [event(''), event('y')]);
    });

    it('onEvent names the type message only when the stream does', () => {
      assert.deepEqual(parse('event: message\ndata: x\n\n'), [event('x', { event: 'message' })]);
    });

    it('onId comes once for a block, with its last valid id, before onEvent', () => {
      assert.deepEqual(parse('id: 1\nid: 2\nid: 3\0\ndata: x\n\n'), [['id', '2'], event('x', { id: '2' })]);
    });

    it('onId comes for a block without data, and not before its blank line', () => {
      const { calls, parser } = recorder();
      parser.feed('id: 1\n');
      assert.deepEqual(calls, []);
      parser.feed('\n');
      assert.deepEqual(calls, [['id', '1']]);
    });

    it('onRetry comes at once, in milliseconds', () => {
      assert.deepEqual(parse('retry: 1500\n'), [['retry', 1500]]);
      assert.deepEqual(parse('retry:0\n'), [['retry', 0]]);
      assert.deepEqual(parse('retry: 0010\n'), [['retry', 10]]);
    });

    it('onComment comes at once, with the text less one leading space', () => {
      assert.deepEqual(parse(':a\n: b\n:  c: d\n:\n'), [
        ['comment', 'a'],
        ['comment', 'b'],
        ['comment', ' c: d'],
        ['comment', ''],
      ]);
    });

    it('come in the order of the stream', () => {
      assert.deepEqual(parse(': hi\nretry: 5\ndata: a\n: in between\nid: 1\n\n: bye\n'), [
        ['comment', 'hi'],
        ['retry', 5],
        ['comment', 'in between'],
        ['id', '1'],
        event('a', { id: '1' }),
        ['comment', 'bye'],
      ]);
    });

    it('may all be left out', () => {
      const parser = createParser({});
      parser.feed(': c\nretry: 1\nretry: x\nnope: 1\nid: 1\nevent: e\ndata: d\n\n');
      parser.reset({ consume: true });
    });

    it('may be undefined', () => {
      const none = { onEvent: undefined, onId: undefined, onRetry: undefined, onComment: undefined };
      createParser({ ...none, onError: undefined, maxBufferSize: undefined }).feed(': c\nx\nid: 1\ndata: d\n\n');
    });

    it('work when the methods are taken off the parser', () => {
      const { data, parser } = recorder();
      const { feed, reset } = parser;
      feed('data: a\n\n');
      reset();
      feed('data: b\n\n');
      assert.deepEqual(data(), ['a', 'b']);
    });

    it('nothing is returned by feed and reset', () => {
      const { parser } = recorder();
      assert.equal(parser.feed('data: a\n\n'), undefined);
      assert.equal(parser.reset(), undefined);
    });
  });

  describe('arguments', () => {
    it('refuses a function, and says what to write instead', () => {
      assert.throws(() => createParser(() => {}), { name: 'TypeError', message: /function.*onEvent/s });
    });

    for (const value of [undefined, null]) {
      it(`refuses ${value} with a TypeError`, () => {
        assert.throws(() => createParser(value), TypeError);
      });
    }

    for (const value of [undefined, null, 1, {}, ['data: x\n\n']]) {
      it(`feed refuses ${JSON.stringify(value)} with a TypeError`, () => {
        const { calls, parser } = recorder();
        assert.throws(() => parser.feed(value), TypeError);
        assert.deepEqual(calls, []);
        parser.feed('data: still works\n\n');
        assert.deepEqual(calls, [event('still works')]);
      });
    }
  });

  describe('errors', () => {
    it('are ParseErrors', () => {
      const [[, error]] = parse('retry: soon\n');
      assert.ok(error instanceof ParseError);
      assert.ok(error instanceof Error);
      assert.equal(error.name, 'ParseError');
      assert.equal(typeof error.message, 'string');
      assert.notEqual(error.message, '');
    });

    for (const value of ['soon', '-1', '1.5', '1e3', ' 1', '1 ', '', '٣', '0x10']) {
      it(`invalid-retry for '${value}'`, () => {
        const line = `retry: ${value}`;
        const [[name, error], ...rest] = parse(`${line}\n`);
        assert.equal(name, 'error');
        assert.deepEqual(rest, []);
        assert.equal(error.type, 'invalid-retry');
        assert.equal(error.value, value);
        assert.equal(error.line, line);
        assert.equal(error.field, undefined);
        if (value !== '') assert.ok(error.message.includes(value), error.message);
      });
    }

    for (const [line, field, value] of [
      ['nope: really', 'nope', 'really'],
      ['nope:really', 'nope', 'really'],
      ['nope:  really', 'nope', ' really'],
      ['nope', 'nope', ''],
      ['Data: x', 'Data', 'x'],
      [' data: x', ' data', 'x'],
      ['data : x', 'data ', 'x'],
      ['datas', 'datas', ''],
      ['dat', 'dat', ''],
      ['{"error":"no"}', '{"error"', '"no"}'],
      ['日本: 語', '日本', '語'],
    ]) {
      it(`unknown-field for '${line}'`, () => {
        const [[name, error], ...rest] = parse(`${line}\ndata: x\n\n`);
        assert.equal(name, 'error');
        assert.deepEqual(rest, [event('x')]);
        assert.equal(error.type, 'unknown-field');
        assert.equal(error.field, field);
        assert.equal(error.value, value);
        assert.equal(error.line, line);
        assert.ok(error.message.includes(field), error.message);
      });
    }

    it('unknown-field keeps the message short when the name is not', () => {
      const line = 'x'.repeat(5000);
      const [[, error]] = parse(`${line}\n`);
      assert.equal(error.field, line);
      assert.ok(error.message.length < 200, `${error.message.length} characters`);
    });

    it('do not come for the fields of the standard, however long', () => {
      const long = 'x'.repeat(100_000);
      const calls = parse(`data: ${long}\nevent: ${long}\nid: ${long}\n: ${long}\n\n`);
      assert.deepEqual(
        calls.map(([name]) => name),
        ['comment', 'id', 'event'],
      );
    });

    it('do not come for an id with U+0000, which is ignored', () => {
      assert.deepEqual(parse('id: a\0b\ndata: x\n\n'), [event('x')]);
    });
  });

  describe('ParseError', () => {
    it('takes a message and the type, field, value and line', () => {
      const error = new ParseError('what', { type: 'unknown-field', field: 'f', value: 'v', line: 'f: v' });
      const { name, message, type, field, value, line } = error;
      assert.deepEqual(
        { name, message, type, field, value, line },
        { name: 'ParseError', message: 'what', type: 'unknown-field', field: 'f', value: 'v', line: 'f: v' },
      );
      assert.ok(error instanceof Error);
    });

    it('needs only the type', () => {
      const { field, value, line } = new ParseError('what', { type: 'max-buffer-size-exceeded' });
      assert.deepEqual([field, value, line], [undefined, undefined, undefined]);
    });

    it('is the same class in both entries', () => {
      assert.equal(streamEntry.ParseError, ParseError);
    });
  });

  describe('chunks', () => {
    it('that are empty change nothing', () => {
      assert.deepEqual(parse('', 'data: a\r', '', '\n', '', 'data: b\n\n', ''), [event('a\nb')]);
    });

    it('may cut CRLF anywhere', () => {
      assert.deepEqual(parse('data: a\r', '\n\r', '\ndata: b\r\n\r', '\ndata: c\r\n\r\n'), [
        event('a'),
        event('b'),
        event('c'),
      ]);
    });

    it('are delivered without waiting for the next: a carriage return at the end ends its line', () => {
      const { calls, parser } = recorder();
      parser.feed('data: a\r\r');
      assert.deepEqual(calls, [event('a')]);
      parser.feed('\ndata: b\n\n');
      assert.deepEqual(calls, [event('a'), event('b')]);
    });

    it('of bytes need not end between characters', () => {
      const bytes = encoder.encode('data: aé€😀\nid: 😀\n: é\n\n');
      for (const { cut, chunks } of cuts(bytes)) {
        assert.deepEqual(parse(...chunks), [['comment', 'é'], ['id', '😀'], event('aé€😀', { id: '😀' })], cut);
      }
    });

    it('of strings need not end between the halves of a surrogate pair', () => {
      const text = 'data: 😀😀\nid: 😀\n: 😀\n😀: 😀\n\n';
      for (let at = 1; at < text.length; at++) {
        const calls = parse(text.slice(0, at), text.slice(at)).filter(([name]) => name !== 'error');
        assert.deepEqual(calls, [['comment', '😀'], ['id', '😀'], event('😀😀', { id: '😀' })], `cut at ${at}`);
      }
      assert.deepEqual(parse(...text.split('')).at(-1), event('😀😀', { id: '😀' }));
    });

    it('of strings keep half a surrogate pair over empty chunks', () => {
      assert.deepEqual(parse('data: \uD83D', '', '\uDE00\n\n'), [event('😀')]);
    });

    it('drop one byte order mark at the begin, as bytes, as a character, cut or not', () => {
      const bytes = encoder.encode('\uFEFFdata: a\n\n\uFEFFdata: b\n\n');
      const text = '\uFEFFdata: a\n\n';
      for (const { cut, chunks } of cuts(bytes)) {
        assert.deepEqual(parse(...chunks)[0], event('a'), cut);
        assert.equal(parse(...chunks).filter(([name]) => name === 'event').length, 1, cut);
      }
      assert.deepEqual(parse(text), [event('a')]);
      assert.deepEqual(parse('', '\uFEFF', 'data: a\n\n'), [event('a')]);
      assert.equal(parse('\uFEFF', text)[0][0], 'error');
    });

    it('of bytes are copied: they may be overwritten after feed', () => {
      const { calls, parser } = recorder();
      const chunk = encoder.encode('data: abc');
      parser.feed(chunk);
      chunk.fill(0x7a);
      parser.feed(encoder.encode('\n\n'));
      assert.deepEqual(calls, [event('abc')]);
    });

    it('of bytes may be parts of a larger buffer', () => {
      const bytes = encoder.encode('#####data: a\n\n#####');
      assert.deepEqual(parse(bytes.subarray(5, -5)), [event('a')]);
    });

    it('may be strings and bytes in turn', () => {
      assert.deepEqual(parse('data: a', encoder.encode('é'), 'ü\n', encoder.encode('\n')), [event('aéü')]);
    });

    it('may be larger than what the core takes at once', () => {
      const long = 'aé€😀'.repeat(50_000);
      const text = `id: ${long}\nevent: ${long}\ndata: ${long}\ndata: ${long}\n\ndata: end\n\n`;
      const expected = [['id', long], event(`${long}\n${long}`, { id: long, event: long }), event('end')];
      assert.deepEqual(parse(text), expected);
      assert.deepEqual(parse(encoder.encode(text)), expected);
    });

    it('may hold more events than the core delivers at once', () => {
      const text = Array.from({ length: 20_000 }, (_, i) => `data: ${i}\n\n`).join('');
      const expected = Array.from({ length: 20_000 }, (_, i) => event(`${i}`));
      assert.deepEqual(parse(text), expected);
      assert.deepEqual(parse(encoder.encode(text)), expected);
    });

    it('comments and unknown lines larger than what the core takes at once come whole', () => {
      const long = 'aé€😀'.repeat(50_000);
      for (const chunk of [`: ${long}\n`, encoder.encode(`: ${long}\n`)]) {
        assert.deepEqual(parse(chunk), [['comment', long]]);
      }
      for (const chunk of [`nope: ${long}\n`, encoder.encode(`nope: ${long}\n`)]) {
        const [[, { field, value, line }]] = parse(chunk);
        assert.deepEqual({ field, value, line }, { field: 'nope', value: long, line: `nope: ${long}` });
      }
    });

    it('belong to their own parser', () => {
      const a = recorder();
      const b = recorder();
      a.parser.feed('data: a');
      b.parser.feed('event: b\ndata: b');
      a.parser.feed('1\n');
      b.parser.feed('1\n\n');
      a.parser.feed('\n');
      assert.deepEqual(a.calls, [event('a1')]);
      assert.deepEqual(b.calls, [event('b1', { event: 'b' })]);
    });
  });

  describe('reset', () => {
    it('forgets an unfinished event and an unfinished line', () => {
      const { calls, parser } = recorder();
      parser.feed('id: 1\nevent: e\ndata: lost\ndata: lo');
      parser.reset();
      parser.feed('data: kept\n\n');
      assert.deepEqual(calls, [event('kept')]);
    });

    it('forgets half a character', () => {
      const { calls, parser } = recorder();
      parser.feed(encoder.encode('data: 😀').subarray(0, -2));
      parser.reset();
      parser.feed('data: a\n\n');
      parser.feed('data: \uD83D');
      parser.reset();
      parser.feed('data: b\n\n');
      assert.deepEqual(calls, [event('a'), event('b')]);
    });

    it('forgets that a line feed may follow a carriage return', () => {
      const { calls, parser } = recorder();
      parser.feed('data: a\r\r');
      parser.reset();
      parser.feed('\ndata: b\n\n');
      assert.deepEqual(calls, [event('a'), event('b')]);
    });

    it('lets the next stream begin with a byte order mark', () => {
      const { calls, parser } = recorder();
      parser.feed('data: a\n\n');
      parser.reset();
      parser.feed('\uFEFFdata: b\n\n');
      assert.deepEqual(calls, [event('a'), event('b')]);
    });

    it('of a new parser does nothing, with consume or without', () => {
      const { calls, parser } = recorder();
      parser.reset();
      parser.reset({});
      parser.reset({ consume: false });
      parser.reset({ consume: true });
      assert.deepEqual(calls, []);
    });

    for (const [callback, first] of Object.entries({
      onEvent: 'data: 1\n\n',
      onId: 'id: 1\ndata: lost\n\n',
      onRetry: 'data: lost\nretry: 5\n',
      onComment: 'event: lost\ndata: lost\n: c\n',
      onError: 'data: lost\nfoo: bar\n',
    })) {
      it(`in ${callback} forgets the rest of the chunk, and what waits to be parsed`, () => {
        const { calls, parser } = recorder({
          [callback]() {
            calls.push([callback]);
            if (calls.length > 1) return;
            parser.feed('data: lost, since it was fed before\n\n');
            parser.reset();
            parser.feed('data: fed after\n\n');
          },
        });
        parser.feed(`${first}data: lost\nid: lost\nretry: 1\n: lost\nlost\n\ndata: lo`);
        parser.feed('data: kept\n\n');
        const kept = callback === 'onEvent' ? [['onEvent'], ['onEvent']] : [event('fed after'), event('kept')];
        assert.deepEqual(calls, [[callback], ...kept]);
      });
    }

    it('reports nothing of what it forgets', () => {
      const { calls, parser } = recorder();
      for (const text of ['retry: 1', 'retry: x', ': c', 'dat']) {
        parser.feed(text);
        parser.reset();
      }
      assert.deepEqual(calls, []);
    });
  });

  describe('reset with consume', () => {
    /** The calls that consuming `text` causes. */
    function consume(text) {
      const { calls, parser } = recorder();
      parser.feed(text);
      const before = calls.length;
      parser.reset({ consume: true });
      const consumed = calls.slice(before);
      parser.feed('data: next\n\n');
      assert.deepEqual(calls.slice(before + consumed.length), [event('next')], 'the state is new');
      return consumed;
    }

    it('takes the unfinished line as if it had ended', () => {
      assert.deepEqual(consume('retry: 12'), [['retry', 12]]);
      assert.deepEqual(consume('data: x\n: bye'), [['comment', 'bye']]);
    });

    it('reports an unfinished line that is in error', () => {
      const [[name, { type, value, line }]] = consume('retry: soon');
      assert.deepEqual([name, type, value, line], ['error', 'invalid-retry', 'soon', 'retry: soon']);
      const [[, error]] = consume('dat');
      assert.deepEqual([error.type, error.field, error.value, error.line], ['unknown-field', 'dat', '', 'dat']);
    });

    it('does not take the line as the end of its event', () => {
      assert.deepEqual(consume('id: 1\ndata: x'), []);
      assert.deepEqual(consume('data: x\n'), []);
      assert.deepEqual(consume('data: x\r'), []);
    });

    it('takes an unfinished character as U+FFFD', () => {
      assert.deepEqual(consume(encoder.encode(': 😀').subarray(0, -1)), [['comment', '\uFFFD']]);
      assert.deepEqual(consume(': \uD83D'), [['comment', '\uFFFD']]);
    });

    it('may throw what a callback throws, and is new nonetheless', () => {
      const { data, parser } = recorder({
        onComment() {
          throw new RangeError('from the callback');
        },
      });
      parser.feed('data: lost\n: bye');
      assert.throws(() => parser.reset({ consume: true }), RangeError);
      parser.feed('data: next\n\n');
      assert.deepEqual(data(), ['next']);
    });
  });

  describe('a callback that throws', () => {
    for (const [callback, text] of [
      ['onEvent', 'data: x\n\n'],
      ['onId', 'id: 1\n\n'],
      ['onRetry', 'retry: 1\n'],
      ['onComment', ': c\n'],
      ['onError', 'nope\n'],
    ]) {
      it(`makes feed throw: ${callback}`, () => {
        const thrown = new Error('from the callback');
        const { parser } = recorder({
          [callback]() {
            throw thrown;
          },
        });
        for (const chunk of [text, encoder.encode(text)]) {
          assert.throws(
            () => parser.feed(chunk),
            (error) => error === thrown,
          );
        }
      });
    }

    it('leaves the parser usable for the next chunk, with nothing given twice', () => {
      const seen = [];
      const { parser } = recorder({
        onEvent({ data }) {
          seen.push(data);
          if (data === 'bad') throw new Error('from the callback');
        },
      });
      parser.feed('data: a\n\n');
      assert.throws(() => parser.feed('data: bad\n\n'), /from the callback/);
      parser.feed('data: b\n\n');
      assert.deepEqual(seen, ['a', 'bad', 'b']);
    });

    it('loses nothing of a character that the end of the string cuts', () => {
      const seen = [];
      const parser = createParser({
        onEvent({ data }) {
          seen.push(data);
          if (data === 'a') throw new Error('own');
        },
      });
      assert.throws(() => parser.feed('data: a\n\ndata: \uD83D'), { message: 'own' });
      parser.feed('\uDE42\n\n');
      assert.deepEqual(seen, ['a', '🙂']);
    });

    it('leaves bytes that have to wait as they were fed', () => {
      const seen = [];
      const { parser } = recorder({
        onEvent({ data }) {
          seen.push(data);
          if (data === 'a') parser.feed('data: b\n\n');
          if (data === 'a' || data === 'b') throw new Error('from the callback');
        },
      });
      assert.throws(() => parser.feed('data: a\n\n'), /from the callback/);
      const bytes = new TextEncoder().encode('data: c\n\n');
      assert.throws(() => parser.feed(bytes), /from the callback/);
      bytes.fill(0x78);
      parser.feed('data: d\n\n');
      assert.deepEqual(seen, ['a', 'b', 'c', 'd']);
    });

    it('does not keep the event from onEvent when it is onId', () => {
      const { data, parser } = recorder({
        onId(id) {
          if (id === '1') throw new Error('from the callback');
        },
      });
      assert.throws(() => parser.feed('id: 1\ndata: a\n\ndata: b\n\n'), /from the callback/);
      assert.deepEqual(data(), ['a', 'b']);
    });

    it('leaves the parser usable after reset, wherever in a chunk it threw', () => {
      const seen = [];
      const { parser } = recorder({
        onEvent({ data }) {
          seen.push(data);
          if (data === 'bad') throw new Error('from the callback');
        },
      });
      assert.throws(() => parser.feed('data: a\n\ndata: bad\n\nid: 1\ndata: rest\n\ndata: un'), /from the callback/);
      parser.reset();
      seen.length = 0;
      parser.feed('data: b\n\n');
      assert.deepEqual(seen, ['b']);
    });

    it('never leaves an event of which a part is missing', () => {
      for (const make of [(text) => text, (text) => encoder.encode(text)]) {
        const seen = [];
        const { parser } = recorder({
          onEvent({ data }) {
            seen.push(data);
            if (data === 'bad') throw new Error('from the callback');
          },
        });
        assert.throws(() => parser.feed(make('data: bad\n\ndata: rest\n\nevent: e\ndata: un')), /from the callback/);
        parser.feed(make('done\n\ndata: next\n\n'));
        const allowed = ['bad', 'rest', 'undone', 'next'];
        assert.deepEqual(
          seen.filter((data) => !allowed.includes(data)),
          [],
        );
        assert.equal(seen.at(-1), 'next');
      }
    });

    it('does not touch other parsers', () => {
      const other = recorder();
      other.parser.feed('data: x');
      const { parser } = recorder({
        onEvent() {
          throw new Error('from the callback');
        },
      });
      assert.throws(() => parser.feed('data: bad\n\n'));
      other.parser.feed('y\n\n');
      assert.deepEqual(other.calls, [event('xy')]);
    });
  });

  describe('a callback that feeds', () => {
    for (const [form, make] of [
      ['strings', (text) => text],
      ['bytes', (text) => encoder.encode(text)],
    ]) {
      it(`adds to the end of what is being fed: ${form}`, () => {
        const { calls, data, parser } = recorder({
          onComment() {
            parser.feed(make('data: c\n\ndata: d'));
          },
        });
        parser.feed(make(': now\ndata: a\n\ndata: b\n\n'));
        assert.deepEqual(data(), ['a', 'b', 'c']);
        parser.feed(make('\n\n'));
        assert.deepEqual(data(), ['a', 'b', 'c', 'd']);
        assert.equal(calls.length, 4);
      });
    }

    it('may overwrite the bytes it has fed', () => {
      const { data, parser } = recorder({
        onComment() {
          const chunk = encoder.encode('data: b\n\n');
          parser.feed(chunk);
          chunk.fill(0x7a);
        },
      });
      parser.feed(': now\ndata: a\n\n');
      assert.deepEqual(data(), ['a', 'b']);
    });

    it('may do so each time', () => {
      let left = 1000;
      const { data, parser } = recorder({
        onRetry() {
          if (left-- > 0) parser.feed('data: x\n\nretry: 1\n');
        },
      });
      parser.feed('retry: 1\n');
      assert.equal(data().length, 1000);
    });

    it('may feed another parser', () => {
      const other = recorder();
      const { data, parser } = recorder({ onComment: (comment) => other.parser.feed(`data: ${comment}\n\n`) });
      parser.feed(': one\ndata: a\n\n: two\ndata: b\n\n');
      assert.deepEqual(data(), ['a', 'b']);
      assert.deepEqual(other.data(), ['one', 'two']);
    });
  });

  describe('ignoredLine', () => {
    /** What it hears of, chunk by chunk and after the end. */
    function ignoredIn(chunks, options) {
      const lines = [];
      const parser = createParser({ ...options, ignoredLine: (line) => lines.push(line) });
      for (const chunk of chunks) parser.feed(chunk);
      parser.reset({ consume: true });
      return lines;
    }
    const text = 'error: {"code":500}\nretry: 5\n: c\nretry: soon\nid: 1\nevent: x\ndata: 1\n\n{"error": 1}';
    const expected = ['error: {"code":500}', 'retry: soon', '{"error": 1}'];

    it('is called with each line that the standard ignores, however it is cut', () => {
      assert.deepEqual(ignoredIn([text]), expected);
      assert.deepEqual(ignoredIn([...text]), expected);
      assert.deepEqual(ignoredIn([encoder.encode(text)]), expected);
    });

    it('is called beside onError', () => {
      const errors = [];
      assert.deepEqual(ignoredIn([text], { onError: ({ line }) => errors.push(line) }), expected);
      assert.deepEqual(errors, expected);
    });
  });

  describe('maxBufferSize', () => {
    const limited = (maxBufferSize, options) => recorder({ maxBufferSize, ...options });

    function assertExceeded({ errors, parser }, limit) {
      assert.equal(errors().length, 1);
      const [error] = errors();
      assert.ok(error instanceof ParseError);
      assert.equal(error.type, 'max-buffer-size-exceeded');
      assert.deepEqual([error.field, error.value, error.line], [undefined, undefined, undefined]);
      assert.ok(error.message.includes(String(limit)), error.message);
      assert.throws(() => parser.feed('data: x\n\n'), { message: /reset/ });
      assert.equal(errors().length, 1);
    }

    for (const [name, chunks] of Object.entries({
      'a data line that does not end': ['data: ok\n\n', 'data: 12345678901'],
      'a data line that does not end, in pieces': ['data: ok\n\n', ...'data: 12345678901'],
      'an event line that does not end': ['data: ok\n\n', 'event: 12345678901'],
      'an id line that does not end': ['data: ok\n\n', 'id: 12345678901'],
      'a comment that does not end': ['data: ok\n\n', ': 12345678901'],
      'data lines without a blank line': ['data: ok\n\n', 'data: 12345\n', 'data: 12345\n', 'data: 12345\n'],
      'data lines and an unfinished one': ['data: ok\n\n', 'data: 12345\ndata: 1', '2345', '6789'],
    })) {
      it(`is exceeded by ${name}`, () => {
        const scene = limited(10);
        for (const chunk of chunks) {
          if (scene.errors().length === 0) scene.parser.feed(chunk);
        }
        assert.deepEqual(scene.data(), ['ok']);
        assertExceeded(scene, 10);
      });

      it(`is exceeded by ${name}, as bytes`, () => {
        const scene = limited(10);
        for (const chunk of chunks) {
          if (scene.errors().length === 0) scene.parser.feed(encoder.encode(chunk));
        }
        assert.deepEqual(scene.data(), ['ok']);
        assertExceeded(scene, 10);
      });
    }

    it('does not limit the number of events, nor a chunk of them', () => {
      const { data, errors, parser } = limited(10);
      parser.feed('data: 1234\n\n'.repeat(100));
      parser.feed('data: 1234\r\n\r\n'.repeat(100));
      assert.equal(data().length, 200);
      assert.deepEqual(errors(), []);
    });

    it('counts anew after each event', () => {
      const { data, errors, parser } = limited(10);
      for (const character of 'data: 1234\n\n'.repeat(20)) parser.feed(character);
      assert.equal(data().length, 20);
      assert.deepEqual(errors(), []);
    });

    it('is a number of characters, not bytes', () => {
      for (const make of [(text) => text, (text) => encoder.encode(text)]) {
        const { data, errors, parser } = limited(10);
        parser.feed(make('data: 日本語本'));
        parser.feed(make('\n\n'));
        assert.deepEqual(errors(), []);
        assert.deepEqual(data(), ['日本語本']);
      }
    });

    it('does not count lines that can hold no field', () => {
      const { data, errors, parser } = limited(10, { onComment: undefined });
      parser.feed('nope'.repeat(100));
      parser.feed('nope'.repeat(100));
      parser.feed('\n: comment');
      parser.feed('comment'.repeat(100));
      parser.feed('\ndata: ok\n\n');
      assert.deepEqual(data(), ['ok']);
      assert.deepEqual(
        errors().filter(({ type }) => type !== 'unknown-field'),
        [],
      );
    });

    it('ends feeding also without onError', () => {
      const { data, parser } = limited(10, { onError: undefined });
      parser.feed('data: ok\n\ndata: 12345678901');
      assert.throws(() => parser.feed(''), { name: 'Error', message: /reset/ });
      assert.throws(() => parser.feed(new Uint8Array()), { name: 'Error', message: /reset/ });
      assert.deepEqual(data(), ['ok']);
    });

    for (const options of [undefined, { consume: true }]) {
      it(`is forgotten by reset(${options ? '{ consume: true }' : ''})`, () => {
        const { data, errors, parser } = limited(10);
        parser.feed('id: 1\nevent: e\ndata: 12345678901');
        assert.equal(errors().length, 1);
        parser.reset(options);
        parser.feed('data: a\n\n');
        assert.deepEqual(data(), ['a']);
        parser.feed('data: 12345678901');
        assert.equal(errors().length, 2);
      });
    }

    it('may be reset from within onError', () => {
      const { data, parser } = limited(10, { onError: () => parser.reset() });
      parser.feed('data: 12345678901');
      parser.feed('data: a\n\n');
      assert.deepEqual(data(), ['a']);
    });

    it('may be reset and fed from within onError', () => {
      const onError = () => {
        parser.reset();
        parser.feed('data: a\n\n');
      };
      const { data, parser } = limited(10, { onError });
      parser.feed('data: 12345678901');
      assert.deepEqual(data(), ['a']);
    });

    it('is unbounded when left out', () => {
      const { data, parser } = recorder();
      const line = `data: ${'x'.repeat(1000)}\n`;
      for (let i = 0; i < 2000; i++) parser.feed(line);
      parser.feed('\n');
      assert.equal(data()[0].length, 2000 * 1001 - 1);
    });
  });

  describe('vectors', () => {
    /** Follows the callbacks as an EventSource would. */
    function run(chunks) {
      const events = [];
      const state = { lastEventId: '', reconnectionTime: 3000 };
      const parser = createParser({
        onEvent: ({ event: type, data }) =>
          events.push({ type: type ?? 'message', data, lastEventId: state.lastEventId }),
        onId: (id) => (state.lastEventId = id),
        onRetry: (retry) => (state.reconnectionTime = Math.min(retry, 2 ** 31 - 1)),
      });
      for (const chunk of chunks) parser.feed(chunk);
      return { events, ...state };
    }

    for (const { file, vectors } of loadVectors()) {
      it(`${file}: bytes`, () => {
        for (const { name, bytes, events, lastEventId, reconnectionTime } of vectors) {
          for (const { cut, chunks } of cuts(bytes)) {
            assert.deepEqual(run(chunks), { events, lastEventId, reconnectionTime }, `${name}, ${cut}`);
          }
        }
      });

      it(`${file}: strings`, () => {
        for (const { name, bytes, events, lastEventId, reconnectionTime } of vectors) {
          const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
          const expected = { events, lastEventId, reconnectionTime };
          assert.deepEqual(run([text]), expected, `${name}, whole`);
          assert.deepEqual(run(text.split('')), expected, `${name}, unit by unit`);
          for (let at = 1; at < text.length; at++) {
            assert.deepEqual(run([text.slice(0, at), text.slice(at)]), expected, `${name}, cut at ${at}`);
          }
        }
      });
    }
  });
});
