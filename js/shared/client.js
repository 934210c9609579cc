// What a source knows of the connection that it shares: its own place in the stream, and the way to the holder.
// @ts-check
import { EventSourceErrorEvent, EventSourceOpenEvent, makeMessageEvent } from '../source/events.js';
import { Target } from '../source/handlers.js';
import { History, LIMIT, weigh } from './history.js';
import { listenToPage } from './page.js';
import { viaOwn, viaTab, viaWorker } from './ways.js';
import { CLOSED, CONNECTING, DEFAULT_RECONNECTION_TIME, OPEN } from '../../dist/layout.js';

/** @typedef {import('./history.js').Entry} Entry */
/** @typedef {import('./messages.d.ts').Change} Change */
/** @typedef {import('./messages.d.ts').Way} Way */

/** Milliseconds between two signs of life. */
const PULSE = 5000;
/** So many pulses without an answer, and the holder is given up; or, if it has never answered, the way to it. */
const PATIENCE = 2;
const FIRST_PATIENCE = 6;

export class Client {
  readyState = CONNECTING;
  reconnectionTime = DEFAULT_RECONNECTION_TIME;
  /** For handlers.js. @type {import('../source/handlers.js').Handlers | null} */
  handlers = null;
  /** For iterate.js. @type {readonly import('../source/hooks.d.ts').Hooks[]} */
  hooks = [];
  /** The event that said that the connection failed. @type {Event | null} */
  failure = null;

  #request;
  #worker;
  /** Ends what it listens to. */
  #ended = new AbortController();
  #history = new History();
  /** Events that it has had, and that the holder is still to send. @type {Entry[]} */
  #ahead = [];
  /** @type {Way | undefined} */
  #way;
  /** A connection of its own, until it has caught up. @type {Way | undefined} */
  #own;
  #isAsking = false;
  #ways = [viaWorker, viaTab, viaOwn];
  #hasJoined = false;
  #isHeard = false;
  #silentPulses = 0;
  #taken = 0;
  #acknowledged = 0;
  #pulse;

