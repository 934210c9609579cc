// One case opened: its bytes, what it must give, and what each engine made of it.
// @ts-check
import { formatNumber, h } from './dom.js';
import { renderBytes, renderEvent, renderText } from './visible.js';

/** @typedef {import('./engines.js').Engine} Engine */
/** @typedef {import('./results.js').Case} Case */
/** @typedef {import('./results.js').Delivery} Delivery */

/**
 * @param {any} outcome
 * @returns {[string, unknown, Node | string][]} name, value, and the value rendered
 */
function readOutcome({ events = [], lastEventId, reconnectionTime, error }) {
  /** @type {[string, unknown, Node | string][]} */
  const rows = events.map((/** @type {any} */ event, /** @type {number} */ i) => [
    `event ${i + 1}`,
    event,
    renderEvent(event),
  ]);
  if (events.length === 0) rows.push(['events', 'none', 'none']);
  if (error !== undefined) rows.push(['error', error, error]);
  if (lastEventId !== undefined) rows.push(['last event ID', lastEventId, renderText(lastEventId)]);
  if (reconnectionTime !== undefined) {
    rows.push(['reconnection time', reconnectionTime, `${formatNumber(reconnectionTime)} ms`]);
  }
  return rows;
}

/** @param {object} outcome */
function renderOutcome(outcome) {
  const rows = readOutcome(outcome).map(([name, , shown]) =>
    h('tr', {}, h('th', { scope: 'row' }, name), h('td', {}, shown)),
  );
  return h('table', { class: 'outcome' }, h('tbody', {}, ...rows));
}

/**
 * @param {object} expected
 * @param {any} actual
 */
function renderComparison(expected, actual) {
  const left = readOutcome(expected);
  const right = readOutcome(actual);
  const names = [...new Set([...left, ...right].map(([name]) => name))];
  const rows = names.map((name) => {
    const [, leftValue, leftShown] = left.find((row) => row[0] === name) ?? [name, undefined, '–'];
    const [, rightValue, rightShown] = right.find((row) => row[0] === name) ?? [name, undefined, '–'];
    const differs = JSON.stringify(leftValue) !== JSON.stringify(rightValue);
    return h(
      'tr',
      { class: differs ? 'differs' : null },
      h('th', { scope: 'row' }, name),
      h('td', {}, leftShown),
      h('td', {}, rightShown),
    );
  });
  const heads = ['', 'Expected', 'Actual'].map((head) => h('th', { scope: 'col' }, head));
  return h('table', { class: 'outcome' }, h('thead', {}, h('tr', {}, ...heads)), h('tbody', {}, ...rows));
}

/** @param {Delivery} delivery */
function cutOf({ chunks }) {
  return chunks.length === 2 ? chunks[0].length : undefined;
}

/**
 * @param {Case} tested
 * @param {Engine} engine
 */
function renderFailure(tested, engine) {
  const { failures, done } = tested.result(engine);
  const [{ delivery, actual }] = failures;
  const cuts = failures.map((failure) => failure.delivery.cut).join(', ');
  return h(
    'section',
    { class: 'failure' },
    h('h4', {}, `${engine.name}: ${failures.length} of ${done.size} deliveries differ`),
    h('p', {}, `Delivered ${delivery.cut}:`),
    renderBytes(tested.vector.bytes, cutOf(delivery)),
    renderComparison(engine.expect(tested.vector), actual),
    h('details', {}, h('summary', {}, 'Every delivery that differs'), h('p', {}, cuts)),
  );
}

/**
 * @param {Case} tested
 * @param {Engine[]} engines
 */
export function renderCase(tested, engines) {
  const { bytes } = tested.vector;
  const failing = engines.filter((engine) => tested.result(engine).failures.length > 0);
  return h(
    'div',
    { class: 'case' },
    h(
      'div',
      { class: 'sides' },
      h('section', {}, h('h4', {}, `Stream, ${formatNumber(bytes.length)} bytes`), renderBytes(bytes)),
      h('section', {}, h('h4', {}, 'Must give'), renderOutcome(engines[0].expect(tested.vector))),
    ),
    ...failing.map((engine) => renderFailure(tested, engine)),
    h('p', { class: 'links' }, h('a', { href: `#playground/${tested.slug}` }, 'Open in the playground')),
  );
}
