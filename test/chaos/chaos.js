// Many sources read a stream of nchan, a server that nobody here wrote, through a proxy that cuts their connections all
// the time; nginx is stopped and started again meanwhile, with the messages in Redis. Each source must end with every
// message, once, in order, to the letter.
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { setImmediate as turn } from 'node:timers/promises';
import { randomFrom } from '../../bench/workloads.js';
import { findPort, isInstalled, startNginx, startRedis } from '../docs/tools.js';
import { atTearDown, open } from '../support/scene.js';
import { within } from '../support/wait.js';
import { CuttingProxy } from './proxy.js';

/** What an event weighs on the wire beside its message: "id: 1234567890:1234\ndata: \n\n". */
const BYTES_AROUND = 30;

/** Connections to publish by: the order is that in which nchan took the messages. */
const PUBLISHERS = 16;

/** Who falls behind reads from Redis, message by message: so no one falls behind by more than about this many. */
const BATCH = 1000;

/** Cuts to aim at for each that is wanted. */
const MARGIN = 1.5;

/** Milliseconds without any delivery after which what is missing is lost. */
const STALL = 30_000;

const WORDS = ['grüße', '日本語', '😀', 'plain', '', '1', 'data:', 'id: 7'];

/** The nth message: its number, and text that can be cut within characters. */
function makeMessages(count, random) {
  return Array.from({ length: count }, (_, n) => {
    const words = Array.from({ length: random(6) }, () => WORDS[random(WORDS.length)]);
    return [n, ...words].join(random(8) === 0 ? '\n' : ' ');
  });
}

/** What one subscriber received, held against what was published. */
class Ledger {
  #messages;
  #seen;
  /** nchan's id of the last message: a second, and a count within it. */
  lastId = '';
  #second = 0;
  #place = 0;
  received = 0;
  distinct = 0;
  doubled = 0;
  disordered = 0;
  garbled = 0;

  /** @param {string[]} messages */
  constructor(messages) {
    this.#messages = messages;
    this.#seen = new Uint8Array(messages.length);
  }

  /**
   * @param {string} data
   * @param {string} id
   * @returns {boolean} whether it is what it should be: another message, and a later one
   */
  enter(data, id) {
    this.received++;
    const [second, place] = id.split(':').map(Number);
    const isLater = second === this.#second ? place > this.#place : second > this.#second;
    if (!isLater) this.disordered++;
    this.lastId = id;
    this.#second = second;
    this.#place = place;

    const n = parseInt(data, 10);
    const isRight = data === this.#messages[n];
    const isNew = isRight && this.#seen[n] === 0;
    if (!isRight) this.garbled++;
    else if (!isNew) this.doubled++;
    else this.distinct++;
    this.#seen[n] = 1;
    return isNew && isLater;
  }
}

/** Tells when every ledger has so many messages. */
class Progress {
  #ledgers;
  #target = 0;
  #missing = 0;
  #resolve = () => {};

  /** @param {Ledger[]} ledgers */
  constructor(ledgers) {
    this.#ledgers = ledgers;
  }

  /** @param {number} target */
  reach(target) {
    this.#target = target;
    this.#missing = this.#ledgers.filter(({ distinct }) => distinct < target).length;
    return this.#missing === 0 ? Promise.resolve() : new Promise((resolve) => (this.#resolve = resolve));
  }

  /** @param {Ledger} ledger that has one more */
  advance({ distinct }) {
    if (distinct === this.#target && --this.#missing === 0) this.#resolve();
  }
}

class Nchan {
  #folder;
  #port;
  #settings;
  restarts = 0;

  static async start(folder) {
    const nchan = new Nchan();
    const redis = await startRedis(folder);
    nchan.#folder = folder;
    nchan.#port = await findPort();
    const channel = `
          nchan_channel_id chaos;
          nchan_redis_pass redis;
          nchan_message_buffer_length 1000000;
          nchan_message_timeout 1h;`;
    nchan.#settings = `
      nchan_shared_memory_size 256M;
      upstream redis {
        nchan_redis_server redis://127.0.0.1:${redis};
      }
      server {
        listen 127.0.0.1:${nchan.#port};
        keepalive_requests 1000000;
        location = /publish {
          nchan_publisher http;
          ${channel}
        }
        location = /stream {
          nchan_subscriber eventsource;
          nchan_subscriber_first_message oldest;
          ${channel}
        }
        location = /status {
          nchan_stub_status;
        }
      }`;
    await nchan.#start();
    return nchan;
  }

  get port() {
    return this.#port;
  }

  async #start() {
    await startNginx(this.#folder, this.#port, this.#settings);
    const isReady = async () => {
      const status = await fetch(`http://127.0.0.1:${this.#port}/status`);
      return (await status.text()).includes('redis connected servers: 1');
    };
    const ready = async () => {
      while (!(await isReady()));
    };
    await within(ready(), 'nchan to reach Redis');
  }

