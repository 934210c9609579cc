// Streams and strings with every byte to be seen.
// @ts-check
import { readGlyphs, readPieces } from './bytes.js';
import { h } from './dom.js';

/** @param {import('./bytes.js').Glyph} glyph */
function renderGlyph({ text, kind }) {
  return kind === 'plain' ? text : h('span', { class: kind }, text);
}

/**
 * The cut before a glyph or within it.
 * @param {import('./bytes.js').Glyph} glyph
 * @param {number | undefined} cut
 */
function renderCut({ begin, end }, cut) {
  if (cut === undefined || cut < begin || cut >= end) return [];
  const place = cut === begin ? 'cut' : `cut after ${cut - begin} of ${end - begin} bytes`;
  return [
    h('span', { class: 'cut', role: 'img', 'aria-label': place, title: place }, cut === begin ? '' : `+${cut - begin}`),
  ];
}

/**
 * @param {Uint8Array} bytes
 * @param {number} [cut]
 */
export function renderBytes(bytes, cut) {
  const code = h('code', { class: 'bytes' });
  const glyphs = readGlyphs(bytes)[Symbol.iterator]();
  let next = glyphs.next();
  for (const { end, part, field } of readPieces(bytes)) {
    const span = h('span', { class: `${part} ${field}` });
    for (; !next.done && next.value.begin < end; next = glyphs.next()) {
      span.append(...renderCut(next.value, cut), renderGlyph(next.value));
    }
    code.append(span, part === 'end' ? '\n' : '');
  }
  return code;
}

const encoder = new TextEncoder();

/** @param {string} text */
export function renderText(text) {
  if (text === '') return h('span', { class: 'empty' }, 'empty');
  return h('code', { class: 'text' }, ...readGlyphs(encoder.encode(text)).map(renderGlyph));
}

/** @param {{ type: string, data: string, lastEventId: string }} event */
export function renderEvent({ type, data, lastEventId }) {
  return h(
    'dl',
    { class: 'event' },
    ...[
      ['type', type],
      ['data', data],
      ['id', lastEventId],
    ].map(([name, value]) => h('div', { class: `of-${name}` }, h('dt', {}, name), h('dd', {}, renderText(value)))),
  );
}
