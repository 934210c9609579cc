// The three ways from a source to the holder of its connection.
// @ts-check
import { Holder } from './holder.js';
import { serve } from './serve.js';

/** @typedef {import('./messages.d.ts').Port} Port */
/** @typedef {import('./messages.d.ts').Listener} Listener */
/** @typedef {import('./messages.d.ts').Way} Way */

/** Of workers, channels and locks. The number changes with the messages, so that versions that differ in them keep apart. */
const NAME = 'eventsource-wasm/shared/1';

/** A line to the holder, which can be replaced by a new one. */
class Line {
  /** @type {Port | undefined} */
  #port;

  /**
   * @param {Port} port
   * @param {(message: any[]) => void} receive
   */
  use(port, receive) {
    this.close();
    this.#port = port;
    port.onmessage = ({ data }) => {
      if (Array.isArray(data)) receive(data);
    };
  }

  /** @param {import('./messages.d.ts').ToHolder} message */
  post(message) {
    this.#port?.postMessage(message);
  }

  close() {
    const port = this.#port;
    if (!port) return;
    port.onmessage = null;
    port.postMessage(['leave']);
    port.close();
    this.#port = undefined;
  }
}

/**
 * A SharedWorker holds the connection.
 * @param {Listener} listener
 * @param {string} _key
 * @param {(() => SharedWorker) | undefined} make
 * @returns {Way}
 */
export function viaWorker({ ready, receive, lost, failed }, _key, make) {
  const line = new Line();
  let watch = new AbortController();
  const close = () => {
    watch.abort();
    line.close();
  };
  const renew = () => {
    close();
    watch = new AbortController();
    const { signal } = watch;
    const worker =
      make?.() ?? new SharedWorker(new URL('./worker.js', import.meta.url), { type: 'module', name: NAME });
    worker.onerror = failed;
    line.use(worker.port, (message) => {
      if (message[0] !== 'welcome') return receive(message);
      // The worker has a lock of that name, which is free when the worker has ended.
      navigator.locks.request(message[1], { signal }, lost).catch(() => {});
    });
    queueMicrotask(ready);
  };
  renew();
  return { name: 'worker', post: (message) => line.post(message), renew, close };
}

/**
 * The tab itself holds the connection, for this source alone.
 * @param {Listener} listener
 * @returns {Way}
 */
export function viaOwn({ ready, receive }) {
  const line = new Line();
  const renew = () => {
    const { port1, port2 } = new MessageChannel();
    serve(port2, (request) => new Holder(request, () => {}));
    line.use(port1, receive);
    queueMicrotask(ready);
  };
  renew();
  return { name: 'own', post: (message) => line.post(message), renew, close: () => line.close() };
}

/** One of the tabs holds the connection: the one that has a lock, for which all of them stand in line. */
class TabWay {
  /** @type {'tab'} */
  name = 'tab';
  #name;
  #listener;
  #line = new Line();
  /** Where sources look for the holder. */
  #common;
  /** Which desk let it in. */
  #deskId = '';
  #isClosed = false;
  /** Takes this tab out of the line. @type {(isSilent?: boolean) => void} */
  #giveUp = () => {};
  /** Ends its holding, while it holds. @type {(() => void) | undefined} */
  #release;
  /** @type {Holder | undefined} */
  #holder;

  /**
   * @param {Listener} listener
   * @param {string} key
   */
  constructor(listener, key) {
    this.#listener = listener;
    this.#name = `${NAME} ${key}`;
    this.#common = new BroadcastChannel(this.#name);
    this.#common.onmessage = ({ data }) => {
      if (data?.[0] === 'hello' && data[1] !== this.#deskId) listener.lost();
    };
    this.#stand();
    this.renew();
  }

  /** @param {import('./messages.d.ts').ToHolder} message */
  post(message) {
    this.#line.post(message);
  }

  /** Knocks at the desk, with a new channel for the two: the last one may be in the hands of a holder that was. */
  renew(isSilent = false) {
    const id = crypto.randomUUID();
    this.#line.use(new BroadcastChannel(`${this.#name} ${id}`), (message) => {
      if (message[0] !== 'welcome') return this.#listener.receive(message);
      this.#deskId = message[1];
      this.#listener.ready();
    });
    this.#common.postMessage(['knock', id]);
    if (isSilent && !this.#release) this.#giveUp(true);
  }

  close() {
    this.#isClosed = true;
    this.#line.close();
    this.#common.close();
    this.#giveUp();
    if (!this.#holder) this.#release?.();
  }

  /** Stands in line for the lock for as long as the source wants to be connected. */
  async #stand() {
    let steal = false;
    while (!this.#isClosed) {
      const controller = new AbortController();
      const { signal } = controller;
      const options = steal ? { steal } : { signal };
      this.#giveUp = (isSilent = false) => {
        steal = isSilent;
        controller.abort();
      };
      steal = false;
      try {
        await navigator.locks.request(this.#name, options, () => this.#hold());
      } catch (/** @type {any} */ { name }) {
        this.#release?.(); // another tab has stolen the lock
        if (name !== 'AbortError') return this.#listener.failed();
      }
    }
  }

  /** @returns {Promise<void>} until it holds no more */
  #hold() {
    return new Promise((resolve) => {
      if (this.#isClosed) return resolve();
      const id = crypto.randomUUID();
      const desk = new BroadcastChannel(this.#name);
      const release = () => {
        const holder = this.#holder;
        this.#holder = this.#release = undefined;
        desk.close();
        holder?.close();
        removeEventListener('pagehide', release);
        globalThis.document?.removeEventListener('freeze', release);
        resolve();
      };
      this.#release = release;
      // A page that is put away must not keep what others wait for.
      addEventListener('pagehide', release);
      globalThis.document?.addEventListener('freeze', release);
      /** @param {import('./messages.d.ts').SharedRequest} request */
      const find = (request) => {
        if (this.#release === release) return (this.#holder ??= new Holder(request, release));
      };
      desk.onmessage = ({ data }) => {
        if (data?.[0] !== 'knock') return;
        const port = new BroadcastChannel(`${this.#name} ${data[1]}`);
        serve(port, find);
        port.postMessage(['welcome', id]);
      };
      desk.postMessage(['hello', id]);
    });
  }
}

/**
 * @param {Listener} listener
 * @param {string} key
 * @returns {Way}
 */
export function viaTab(listener, key) {
  if (!globalThis.navigator?.locks) throw new Error('no locks');
  return new TabWay(listener, key);
}
