// The three ways from a source to the holder of its connection.
// @ts-check
import { listenToPage } from './page.js';

/** @typedef {import('./messages.d.ts').Port} Port */
/** @typedef {import('./messages.d.ts').Listener} Listener */
/** @typedef {import('./messages.d.ts').Way} Way */

/** Of workers, channels and locks. The number changes with the messages, so that versions that differ in them keep apart. */
const NAME = 'eventsource-wasm/shared/1';

/** What holds a connection: loaded where no worker does. */
const loadHolder = () => import('./holder.js');

/** A line to the holder, which can be replaced by a new one. */
function makeLine() {
  /** @type {Port | undefined} */
  let port;
  return {
    /**
     * @param {Port} next
     * @param {(message: any[]) => void} receive
     */
    use(next, receive) {
      port = next;
      port.onmessage = ({ data }) => {
        if (Array.isArray(data)) receive(data);
      };
    },

    /** @param {import('./messages.d.ts').ToHolder} message */
    post(message) {
      port?.postMessage(message);
    },

    close() {
      if (!port) return;
      port.onmessage = null;
      port.postMessage(['leave']);
      port.close();
      port = undefined;
    },
  };
}

/**
 * A SharedWorker holds the connection.
 * @param {Listener} listener
 * @param {string} _key
 * @param {(() => SharedWorker) | undefined} make
 * @returns {Way}
 */
export function viaWorker({ ready, receive, lost, failed }, _key, make) {
  const { use, post, close: leave } = makeLine();
  let watch = new AbortController();
  const close = () => {
    watch.abort();
    leave();
  };
  const renew = () => {
    close();
    const { signal } = (watch = new AbortController());
    const worker =
      make?.() ?? new SharedWorker(new URL('./worker.js', import.meta.url), { type: 'module', name: NAME });
    worker.onerror = failed;
    use(worker.port, (message) => {
      if (message[0] !== 'welcome') return receive(message);
      // The worker has a lock of that name, which is free when the worker has ended.
      navigator.locks.request(message[1], { signal }, lost).catch(() => {});
    });
    queueMicrotask(ready);
  };
  renew();
  return { name: 'worker', post, renew, close };
}

/**
 * The tab itself holds the connection, for this source alone.
 * @param {Listener} listener
 * @returns {Way}
 */
export function viaOwn({ ready, receive }) {
  const { use, post, close } = makeLine();
  const renew = () => {
    close();
    const { port1, port2 } = new MessageChannel();
    use(port1, receive);
    queueMicrotask(ready);
    loadHolder().then(
      ({ Holder, serve }) => serve(port2, (request) => new Holder(request, () => {})),
      () => {}, // silence is noticed
    );
  };
  renew();
  return { name: 'own', post, renew, close };
}

/** One of the tabs holds the connection: the one that has a lock, for which all of them stand in line. */
class TabWay {
  /** @type {'tab'} */
  name = 'tab';
  #name;
  #listener;
  #line = makeLine();
  /** Where sources look for the holder. */
  #common;
  /** Which desk has let it in. */
  #deskId = '';
  #isClosed = false;
  /** Takes this tab out of the line; or, by `steal`, to its head. @type {(steal?: boolean) => void} */
  #giveUp = () => {};
  /** Ends its holding, while it holds. @type {(() => void) | undefined} */
  #release;
  /** @type {import('./holder.js').Holder | undefined} */
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

  /** Knocks, with a new channel for the two: the last one may be in the hands of a holder that was. */
  renew(isSilent = false) {
    const id = crypto.randomUUID();
    this.#line.close();
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

  /** Stands in line for as long as the source wants to be connected. */
  async #stand() {
    let isStealing = false;
    while (!this.#isClosed) {
      const controller = new AbortController();
      const { signal } = controller;
      const options = isStealing ? { steal: true } : { signal };
      isStealing = false;
      this.#giveUp = (steal = false) => {
        isStealing = steal;
        controller.abort();
      };
      try {
        await navigator.locks.request(this.#name, options, () => this.#hold());
      } catch (/** @type {any} */ error) {
        this.#release?.(); // another tab has stolen the lock
        if (error.name !== 'AbortError') return this.#listener.failed();
      }
    }
  }

  /** Holds the connection until nobody needs it, the page is put away, or another tab steals the lock. */
  async #hold() {
    const { Holder, serve } = await loadHolder();
    if (this.#isClosed) return;
    const ended = new AbortController();
    const desk = new BroadcastChannel(this.#name);
    await new Promise((/** @type {(value?: undefined) => void} */ resolve) => {
      this.#release = resolve;
      listenToPage(['pagehide', 'freeze'], resolve, ended.signal);
      /** @param {import('./messages.d.ts').SharedRequest} request */
      const find = (request) => {
        if (!ended.signal.aborted) return (this.#holder ??= new Holder(request, resolve));
      };
      const id = crypto.randomUUID();
      desk.onmessage = ({ data }) => {
        if (data?.[0] !== 'knock') return;
        const port = new BroadcastChannel(`${this.#name} ${data[1]}`);
        serve(port, find);
        port.postMessage(['welcome', id]);
      };
      desk.postMessage(['hello', id]);
    });
    const holder = this.#holder;
    this.#holder = this.#release = undefined;
    ended.abort();
    desk.close();
    holder?.close();
  }
}

/**
 * @param {Listener} listener
 * @param {string} key
 * @returns {Way}
 */
export function viaTab(listener, key) {
  if (!globalThis.navigator?.locks) throw new Error('There are no locks.');
  return new TabWay(listener, key);
}
