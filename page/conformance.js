// The table of all cases and engines.
// @ts-check
import { renderCase } from './details.js';
import { formatNumber, get, h } from './dom.js';
import { findSource } from './native.js';
import { count, makeReport, run } from './results.js';

/** @typedef {import('./engines.js').Engine} Engine */
/** @typedef {import('./results.js').Case} Case */

const MARKS = { pass: '✓', fail: '✗', open: '·' };

const ABOUT = {
  wasm: 'The C core, compiled to WebAssembly',
  fallback: 'The same core, translated to JavaScript',
  native: 'This browser’s own EventSource, over HTTP',
  broken: 'A core made to take tabs for spaces',
};

/**
 * @param {number} n
 * @param {string} one
 * @param {string} [many]
 */
function plural(n, one, many = `${one}s`) {
  return `${formatNumber(n)} ${n === 1 ? one : many}`;
}

export class Conformance {
  #cases;
  #engines;
  #version;
  /** @type {Map<Case, HTMLElement>} */
  #rows = new Map();
  /** @type {Map<string, HTMLElement>} */
  #cards = new Map();
  /** @type {Set<Case>} whose rows are to be drawn again */
  #changed = new Set();
  /** Of what has been started last. */
  #running = new AbortController();
  /** @type {Case | null} */
  #opened = null;
  /** @type {import('./native.js').Source} */
  #source = null;
  /** @type {Promise<void> | null} what has been started last */
  #work = null;

