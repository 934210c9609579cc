// A client in a process of its own: client.js SUBJECT.
import process from 'node:process';
import { setTimeout } from 'node:timers/promises';
import { CLIENTS } from './clients.js';
import { measureMemory } from './memory.js';
import { offer } from './processes.js';
import { readStream } from './reader.js';

const open = await CLIENTS[process.argv[2]]();

/** Milliseconds of the machine's clock, which is the same in every process. */
const now = () => Number(process.hrtime.bigint()) / 1e6;

let usage = process.cpuUsage();

/** Seconds of CPU since the last call. */
function takeCpu() {
  const { user, system } = process.cpuUsage(usage);
  usage = process.cpuUsage();
  return (user + system) / 1e6;
}

const decoder = new TextDecoder();

/** Milliseconds from when the server wrote an event, whose data is that time. */
const latencies = [];

const noteLatency = {
  data: (time) => void latencies.push(now() - time),
  chunk(bytes) {
    for (const [, time] of decoder.decode(bytes).matchAll(/data: (.*)/g)) this.data(time);
  },
};

/** Sources that are being opened at a time. */
const AT_ONCE = 100;

const sources = [];

offer({
  /** Reads a stream to its end; tells the seconds of CPU too. */
  async read(url, size) {
    takeCpu();
    const result = await readStream(open, url, size);
    return { ...result, cpu: takeCpu() };
  },

  /** Opens so many sources; gives the seconds that it took. */
  async open(url, wanted) {
    const begin = now();
    await new Promise((resolve) => {
      let asked = 0;
      let opened = 0;
      const use = {
        ...noteLatency,
        open() {
          if (++opened === wanted) resolve();
          else next();
        },
      };
      const next = () => asked++ < wanted && sources.push(open(url, use));
      for (let i = 0; i < AT_ONCE; i++) next();
    });
    return (now() - begin) / 1000;
  },

  close() {
    for (const source of sources.splice(0)) source.close();
  },

  /** Once so many events came: their latencies, and the seconds of CPU since the last call. */
  async takeLatencies(wanted) {
    while (latencies.length < wanted) await setTimeout(1);
    return { latencies: latencies.splice(0), cpu: takeCpu() };
  },

  measureMemory,
});
