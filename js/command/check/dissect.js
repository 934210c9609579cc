// Takes the bytes of a stream apart as they come, and keeps what the rules ask for. The events are those of the parser;
// beside it, this looks at the lines that a parser has no more to say about.
// @ts-check
import { createParser } from '../../parser/create-parser.js';
import { findMeantField, findTime, isJson, looksLikeJson } from './guess.js';
import { Utf8Check } from './utf8.js';

/** @typedef {import('./observation.d.ts').Body} Body */

const BYTE_ORDER_MARK = '\uFEFF';

/** As many lines of a kind are kept, of so many characters. */
const MOST_KEPT = 100;
const LONGEST_KEPT = 200;

/** Characters of a block that are looked at; what is larger is not judged line by line. */
const LARGEST_BLOCK = 1 << 20;

/** @returns {Body} */
const emptyBody = () => ({
  bytes: 0,
  pieces: [],
  events: [],
  comments: [],
  lineEnds: { lf: 0, cr: 0, crlf: 0 },
  malformedAt: undefined,
  hasByteOrderMark: false,
  strayByteOrderMarks: 0,
  emptyLines: 0,
  dataLines: 0,
  unknownLines: [],
  misspeltLines: [],
  jsonLines: [],
  splitJson: [],
  typesWithoutData: [],
  retries: [],
  idsWithNull: 0,
  isUnfinished: false,
});

/** The lines from one empty line to the next. */
class Block {
  type = '';
  hasData = false;
  hasLines = false;
  #size = 0;
  /** Values of `data`, and ignored lines, in their order. @type {{ text: string, isIgnored: boolean }[]} */
  #texts = [];

  /**
   * @param {string} text
   * @param {boolean} isIgnored
   */
  add(text, isIgnored) {
    this.hasData ||= !isIgnored;
    this.#size += text.length;
    if (this.#size < LARGEST_BLOCK) this.#texts.push({ text, isIgnored });
  }

  get ignored() {
    return this.#texts.filter(({ isIgnored }) => isIgnored).map(({ text }) => text);
  }

  /** The data, if it is JSON that has been cut: lines of it have no `data:`, or a string of it is broken over lines. */
  get cutJson() {
    const data = this.#texts.filter(({ isIgnored }) => !isIgnored).map(({ text }) => text);
    const joined = data.join('\n');
    if (!looksLikeJson(joined) || this.#texts.length < 2 || isJson(joined)) return undefined;
    const isCut = isJson(this.#texts.map(({ text }) => text).join('\n')) || isJson(data.join(''));
    return isCut ? joined : undefined;
  }
}

export class Dissector {
  body = emptyBody();
  #parser;
  #utf8 = new Utf8Check();
  #decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  #now = 0;
  #line = '';
  #isFirstLine = true;
  #isAfterCr = false;
  #block = new Block();

  constructor() {
    const { events } = this.body;
    this.#parser = createParser({
      onEvent: ({ event: type = 'message', data, id }) => {
        const told = findTime(data.slice(0, LARGEST_BLOCK)) ?? findTime(id ?? '');
        events.push({ at: this.#now, type, id, size: data.length, told });
      },
    });
  }

  /**
   * @param {Uint8Array} chunk
   * @param {number} at milliseconds
   */
  feed(chunk, at) {
    const { body } = this;
    if (chunk.length === 0) return;
    this.#now = at;
    this.#parser.feed(chunk);
    this.#utf8.feed(chunk);
    this.#split(this.#decoder.decode(chunk, { stream: true }));
    body.malformedAt = this.#utf8.malformedAt;
    body.bytes += chunk.length;
    body.isUnfinished = this.#block.hasData || this.#line.startsWith('data');
    const place = this.#line !== '' ? 'in-line' : this.#block.hasLines ? 'in-event' : 'between';
    body.pieces.push({ at, bytes: chunk.length, place, events: body.events.length });
  }

  /**
   * No more is looked at.
   * @param {boolean} isWhole the server has ended the stream
   */
  end(isWhole) {
    if (isWhole) this.#utf8.end();
    this.body.malformedAt = this.#utf8.malformedAt;
    this.#judgeIgnored();
  }

  /** @param {string} text */
  #split(text) {
    const { lineEnds } = this.body;
    let start = 0;
    if (this.#isAfterCr && text.startsWith('\n')) {
      start = 1;
      lineEnds.cr--;
      lineEnds.crlf++;
    }
    if (text !== '') this.#isAfterCr = text.endsWith('\r');
    const ends = /\r\n?|\n/g;
    ends.lastIndex = start;
    for (let found = ends.exec(text); found !== null; found = ends.exec(text)) {
      const [end] = found;
      lineEnds[end === '\n' ? 'lf' : end === '\r' ? 'cr' : 'crlf']++;
      const line = this.#line + text.slice(start, found.index);
      this.#line = '';
      start = ends.lastIndex;
      this.#take(line);
    }
    this.#line += text.slice(start);
  }

  /** @param {string} given a line without its end */
  #take(given) {
    const { body } = this;
    let line = given;
    if (line.startsWith(BYTE_ORDER_MARK)) {
      if (!this.#isFirstLine) {
        this.#block.hasLines = true;
        body.strayByteOrderMarks++;
        return;
      }
      body.hasByteOrderMark = true;
      line = line.slice(1);
    }
    this.#isFirstLine = false;
    if (line === '') this.#endBlock();
    else if (line.startsWith(':')) body.comments.push(this.#now);
    else this.#takeField(line);
  }

  /** @param {string} line */
  #takeField(line) {
    const { body } = this;
    const [, name, value = ''] = /** @type {string[]} */ (line.match(/^([^:]*)(?:: ?(.*))?$/s));
    this.#block.hasLines = true;
    if (name === 'data') {
      body.dataLines++;
      this.#block.add(value, false);
    } else if (name === 'event') {
      this.#block.type = value;
    } else if (name === 'id') {
      if (value.includes('\0')) body.idsWithNull++;
    } else if (name === 'retry') {
      keep(body.retries, value);
    } else {
      this.#block.add(line, true);
    }
  }

  #endBlock() {
    const { body } = this;
    body.emptyLines++;
    const { hasData, type } = this.#block;
    if (!hasData && type !== '') keep(body.typesWithoutData, type);
    this.#judgeIgnored();
  }

  #judgeIgnored() {
    const { body } = this;
    const { cutJson, ignored } = this.#block;
    this.#block = new Block();
    if (cutJson !== undefined) {
      keep(body.splitJson, cutJson);
      return;
    }
    for (const line of ignored) {
      const field = findMeantField(line);
      if (looksLikeJson(line)) keep(body.jsonLines, line);
      else if (field === undefined) keep(body.unknownLines, line);
      else if (body.misspeltLines.length < MOST_KEPT) {
        body.misspeltLines.push({ line: line.slice(0, LONGEST_KEPT), field });
      }
    }
  }
}

/**
 * @param {string[]} list
 * @param {string} text
 */
function keep(list, text) {
  if (list.length < MOST_KEPT) list.push(text.slice(0, LONGEST_KEPT));
}
