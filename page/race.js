// The browser's own EventSource and this package's on the same stream, one after the other.
// @ts-check
import { formatNumber, get, h } from './dom.js';
import { findSource } from './native.js';
import { EventSource as PackageEventSource } from './package/js/index.js';
import { EVENT_BYTES, LAST_TYPE, raceUrl } from './streams.js';

const CONTESTANTS = [
  { id: 'native', name: 'Native', Source: globalThis.EventSource },
  { id: 'package', name: 'eventsource-wasm', Source: /** @type {any} */ (PackageEventSource) },
];

/** @typedef {typeof CONTESTANTS[number]} Contestant */

const WARM_UP_EVENTS = 20_000;
const ROUND_SECONDS = 2;

/** The main thread is watched without a stream first, then with this many events a second. */
const IDLE_MILLISECONDS = 1000;
const PACE = 10_000;
const PACED_SECONDS = 2;

/**
 * Counts turns of the event loop a second while `work` goes on: what the main thread has left.
 * @param {() => Promise<unknown>} work
 */
async function countTurns(work) {
  const { port1, port2 } = new MessageChannel();
  let turns = 0;
  port1.onmessage = () => {
    turns++;
    port2.postMessage(null);
  };
  const begin = performance.now();
  port2.postMessage(null);
  try {
    await work();
  } finally {
    port1.close();
  }
  return (turns * 1000) / (performance.now() - begin);
}

/**
 * Reads one stream to its end; gives the events a second.
 * @param {Contestant} contestant
 * @param {{ events: number, rate?: number }} stream
 * @param {AbortSignal} signal
 * @param {(perSecond: number) => void} [show]
 * @returns {Promise<number>}
 */
function readStream({ Source, name }, { events, rate }, signal, show = () => {}) {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const source = new Source(raceUrl(events, rate));
    let count = 0;
    let begin = 0;
    let frame = requestAnimationFrame(draw);
    const perSecond = () => (count === 0 ? 0 : (count * 1000) / (performance.now() - begin));
    function draw() {
      show(perSecond());
      frame = requestAnimationFrame(draw);
    }
    const end = (/** @type {() => void} */ settle) => {
      source.close();
      cancelAnimationFrame(frame);
      signal.removeEventListener('abort', abort);
      settle();
    };
    const abort = () => end(() => reject(signal.reason));
    signal.addEventListener('abort', abort);
    source.onopen = () => (begin = performance.now());
    source.onmessage = () => count++;
    source.onerror = () => end(() => reject(new Error(`The stream broke off for ${name}.`)));
    source.addEventListener(LAST_TYPE, () =>
      end(() => {
        if (count === events) resolve(perSecond());
        else reject(new Error(`${name} lost events: ${count} of ${events} came.`));
      }),
    );
  });
}

/** @param {number[]} values */
function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

const formatShare = (/** @type {number} */ share) => `${formatNumber(100 * share)}\u00A0%`;

/** A bar for each contestant. */
class Bars {
  #format;
  #max;
  /** @type {Record<string, number>} */
  #values = {};

  /**
   * @param {HTMLElement} root
   * @param {(value: number) => string} format
   * @param {number} [max] the longest bar's value unless given
   */
  constructor(root, format, max = 0) {
    this.#format = format;
    this.#max = max;
    this.rows = new Map(
      CONTESTANTS.map(({ id, name }) => {
        const bar = h('span', { class: 'bar' });
        const value = h('span', { class: 'value' }, '–');
        root.append(
          h(
            'div',
            { class: `lane ${id}` },
            h('span', { class: 'contestant' }, name),
            h('span', { class: 'track' }, bar),
            value,
          ),
        );
        return [id, { bar, value }];
      }),
    );
  }

  /**
   * @param {string} id
   * @param {number} value
   */
  set(id, value) {
    this.#values[id] = value;
    const max = this.#max || Math.max(...Object.values(this.#values), Number.MIN_VALUE);
    for (const [id, value] of Object.entries(this.#values)) {
      const row = /** @type {{ bar: HTMLElement, value: HTMLElement }} */ (this.rows.get(id));
      row.bar.style.width = `${Math.min(100, (100 * value) / max)}%`;
      row.value.textContent = this.#format(value);
    }
  }
}

export class Race {
  #speed = new Bars(get('speed-bars'), (value) => `${formatNumber(value)}/s`);
  #busy = new Bars(get('busy-bars'), formatShare, 1);
  /** @type {AbortController | null} */
  #running = null;
  #quieten;

