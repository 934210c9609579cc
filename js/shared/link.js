// The link of a source to the holder: the first way that there is, and a pulse that notices a holder that says nothing.
// @ts-check
import { viaOwn, viaTab, viaWorker } from './ways.js';

/** @typedef {import('./messages.d.ts').Way} Way */

/** Milliseconds between two signs of life. */
const PULSE = 5000;
/** So many pulses without an answer, and the holder is given up; or, if it has never answered, the way to it. */
const PATIENCE = 2;
const FIRST_PATIENCE = 6;

export class Link {
  /** The one that is taken. @type {Way | undefined} */
  way;
  #key;
  #worker;
  #listener;
  #ways = [viaWorker, viaTab, viaOwn];
  #hasJoined = false;
  #isHeard = false;
  #silentPulses = 0;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #pulse;

  /**
   * @param {string} key
   * @param {(() => SharedWorker) | false | undefined} worker
   * @param {Pick<import('./messages.d.ts').Listener, 'ready' | 'receive' | 'lost'>} listener
   */
  constructor(key, worker, listener) {
    this.#key = key;
    this.#worker = worker || undefined;
    this.#listener = listener;
    if (worker === false) this.#ways.shift();
  }

  get isStarted() {
    return this.way !== undefined;
  }

  get name() {
    return this.way?.name ?? 'own';
  }

  /** @param {import('./messages.d.ts').ToHolder} message */
  post(message) {
    this.way?.post(message);
  }

  start() {
    this.#pulse = setInterval(() => this.#tick(), PULSE);
    this.#takeWay();
  }

  stop() {
    clearInterval(this.#pulse);
    this.way?.close();
    this.way = undefined;
  }

  /** Takes the first way that there is. */
  #takeWay() {
    this.#hasJoined = this.#isHeard = false;
    this.#silentPulses = 0;
    const listener = {
      ready: () => this.#listener.ready(),
      receive: (/** @type {any[]} */ message) => this.#receive(message),
      lost: () => this.renew(),
      failed: () => this.#takeNextWay(),
    };
    while (!this.way) {
      try {
        this.way = this.#ways[0](listener, this.#key, this.#worker);
      } catch {
        this.#ways.shift(); // it is not to be had here
      }
    }
  }

  #takeNextWay() {
    if (!this.way || this.#hasJoined) return;
    this.way.close();
    this.way = undefined;
    this.#ways.shift();
    this.#takeWay();
  }

  /** @param {any[]} message */
  #receive(message) {
    this.#isHeard = true;
    if (message[0] === 'joined') this.#hasJoined = true;
    this.#listener.receive(message);
  }

  #tick() {
    if (this.#isHeard) this.#silentPulses = 0;
    else if (++this.#silentPulses >= (this.#hasJoined ? PATIENCE : FIRST_PATIENCE)) this.#giveUp();
    this.#isHeard = false;
    this.post(['ping']);
  }

  /** The holder says nothing. */
  #giveUp() {
    this.#silentPulses = 0;
    if (this.#hasJoined || this.name !== 'worker') this.renew(true);
    else this.#takeNextWay();
  }

  /** Looks for the holder again; `isSilent`: there is one, but it says nothing. */
  renew(isSilent = false) {
    this.#listener.lost();
    this.way?.renew(isSilent);
  }
}
