// What a process holds. It has to run with --expose-gc.
import process from 'node:process';
import { setTimeout } from 'node:timers/promises';

/** Bytes, after garbage collection: of V8's heap and what it keeps elsewhere, and of the process. */
export async function measureMemory() {
  for (let i = 0; i < 4; i++) {
    globalThis.gc();
    await setTimeout(20); // for what is freed in tasks
  }
  const { heapUsed, external, rss } = process.memoryUsage();
  return { heap: heapUsed + external, resident: rss };
}