  /** @param {() => Promise<void> | null} quieten ends whatever else the page is doing */
  constructor(quieten) {
    this.#quieten = quieten;
    get('race-start').addEventListener('click', () => this.#start());
    get('race-stop').addEventListener('click', () => this.stop());
    get('event-bytes').textContent = String(EVENT_BYTES);
    get('pace').textContent = formatNumber(PACE);
  }

  stop() {
    this.#running?.abort(new Error('Stopped.'));
  }

  async #start() {
    const { signal } = (this.#running = new AbortController());
    get('race-start').disabled = true;
    get('race-stop').disabled = false;
    get('race-verdict').textContent = '';
    get('race-rounds').replaceChildren();
    try {
      await this.#quieten();
      if ((await findSource()) === null) throw new Error('This host plays no streams: run make conformance.');
      await this.#run(Number(get('rounds').value), signal);
    } catch (error) {
      this.#say(/** @type {Error} */ (error).message);
    }
    get('race-start').disabled = false;
    get('race-stop').disabled = true;
    this.#running = null;
  }

  /** @param {string} text */
  #say(text) {
    get('race-status').textContent = text;
  }

  /**
   * @param {number} rounds
   * @param {AbortSignal} signal
   */
  async #run(rounds, signal) {
    this.#say('Warming up.');
    const warm = [];
    for (const contestant of CONTESTANTS) {
      warm.push(await readStream(contestant, { events: WARM_UP_EVENTS }, signal));
    }
    const events = Math.ceil(Math.min(...warm) * ROUND_SECONDS);
    const speeds = await this.#measure('Speed', rounds, (contestant) =>
      readStream(contestant, { events }, signal, (value) => this.#speed.set(contestant.id, value)),
    );
    const shares = await this.#measure('Main thread', rounds, (contestant) => this.#measureBusy(contestant, signal));
    this.#conclude(events, speeds, shares);
  }

  /**
   * In turns, each round in the other order.
   * @param {string} what
   * @param {number} rounds
   * @param {(contestant: Contestant) => Promise<number>} measure
   */
  async #measure(what, rounds, measure) {
    /** @type {Record<string, number[]>} */
    const results = { native: [], package: [] };
    for (let round = 0; round < rounds; round++) {
      for (const contestant of round % 2 === 0 ? CONTESTANTS : [...CONTESTANTS].reverse()) {
        this.#say(`${what}, round ${round + 1} of ${rounds}: ${contestant.name}.`);
        results[contestant.id].push(await measure(contestant));
      }
    }
    return results;
  }

  /**
   * @param {Contestant} contestant
   * @param {AbortSignal} signal
   */
  async #measureBusy(contestant, signal) {
    const idle = await countTurns(() => new Promise((resolve) => setTimeout(resolve, IDLE_MILLISECONDS)));
    signal.throwIfAborted();
    const stream = { events: PACE * PACED_SECONDS, rate: PACE };
    const busy = await countTurns(() => readStream(contestant, stream, signal));
    const share = Math.max(0, 1 - busy / idle);
    this.#busy.set(contestant.id, share);
    return share;
  }

  /**
   * @param {number} events
   * @param {Record<string, number[]>} speeds
   * @param {Record<string, number[]>} shares
   */
  #conclude(events, speeds, shares) {
    const rows = CONTESTANTS.map(({ id, name }) => {
      const speed = median(speeds[id]);
      const share = median(shares[id]);
      this.#speed.set(id, speed);
      this.#busy.set(id, share);
      return [name, formatNumber(speed), speeds[id].map((value) => formatNumber(value)).join(', '), formatShare(share)];
    });
    get('race-rounds').replaceChildren(
      ...rows.map(([name, ...cells]) =>
        h('tr', {}, h('th', { scope: 'row' }, name), ...cells.map((cell) => h('td', {}, cell))),
      ),
    );
    const ratio = median(speeds.package) / median(speeds.native);
    get('race-verdict').textContent = `eventsource-wasm takes ${formatNumber(ratio, 2)} times as many events a second.`;
    this.#say(`Done: ${formatNumber(events)} events a round.`);
  }
}
