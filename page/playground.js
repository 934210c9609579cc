// Type a stream, cut it, and see what both cores make of it.
// @ts-check
import { BOM, fromNotation, toNotation } from './bytes.js';
import { formatNumber, get, h } from './dom.js';
import { makeCore } from './package/test/support/make-core.js';
import { Tracer } from './trace.js';
import { renderBytes, renderEvent, renderText } from './visible.js';

/** @typedef {import('./results.js').Case} Case */
/** @typedef {import('./trace.js').Step} Step */

/** @param {import('./trace.js').Record} record */
function renderRecord({ flags, data, type, id }) {
  const isData = flags.includes('DATA');
  const texts = Object.entries({ [isData ? 'data' : 'piece']: data, type, id }).filter(([, text]) => text !== '');
  return h(
    'li',
    {},
    ...flags.map((flag) => h('span', { class: 'flag' }, flag)),
    ...texts.flatMap(([name, text]) => [h('span', { class: `of-${name}` }, `${name} `), renderText(text), ' ']),
  );
}

/**
 * @param {string} title
 * @param {Node[]} items
 */
function renderList(title, items) {
  return items.length === 0 ? [] : [h('h4', {}, title), h('ol', { class: title.toLowerCase() }, ...items)];
}

/**
 * @param {string} name
 * @param {Node | string} value
 * @param {boolean | undefined} isNew
 */
function renderFact(name, value, isNew = false) {
  return h('div', { class: isNew ? 'changed' : null }, h('dt', {}, name), h('dd', {}, value));
}

/**
 * @param {Step} step
 * @param {Step | undefined} before
 */
function renderStep(step, before) {
  const time = (/** @type {Step} */ { reconnectionTime }) => `${formatNumber(reconnectionTime)} ms`;
  return h(
    'li',
    { class: 'step' },
    h('h3', {}, step.name),
    h(
      'dl',
      { class: 'facts' },
      renderFact('State', step.state, before && before.state !== step.state),
      renderFact('Last event ID', renderText(step.lastEventId), before && before.lastEventId !== step.lastEventId),
      renderFact('Reconnection time', time(step), before && time(before) !== time(step)),
    ),
    ...renderList(
      'Actions',
      step.actions.map((action) => h('li', { class: 'flag' }, action)),
    ),
    ...renderList('Records', step.records.map(renderRecord)),
    ...renderList(
      'Events',
      step.events.map((event) => h('li', {}, renderEvent(event))),
    ),
  );
}

/** @param {Step[]} steps */
function renderSteps(steps) {
  return steps.map((step, i) => renderStep(step, steps[i - 1]));
}

export class Playground {
  #cases;
  #tracers = { wasm: new Tracer(makeCore.wasm()), fallback: new Tracer(makeCore.fallback()) };
  /** @type {Uint8Array} */
  #bytes = new Uint8Array();

  /** @param {Case[]} cases */
  constructor(cases) {
    this.#cases = cases;
    for (const id of ['typed', 'line-end', 'bom', 'escapes']) get(id).addEventListener('input', () => this.#read());
    get('cut').addEventListener('input', () => this.#draw());
    for (const button of get('insert').querySelectorAll('button')) {
      button.addEventListener('click', () => this.#insert(button.value));
    }
    get('sample').append(...cases.map(({ slug, vector }) => h('option', { value: slug }, vector.name)));
    get('sample').addEventListener('change', () => (location.hash = `playground/${get('sample').value}`));
    this.#read();
  }

  /** @param {string} slug */
  load(slug) {
    const found = this.#cases.find((tested) => tested.slug === slug);
    if (!found) return;
    get('sample').value = slug;
    get('typed').value = toNotation(found.vector.bytes);
    get('line-end').value = 'LF';
    get('bom').checked = false;
    get('escapes').checked = true;
    this.#read();
  }

  /** @param {string} notation */
  #insert(notation) {
    const typed = get('typed');
    get('escapes').checked = true;
    typed.setRangeText(notation, typed.selectionStart, typed.selectionEnd, 'end');
    typed.focus();
    this.#read();
  }

  #read() {
    const typed = get('escapes').checked ? get('typed').value : get('typed').value.replaceAll('\\', '\\\\');
    try {
      this.#bytes = fromNotation((get('bom').checked ? BOM : '') + typed, get('line-end').value);
      get('mistake').textContent = '';
    } catch (error) {
      get('mistake').textContent = `Not understood: ${/** @type {Error} */ (error).message}.`;
      return;
    }
    const cut = get('cut');
    const isAtEnd = cut.value === cut.max;
    cut.max = this.#bytes.length;
    if (isAtEnd) cut.value = cut.max;
    this.#draw();
  }

  #draw() {
    const cut = Number(get('cut').value);
    const isCut = cut > 0 && cut < this.#bytes.length;
    const { length } = this.#bytes;
    get('cut-place').textContent = isCut ? `after ${cut} of ${length} bytes` : `none, ${length} bytes whole`;
    get('stream').replaceChildren(renderBytes(this.#bytes, isCut ? cut : undefined));
    const wasm = this.#tracers.wasm.trace(this.#bytes, cut);
    const fallback = this.#tracers.fallback.trace(this.#bytes, cut);
    get('steps-wasm').replaceChildren(...renderSteps(wasm));
    get('steps-fallback').replaceChildren(...renderSteps(fallback));
    const agree = JSON.stringify(wasm) === JSON.stringify(fallback);
    get('agreement').textContent = agree ? 'Both cores agree in every step.' : 'The cores differ.';
    get('agreement').dataset.state = agree ? 'pass' : 'fail';
  }
}