  /**
   * @param {EventTarget} source
   * @param {ReturnType<typeof import('./request.js').readRequest>} options
   */
  constructor(source, { request, lastEventId, signal, worker }) {
    this.source = source;
    this.#request = request;
    this.#worker = worker;
    if (worker === false) this.#ways.shift();
    if (lastEventId !== '') this.#history.push({ id: lastEventId, nth: 1 });
    this.#pulse = setInterval(() => this.#tick(), PULSE);
    signal?.addEventListener('abort', this.close, { signal: this.#ended.signal });
    // A page that is put away leaves, and comes back when it is shown again.
    listenToPage(['pagehide', 'freeze'], this.#stop, this.#ended.signal);
    listenToPage(['pageshow', 'resume'], this.#resume, this.#ended.signal);
    this.#start();
    if (signal?.aborted) this.close();
  }

  get url() {
    return this.#request.url;
  }

  get withCredentials() {
    return this.#request.init.withCredentials;
  }

  get lastEventId() {
    return this.#history.last?.id ?? '';
  }

  get shared() {
    return (this.#own ?? this.#way)?.name ?? 'own';
  }

  close = () => {
    if (this.readyState === CLOSED) return;
    this.readyState = CLOSED;
    this.#end();
  };

  #end() {
    clearInterval(this.#pulse);
    this.#ended.abort();
    this.#stop();
    for (const { closed } of this.hooks) closed?.(/** @type {any} */ (this));
  }

  // ---- The way to the holder ----

  #stop = () => {
    this.#way?.close();
    this.#own?.close();
    this.#way = this.#own = undefined;
  };

  #resume = () => {
    if (this.#way) return;
    this.#interrupt();
    this.#start();
  };

  /** Takes the first way that there is. */
  #start() {
    this.#hasJoined = this.#isAsking = this.#isHeard = false;
    this.#silentPulses = 0;
    const listener = {
      ready: () => this.#join(),
      receive: (/** @type {any[]} */ message) => this.#receive(message, false),
      lost: () => this.#renew(),
      failed: () => this.#takeNextWay(),
    };
    while (!this.#way) {
      try {
        this.#way = this.#ways[0](listener, this.#request.key, this.#worker);
      } catch {
        this.#ways.shift(); // it is not to be had here
      }
    }
  }

  #takeNextWay() {
    if (!this.#way || this.#hasJoined) return;
    this.#way.close();
    this.#way = undefined;
    this.#ways.shift();
    this.#start();
  }

  #tick() {
    if (!this.#way) return;
    if (this.#isHeard) this.#silentPulses = 0;
    else if (++this.#silentPulses >= (this.#hasJoined ? PATIENCE : FIRST_PATIENCE)) this.#giveUp();
    this.#isHeard = false;
    this.#way?.post(['ping']);
  }

  /** The holder says nothing. */
  #giveUp() {
    this.#silentPulses = 0;
    if (this.#hasJoined || this.#way?.name !== 'worker') this.#renew(true);
    else this.#takeNextWay();
  }

  #renew(isSilent = false) {
    if (!this.#own) this.#interrupt();
    this.#isAsking = false;
    this.#way?.renew(isSilent);
  }

  /** What all sources that share the connection are told when it is lost with its holder. */
  #interrupt() {
    if (this.readyState !== OPEN) return;
    this.readyState = CONNECTING;
    const message = 'Who held the shared connection is gone; another one takes over.';
    this.#fire(new EventSourceErrorEvent('error', { message, retryIn: 0 }));
  }

  // ---- Messages ----

  /** @param {Entry[]} [entries] */
  #join(entries = this.#history.entries) {
    this.#isAsking = true;
    this.#way?.post(['join', entries, this.#request]);
  }

  /**
   * @param {any[]} message
   * @param {boolean} isOwn
   */
  #receive([type, ...values], isOwn) {
    if (!isOwn) this.#isHeard = true;
    if (type === 'joined') this.#joined(isOwn, values);
    else if (type === 'events') this.#take(values[0], values[1], isOwn);
    else if (type === 'behind') this.#catchUp(values[0]);
    else if (type === 'out') this.#out(isOwn);
  }

  /**
   * @param {boolean} isOwn
   * @param {any[]} values
   */
  #joined(isOwn, [place, missed, opened, reconnectionTime]) {
    this.#taken = this.#acknowledged = 0;
    if (!isOwn) {
      this.#isAsking = false;
      this.#hasJoined = true;
      this.#own?.close();
      this.#own = undefined;
    }
    /** @type {Entry[] | undefined} */
    const ahead = place && this.#history.after(place);
    if (place && !ahead) this.#history.push({ id: place.id, nth: place.nth });
    this.#ahead = (ahead ?? []).filter(({ data }) => data !== undefined);
    if (!opened) this.#interrupt();
    else if (this.readyState !== OPEN) this.#change(opened);
    this.#take(missed, reconnectionTime, isOwn);
  }

  /**
   * The holder does not have what this source wants: it is asked of the server.
   * @param {Entry | undefined} last where the holder is
   */
  #catchUp(last) {
    this.#isAsking = false;
    if (last && this.#history.after(last)) {
      this.#join([last]); // it is behind itself
    } else if (!this.#own) {
      this.#own = viaOwn({
        ready: () => this.#own?.post(['join', this.#history.entries, this.#request]),
        receive: (message) => this.#receive(message, true),
        lost() {},
        failed() {},
      });
    }
  }

  /** @param {boolean} isOwn */
  #out(isOwn) {
    if (isOwn) this.#own?.renew();
    else this.#renew();
  }

  /**
   * @param {(Entry | Change)[]} entries
   * @param {number} reconnectionTime
   * @param {boolean} isOwn
   */
  async #take(entries, reconnectionTime, isOwn) {
    this.reconnectionTime = reconnectionTime;
    const way = isOwn ? this.#own : this.#way;
    for (const entry of entries) {
      this.#taken += weigh(/** @type {any} */ (entry));
      if ('change' in entry) this.#change(entry);
      else this.#takeEvent(entry);
      if (way !== (isOwn ? this.#own : this.#way)) return; // by what a listener has done
    }
    for (const { hold } of this.hooks) if (hold) await hold(); // a loop has not come so far
    if (!way || way !== (isOwn ? this.#own : this.#way)) return;
    if (this.#taken - this.#acknowledged > LIMIT / 8) {
      this.#acknowledged = this.#taken;
      way.post(['taken', this.#taken]);
    }
    // Only a place: a holder to which nothing has come yet is not to begin there, and tell the others what was before.
    const { last } = this.#history;
    if (isOwn && last && !this.#isAsking) this.#join([{ id: last.id, nth: last.nth }]);
  }

  /** @param {Entry} entry */
  #takeEvent(entry) {
    const { id, nth, type = '', data, origin = '' } = entry;
    if (data === undefined) {
      if (this.#ahead.length === 0) this.#history.push(entry);
      return;
    }
    const known = this.#ahead.shift();
    if (known?.id === id && known.nth === nth && known.type === type && known.data === data) return;
    this.#ahead = [];
    this.#history.push(entry);
    const event = makeMessageEvent(type, data, origin, id);
    this.#fire(event);
    for (const { dispatched } of this.hooks) dispatched?.(event);
  }

  /** @param {Change} change */
  #change({ change, state, details }) {
    this.readyState = state;
    if (change === 'open') {
      this.#fire(new EventSourceOpenEvent({ ...details, headers: new Headers(details.headers) }));
      return;
    }
    const event = new EventSourceErrorEvent('error', details);
    if (state === CLOSED) {
      this.failure = event;
      this.#end();
    }
    this.#fire(event);
  }

  /** @param {Event} event */
  #fire(event) {
    Target.prototype.dispatchEvent.call(this.source, event);
  }
}