  /**
   * @param {Case[]} cases
   * @param {Engine[]} engines
   * @param {string} version
   */
  constructor(cases, engines, version) {
    this.#cases = cases;
    this.#engines = engines;
    this.#version = version;
    this.#build();
    get('search').addEventListener('input', () => this.#filter());
    get('theme').addEventListener('change', () => this.#filter());
    get('filters').addEventListener('change', () => this.#filter());
    get('filters').addEventListener('submit', (/** @type {Event} */ event) => event.preventDefault());
    get('run-splits').addEventListener('click', () => this.#runSplits());
    get('stop').addEventListener('click', () => this.stop());
    get('download').addEventListener('click', () => this.#download());
  }

  #build() {
    const themes = new Map(this.#cases.map(({ theme }) => [theme, /** @type {HTMLElement[]} */ ([])]));
    for (const tested of this.#cases) {
      const row = this.#makeRow(tested);
      this.#rows.set(tested, row);
      themes.get(tested.theme)?.push(row);
    }
    const head = ['Case', ...this.#engines.map(({ name }) => name)];
    get('table').append(
      h('thead', {}, h('tr', {}, ...head.map((name) => h('th', { scope: 'col' }, name)))),
      ...[...themes].map(([theme, rows]) => {
        const heading = h('th', { scope: 'rowgroup', colspan: head.length }, theme);
        return h('tbody', {}, h('tr', { class: 'theme' }, heading), ...rows);
      }),
    );
    get('theme').append(...[...themes.keys()].map((theme) => h('option', {}, theme)));
    for (const { id, name } of this.#engines) {
      const card = h('div', { class: 'card', 'data-engine': id });
      card.append(h('h3', {}, name), h('p', { class: 'about' }, ABOUT[/** @type {keyof typeof ABOUT} */ (id)]));
      card.append(
        h('p', { class: 'score' }),
        h('progress', { max: this.#cases.length, 'aria-label': `${name}: cases right` }),
      );
      card.append(h('p', { class: 'note' }));
      this.#cards.set(id, card);
      get('cards').append(card);
    }
  }

  /** @param {Case} tested */
  #makeRow(tested) {
    const { point, name } = tested.vector;
    const link = h('a', { href: `#conformance/${tested.slug}`, 'aria-expanded': 'false' }, name);
    return h(
      'tr',
      { id: `case-${tested.slug}` },
      h('th', { scope: 'row' }, h('span', { class: 'point' }, point), link),
      ...this.#engines.map(() => h('td', { class: 'result', 'data-state': 'open' }, MARKS.open)),
    );
  }

  /** Runs what is quick: both cores in full, and the browser's own EventSource on whole streams. */
  async #start() {
    const { signal } = this.#running;
    for (const engine of this.#engines.filter(({ id }) => id !== 'native')) {
      const jobs = this.#cases.flatMap((tested) => tested.deliveries.map((delivery) => ({ tested, delivery })));
      await run(engine, jobs, new AbortController().signal, (tested) => this.#change(tested));
    }
    this.#draw(); // whoever waits for this sees all of it
    document.body.dataset.ran = 'cores';
    this.#source = await findSource();
    get('native-source').textContent = describeSource(this.#source);
    if (this.#source !== null) {
      await this.#runNative(this.#cases, (tested) => tested.deliveries.slice(0, 1), signal);
    }
    this.#draw();
    document.body.dataset.ran = 'all';
  }

  /** Of the cases that the filters show. */
  #runSplits() {
    const shown = this.#cases.filter((tested) => !this.#rows.get(tested)?.hidden);
    this.#running = new AbortController();
    this.#work = this.#runNative(shown, (tested) => tested.deliveries, this.#running.signal);
  }

  /**
   * @param {Case[]} cases
   * @param {(tested: Case) => import('./results.js').Delivery[]} choose
   * @param {AbortSignal} signal
   */
  async #runNative(cases, choose, signal) {
    const engine = /** @type {Engine} */ (this.#engines.find(({ id }) => id === 'native'));
    const jobs = cases.flatMap((tested) => choose(tested).map((delivery) => ({ tested, delivery })));
    const bar = get('native-progress');
    bar.max = jobs.length;
    get('native-run').hidden = false;
    get('run-splits').disabled = true;
    get('status').textContent = `Opening ${plural(jobs.length, 'connection')} of the browser’s own EventSource.`;
    await run(engine, jobs, signal, (tested, done) => {
      bar.value = done;
      this.#change(tested);
    });
    get('native-run').hidden = true;
    get('run-splits').disabled = false;
    const { fail, deliveries } = count(this.#cases, engine);
    const verb = signal.aborted ? 'Stopped' : 'Done';
    get('status').textContent =
      `${verb}: ${plural(deliveries, 'native delivery', 'native deliveries')} so far, ${plural(fail, 'case')} with a difference.`;
  }

  /** What is quick goes on to its end; resolves when nothing runs any more. */
  stop() {
    this.#running.abort();
    return this.#work;
  }

  /** @param {Case} tested */
  #change(tested) {
    if (this.#changed.size === 0) requestAnimationFrame(() => this.#draw());
    this.#changed.add(tested);
  }

  #draw() {
    for (const tested of this.#changed) this.#drawRow(tested);
    if (this.#opened !== null && this.#changed.has(this.#opened)) this.#drawOpened(this.#opened);
    this.#changed.clear();
    for (const engine of this.#engines) this.#drawCard(engine);
    this.#drawDifferences();
    this.#filter();
  }

  /** @param {Case} tested */
  #drawRow(tested) {
    const cells = this.#rows.get(tested)?.querySelectorAll('.result') ?? [];
    this.#engines.forEach((engine, i) => {
      const { state, done, failures } = tested.result(engine);
      const right = done.size - failures.length;
      const counts = state === 'open' ? [] : [h('span', { class: 'of' }, ` ${right}/${done.size}`)];
      cells[i].replaceChildren(MARKS[state], ...counts);
      cells[i].setAttribute('data-state', state);
    });
  }

  /** @param {Engine} engine */
  #drawCard(engine) {
    const { pass, fail, open, deliveries, failures } = count(this.#cases, engine);
    const card = /** @type {HTMLElement} */ (this.#cards.get(engine.id));
    const [score, bar, note] = card.querySelectorAll('.score, progress, .note');
    card.dataset.state = fail > 0 ? 'fail' : open > 0 ? 'open' : 'pass';
    score.replaceChildren(formatNumber(pass), h('small', {}, ` of ${this.#cases.length} cases right`));
    bar.setAttribute('value', String(pass));
    note.textContent = `${formatNumber(deliveries)} deliveries, ${failures === 0 ? 'none' : formatNumber(failures)} wrong`;
  }

  /** What the browser's own EventSource does otherwise, as it has shown just now. */
  #drawDifferences() {
    const differing = this.#cases.filter(({ results }) => results.get('native')?.state === 'fail');
    get('differences').replaceChildren(
      ...differing.map(({ slug, vector }) =>
        h('li', {}, h('span', { class: 'point' }, vector.point), h('a', { href: `#conformance/${slug}` }, vector.name)),
      ),
    );
    get('differences-count').textContent = `${plural(differing.length, 'case differs', 'cases differ')}.`;
  }

  #filter() {
    const words = get('search').value.toLowerCase().split(/\s+/);
    const theme = get('theme').value;
    const wanted = new FormData(get('filters')).get('result');
    let shown = 0;
    for (const [tested, row] of this.#rows) {
      const text = `${tested.vector.point} ${tested.vector.name}`.toLowerCase();
      const isFailing = this.#engines.some((engine) => tested.result(engine).state === 'fail');
      const fits =
        words.every((/** @type {string} */ word) => text.includes(word)) &&
        (theme === '' || theme === tested.theme) &&
        (wanted === 'all' || isFailing);
      row.hidden = !fits && tested !== this.#opened;
      if (!row.hidden) shown++;
    }
    for (const body of get('table').tBodies) {
      body.hidden = [...body.rows].every((row) => row.hidden || row.className === 'theme');
    }
    get('shown').textContent = `${plural(shown, 'case')} shown`;
  }

  /**
   * Opens a case, and closes the one that was open.
   * @param {string} [slug]
   */
  show(slug) {
    this.#work ??= this.#start();
    if (this.#opened !== null) {
      get('opened').remove();
      const row = this.#rows.get(this.#opened);
      setLink(row, this.#opened.slug, false);
      row?.querySelector('a')?.focus(); // Following a link has taken the focus away.
    }
    this.#opened = this.#cases.find((tested) => tested.slug === slug) ?? null;
    this.#filter();
    if (this.#opened === null) return;
    const row = /** @type {HTMLElement} */ (this.#rows.get(this.#opened));
    row.after(h('tr', { id: 'opened' }, h('td', { colspan: row.children.length })));
    this.#drawOpened(this.#opened);
    setLink(row, this.#opened.slug, true);
    row.querySelector('a')?.focus({ preventScroll: true });
    for (const part of [get('opened'), row]) part.scrollIntoView({ block: 'nearest' });
  }

  /** @param {Case} tested */
  #drawOpened(tested) {
    get('opened').firstChild.replaceChildren(renderCase(tested, this.#engines));
  }

  #download() {
    const report = {
      package: 'eventsource-wasm',
      version: this.#version,
      date: new Date().toISOString(),
      userAgent: navigator.userAgent,
      nativeStreamsFrom: this.#source,
      results: makeReport(this.#cases, this.#engines),
    };
    const url = URL.createObjectURL(new Blob([JSON.stringify(report, null, 2)], { type: 'application/json' }));
    h('a', { href: url, download: 'conformance.json' }).click();
    setTimeout(() => URL.revokeObjectURL(url), 60_000); // Safari reads it late.
  }
}

/**
 * The link of an open case closes it.
 * @param {HTMLElement | undefined} row
 * @param {string} slug
 * @param {boolean} isOpen
 */
function setLink(row, slug, isOpen) {
  const link = row?.querySelector('a');
  link?.setAttribute('aria-expanded', String(isOpen));
  link?.setAttribute('href', isOpen ? '#conformance' : `#conformance/${slug}`);
}

/** @param {import('./native.js').Source} source */
function describeSource(source) {
  if (source === 'server') return 'The local server sends the streams over HTTP.';
  if (source === 'service worker') return 'A service worker plays the streams, since this host does not.';
  return 'This host plays no streams, and no service worker could: run make conformance for the native column and the race.';
}