  /** Stops nginx, with all its connections and its memory, and starts it again. */
  async restart() {
    const file = join(this.#folder, 'nginx.pid'); // nginx removes it when it ends
    process.kill(Number(readFileSync(file, 'utf8')));
    const ended = async () => {
      while (existsSync(file)) await turn();
    };
    await within(ended(), 'nginx to end');
    await this.#start();
    this.restarts++;
  }

  /** @param {string[]} messages */
  async publish(messages) {
    const agent = new Agent({ keepAlive: true, maxSockets: PUBLISHERS });
    const post = async (message) => {
      const posted = request(`http://127.0.0.1:${this.#port}/publish`, { method: 'POST', agent }).end(message);
      const [response] = await once(posted, 'response');
      await once(response.resume(), 'end');
      if (response.statusCode >= 300) throw new Error(`Publishing was answered with ${response.statusCode}.`);
    };
    await Promise.all(messages.map(post));
    agent.destroy();
  }
}

/**
 * @param {{ seed: number, messages: number, subscribers: number, cuts: number, restarts: number }} settings cuts: how
 *   many there should be at least
 * @returns {Promise<Record<string, number>>} figures
 */
export async function runChaos({ seed, messages: count, subscribers, cuts, restarts }) {
  const missing = ['nchan', 'redis-server'].filter((tool) => !isInstalled(tool));
  if (missing.length > 0) throw new Error(`Not installed: ${missing}; sh tools/setup-tests.sh does it.`);
  const random = randomFrom(seed);
  const begin = performance.now();
  const folder = mkdtempSync(join(tmpdir(), 'eventsource-wasm-'));
  atTearDown(() => rmSync(folder, { recursive: true }));
  const messages = makeMessages(count, random);
  const bytes = messages.reduce((sum, message) => sum + Buffer.byteLength(message) + BYTES_AROUND, 0);

  const nchan = await Nchan.start(folder);
  const proxy = new CuttingProxy(nchan.port, random, Math.ceil((bytes * subscribers) / (cuts * MARGIN)));
  const origin = await proxy.listen();
  atTearDown(() => proxy.close());

  const ledgers = Array.from({ length: subscribers }, () => new Ledger(messages));
  let lastDelivery = performance.now();
  let onEnd, onFailure;
  /** Early, since something is wrong already. */
  const ended = new Promise((resolve, reject) => {
    onEnd = resolve;
    onFailure = reject;
  });
  const progress = new Progress(ledgers);
  let silences = 0;
  let repeated = 0;
  for (const [n, ledger] of ledgers.entries()) {
    const path = `/stream?${n}`;
    const source = open(origin + path, {
      reconnectionTime: 1 + random(50),
      // After a restart nchan now and then leaves all that wait for the same message without it until they ask again,
      // and then may send it twice.
      idleTimeout: 5000,
      // What nchan says until it has reached Redis.
      retryOn: ({ status }) => (status === 503 ? true : undefined),
    });
    source.onmessage = ({ data, lastEventId }) => {
      if (lastEventId === ledger.lastId && proxy.countLately(path, `id: ${lastEventId}\n`) > 1) {
        repeated++;
        return;
      }
      if (!ledger.enter(data, lastEventId)) onEnd();
      progress.advance(ledger);
      lastDelivery = performance.now();
    };
    source.onerror = ({ message }) => {
      if (message.includes('sent nothing')) silences++;
      if (source.readyState === source.CLOSED) onFailure(new Error(message));
    };
  }
  const watch = setInterval(() => {
    if (performance.now() - lastDelivery > STALL) onEnd();
  }, 1000);

  const publishAll = async () => {
    const restartAt = Array.from({ length: restarts }, (_, n) => Math.ceil((count * (n + 1)) / (restarts + 1)));
    for (let at = 0; at < count; at += BATCH) {
      await nchan.publish(messages.slice(at, at + BATCH));
      if (restartAt[0] < at + BATCH) {
        restartAt.shift();
        await nchan.restart();
      }
      await progress.reach(at);
    }
    await progress.reach(count);
  };
  try {
    await Promise.race([publishAll(), ended]);
  } finally {
    clearInterval(watch);
  }

  const sum = (name) => ledgers.reduce((all, ledger) => all + ledger[name], 0);
  return {
    seed,
    subscribers,
    messages: count,
    deliveries: sum('received'),
    connections: proxy.connections,
    'connections cut': proxy.cuts,
    'restarts of nginx': nchan.restarts,
    'connections on which nginx fell silent': silences,
    'bytes of nginx that had not reached the source then': proxy.withheld,
    'messages that nginx sent twice on a connection': repeated,
    lost: subscribers * count - sum('distinct'),
    doubled: sum('doubled'),
    'out of order': sum('disordered'),
    garbled: sum('garbled'),
    seconds: Math.round((performance.now() - begin) / 1000),
  };
}
