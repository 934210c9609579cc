// What a source knows of the connection that it shares: its own place in the stream, and the way to the holder.
// @ts-check
import { EventSourceErrorEvent, EventSourceOpenEvent, makeMessageEvent } from '../source/events.js';
import { Target } from '../source/handlers.js';
import { History, LIMIT, weigh } from './history.js';
import { listenToPage } from './page.js';
import { Link } from './link.js';
import { viaOwn } from './ways.js';
import { CLOSED, CONNECTING, DEFAULT_RECONNECTION_TIME, OPEN } from '../../dist/layout.js';

/** @typedef {import('./history.js').Entry} Entry */
/** @typedef {import('./messages.d.ts').Change} Change */
/** @typedef {import('./messages.d.ts').Way} Way */

export class Client {
  readyState = CONNECTING;
  reconnectionTime = DEFAULT_RECONNECTION_TIME;
  /** For handlers.js. @type {import('../source/handlers.js').Handlers | null} */
  handlers = null;
  /** For iterate.js. @type {readonly import('../source/hooks.d.ts').Hooks[]} */
  joined = [];
  /** The event that said that the connection failed. @type {Event | null} */
  failure = null;

  #request;
  /** Ends what it listens to. */
  #ended = new AbortController();
  #history = new History();
  /** Events that it has had, and that the holder is still to send. @type {Entry[]} */
  #ahead = [];
  /** To the holder. */
  #link;
  /** A connection of its own, until it has caught up. @type {Way | undefined} */
  #own;
  #isAsking = false;
  /** Where it was when it last asked. @type {Entry | undefined} */
  #asked;
  #taken = 0;
  #acknowledged = 0;

  /**
   * @param {EventTarget} source
   * @param {ReturnType<typeof import('./request.js').readRequest>} options
   */
  constructor(source, { request, lastEventId, signal, worker }) {
    this.source = source;
    this.#request = request;
    if (lastEventId !== '') this.#history.push({ id: lastEventId, nth: 1 });
    this.#link = new Link(request.key, worker, {
      ready: () => this.#join(),
      receive: (message) => this.#receive(message, false),
      lost: () => this.#lost(),
    });
    signal?.addEventListener('abort', this.close, { signal: this.#ended.signal });
    // A page that is put away leaves, and comes back when it is shown again.
    listenToPage(['pagehide', 'freeze'], this.#stop, this.#ended.signal);
    listenToPage(['pageshow', 'resume'], this.#resume, this.#ended.signal);
    if (signal?.aborted) this.close();
    else this.#link.start();
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
    return this.#own ? 'own' : this.#link.name;
  }

  close = () => {
    if (this.readyState === CLOSED) return;
    this.readyState = CLOSED;
    this.#end();
  };

  #end() {
    this.#ended.abort();
    this.#stop();
    for (const { closed } of this.joined) closed?.(/** @type {any} */ (this));
  }

  #stop = () => {
    this.#link.stop();
    this.#own?.close();
    this.#own = undefined;
  };

  #resume = () => {
    if (this.#link.isStarted) return;
    this.#lost();
    if (this.readyState !== CLOSED) this.#link.start();
  };

  #lost() {
    this.#isAsking = false;
    if (!this.#own) this.#interrupt();
  }

  /** What all sources that share the connection are told when it is lost with its holder. */
  #interrupt() {
    if (this.readyState !== OPEN) return;
    this.readyState = CONNECTING;
    const message = 'The shared connection was lost to this tab, which joins it again.';
    this.#fire(new EventSourceErrorEvent('error', { message, retryIn: 0 }));
  }

  // ---- Messages ----

  /** @param {Entry[]} [entries] */
  #join(entries = this.#history.entries) {
    this.#isAsking = true;
    this.#link.post(['join', entries, this.#request]);
  }

  /**
   * @param {any[]} message
   * @param {boolean} isOwn
   */
  #receive([type, ...values], isOwn) {
    if (type === 'joined') this.#joined(isOwn, values);
    else if (type === 'events') this.#take(values[0], values[1], isOwn);
    else if (type === 'behind') this.#catchUp(values[0]);
    else if (type === 'out') (isOwn ? this.#own : this.#link)?.renew();
  }

  /**
   * @param {boolean} isOwn
   * @param {any[]} values
   */
  #joined(isOwn, [place, missed, opened, reconnectionTime]) {
    this.#taken = this.#acknowledged = 0;
    if (!isOwn) {
      this.#isAsking = false;
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

  /** Whether the holder knows the place that the connection of its own has come to. */
  #askToShare() {
    const { last } = this.#history;
    if (!last || last === this.#asked) return;
    this.#asked = last;
    // Only a place: a holder to which nothing has come yet is not to begin there, and tell the others what was before.
    this.#join([{ id: last.id, nth: last.nth }]);
  }

  /**
   * The holder does not have what this source wants: it is asked of the server.
   * @param {Entry | undefined} last where the holder is
   */
  #catchUp(last) {
    this.#isAsking = false;
    if (last && this.#history.after(last)) {
      this.#join([last]); // it is behind itself
    } else if (this.#own) {
      this.#askToShare();
    } else {
      this.#own = viaOwn({
        ready: () => this.#own?.post(['join', this.#history.entries, this.#request]),
        receive: (message) => this.#receive(message, true),
        lost() {},
        failed() {},
      });
    }
  }

  /**
   * @param {(Entry | Change)[]} entries
   * @param {number} reconnectionTime
   * @param {boolean} isOwn
   */
  async #take(entries, reconnectionTime, isOwn) {
    this.reconnectionTime = reconnectionTime;
    const from = this.#lineOf(isOwn);
    for (const entry of entries) {
      this.#taken += weigh(/** @type {any} */ (entry));
      if ('change' in entry) this.#change(entry);
      else this.#takeEvent(entry);
      if (from !== this.#lineOf(isOwn)) return; // by what a listener has done
    }
    for (const { hold } of this.joined) if (hold) await hold(); // a loop has not come so far
    if (!from || from !== this.#lineOf(isOwn)) return;
    if (this.#taken - this.#acknowledged > LIMIT / 8) {
      this.#acknowledged = this.#taken;
      from.post(['taken', this.#taken]);
    }
    if (isOwn && !this.#isAsking) this.#askToShare();
  }

  /**
   * Where events come from now: another one after each interruption.
   * @param {boolean} isOwn
   */
  #lineOf(isOwn) {
    return isOwn ? this.#own : this.#link.way;
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
    for (const { dispatched } of this.joined) dispatched?.(event);
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
