// Holds a connection for all that join it, and hands on to each what it brings.
// @ts-check
import { full } from '../core/full.js';
import { extend } from '../source/extend.js';
import { extensions } from '../source/extended.js';
import { History, LIMIT, weigh } from './history.js';
import { CLOSED, OPEN } from '../../dist/layout.js';

/** @typedef {import('./history.js').Entry} Entry */
/** @typedef {import('./messages.d.ts').Port} Port */
/** @typedef {import('./messages.d.ts').Change} Change */
/** @typedef {{ sent: number, taken: number, heard: number }} Member What it was sent and has taken, by `weigh`; when it was heard of. */

/** Milliseconds without a sign of life after which a member counts as gone: browsers let a hidden tab's timer run once a minute. */
const SILENCE = 180_000;
const ROUND = 60_000;

/** The hooks that hear of events of every type; page script cannot name it. */
const HOOKS = Symbol();
const Source = /* @__PURE__ */ extend(full, [...extensions, { join: (init) => init[HOOKS] }]);

/** @param {Member} member */
const isFull = ({ sent, taken }) => sent - taken > LIMIT;

export class Holder {
  #request;
  #onEnd;
  #history = new History();
  /** @type {Map<Port, Member>} */
  #members = new Map();
  /** What is to be handed on when the chunk is through. @type {(Entry | Change)[]} */
  #pending = [];
  /** What the `open` event said, while the connection is open. @type {Change | undefined} */
  #opened;
  /** @type {any} */
  #source;
  #watch;
  #wake = () => {};

  /**
   * @param {import('./messages.d.ts').SharedRequest} request
   * @param {() => void} onEnd nobody is left, or the connection failed
   */
  constructor(request, onEnd) {
    this.#request = request;
    this.#onEnd = onEnd;
    this.#watch = setInterval(() => this.#dropSilent(), ROUND);
  }

  /**
   * Takes a message of a member, or of who wants to become one.
   * @param {Port} port
   * @param {any[]} message
   */
  receive(port, [type, value]) {
    const member = this.#members.get(port);
    if (member) member.heard = Date.now();
    this.#wake();
    if (type === 'join') this.#join(port, value);
    else if (type === 'ping') port.postMessage(['pong']);
    else if (type === 'taken' && member) member.taken = value;
    else if (type === 'leave') this.#remove(port);
  }

  /** Sends all members away; they look for another holder. */
  close() {
    for (const port of this.#members.keys()) port.postMessage(['out']);
    this.#end();
  }

  /**
   * @param {Port} port
   * @param {Entry[]} entries the last events of who joins: it wants what comes after them
   */
  #join(port, entries) {
    let place = entries.at(-1);
    let missed = place && this.#find(place, entries);
    if (place && !missed) {
      if (place.id !== '') {
        port.postMessage(['behind', this.#history.last]);
        return;
      }
      place = undefined; // without an id there is no way back to what was missed
    }
    missed ??= [];
    const sent = missed.reduce((sum, entry) => sum + weigh(entry), 0);
    this.#members.set(port, { sent, taken: 0, heard: Date.now() });
    if (this.#source === undefined) this.#open();
    port.postMessage(['joined', place ?? this.#history.last, missed, this.#opened, this.#source.reconnectionTime]);
  }

  /**
   * What came after a place; undefined if that is unknown here.
   * @param {Entry} place
   * @param {Entry[]} entries up to it
   */
  #find(place, entries) {
    const missed = this.#history.after(place);
    if (missed || this.#history.last) return missed;
    // Nothing has come yet, so it can begin where this one is; but not at an id of the application's choice, from which
    // on the other members would be told what they do not want.
    if (this.#members.size > 0 && place.data === undefined) return undefined;
    for (const entry of entries) this.#history.push(entry);
    if (this.#source && place.id !== '') this.#open();
    return [];
  }

  #open() {
    this.#source?.close();
    this.#opened = undefined;
    const { url, init } = this.#request;
    const source = (this.#source = new Source(url, {
      ...init,
      lastEventId: this.#history.last?.id,
      [HOOKS]: {
        dispatched: (/** @type {MessageEvent} */ event) => this.#keep(event),
        hold: () => this.#waitForOnlyMember(),
        reading: () => this.#flush(),
      },
    }));
    source.onopen = (/** @type {any} */ { status, url, headers }) => {
      this.#opened = { change: 'open', state: OPEN, details: { status, url, headers: [...headers] } };
      this.#pending.push(this.#opened);
      this.#flush();
    };
    source.onerror = (/** @type {any} */ { message, code, status, retryIn }) => {
      this.#opened = undefined;
      const { readyState } = source;
      this.#pending.push({ change: 'error', state: readyState, details: { message, code, status, retryIn } });
      this.#flush();
      if (readyState === CLOSED) this.#end();
    };
  }

  /** @param {Pick<Entry, 'id' | 'nth'> & Partial<Entry>} entry */
  #add(entry) {
    this.#history.push(entry);
    this.#pending.push(entry);
  }

  /** @param {MessageEvent} event */
  #keep({ type, data, origin, lastEventId: id }) {
    const { last } = this.#history;
    this.#add({ id, nth: last?.id === id ? last.nth + 1 : 1, type, data, origin });
  }

  #flush() {
    const { lastEventId: id, reconnectionTime } = this.#source;
    // An id may come without an event.
    if (id !== (this.#history.last?.id ?? '')) this.#add({ id, nth: 0 });
    const entries = this.#pending;
    if (entries.length === 0) return;
    this.#pending = [];
    const weight = entries.reduce((sum, entry) => sum + weigh(/** @type {Entry} */ (entry)), 0);
    for (const [port, member] of this.#members) {
      if (isFull(member)) {
        this.#drop(port);
      } else {
        member.sent += weight;
        port.postMessage(['events', entries, reconnectionTime]);
      }
    }
  }

  /** A lone member's pace is the network's; of several nobody is to wait for another. */
  async #waitForOnlyMember() {
    const isBehind = () => this.#members.size === 1 && [...this.#members.values()].every(isFull);
    while (isBehind())
      await new Promise((/** @type {(value?: undefined) => void} */ resolve) => (this.#wake = resolve));
  }

  #dropSilent() {
    for (const [port, { heard }] of this.#members) if (Date.now() - heard > SILENCE) this.#drop(port);
  }

  /** @param {Port} port */
  #drop(port) {
    port.postMessage(['out']);
    this.#remove(port);
  }

  /** @param {Port} port */
  #remove(port) {
    port.close();
    if (this.#members.delete(port) && this.#members.size === 0) this.#end();
  }

  #end() {
    clearInterval(this.#watch);
    this.#source?.close();
    for (const port of this.#members.keys()) port.close();
    this.#members.clear();
    this.#wake();
    this.#onEnd();
  }
}

/**
 * Lets a source join what is held here.
 * @param {import('./messages.d.ts').Port} port
 * @param {(request: import('./messages.d.ts').SharedRequest) => Holder | undefined} find the holder for a request
 */
export function serve(port, find) {
  /** @type {Holder | undefined} */
  let holder;
  port.onmessage = ({ data }) => {
    if (!Array.isArray(data)) return; // somebody else's
    if (data[0] === 'join') holder = find(data[2]);
    if (holder) holder.receive(port, data);
    else if (data[0] === 'leave') port.close();
  };
}
