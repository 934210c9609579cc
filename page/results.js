// Runs the cases on the engines and counts; knows nothing of the document.
// @ts-check
import { cuts } from './package/test/support/run-core.js';
import { parseVectors } from './package/test/support/vectors.js';

/** @typedef {import('./engines.js').Engine} Engine */
/** @typedef {import('./package/test/support/vectors.js').Vector} Vector */
/** @typedef {{ cut: string, chunks: Uint8Array[] }} Delivery */

/** Milliseconds that a run may keep the page busy at a stretch. */
const STRETCH = 12;

/** What one engine made of one case. */
export class Result {
  /** Deliveries that were tried, by the name of their cut; what was seen of those that are wrong. */
  done = new Set();
  /** @type {{ delivery: Delivery, actual: unknown }[]} */
  failures = [];

  get state() {
    if (this.failures.length > 0) return 'fail';
    return this.done.size > 0 ? 'pass' : 'open';
  }
}

/** A vector, the ways to deliver it, and the result of each engine. */
export class Case {
  /**
   * @param {string} file
   * @param {Vector} vector
   * @param {Engine[]} engines
   */
  constructor(file, vector, engines) {
    this.theme = file.replace('.txt', '');
    this.vector = vector;
    this.slug = vector.name
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-|-$/g, '');
    /** @type {Delivery[]} */
    this.deliveries = [...cuts(vector.bytes)];
    this.results = new Map(engines.map(({ id }) => [id, new Result()]));
  }

  /** @param {Engine} engine */
  result({ id }) {
    return /** @type {Result} */ (this.results.get(id));
  }
}

/** The vectors by file, and the version of the package they came with. */
export async function loadVectors() {
  const response = await fetch('package/vectors.json');
  /** @type {{ version: string, files: { file: string, text: string }[] }} */
  const { version, files } = await response.json();
  return { version, files: files.map(({ file, text }) => ({ file, vectors: parseVectors(file, text) })) };
}

/**
 * @param {Engine} engine
 * @param {Case} tested
 * @param {Delivery} delivery
 */
async function runOne(engine, tested, delivery) {
  const result = tested.result(engine);
  if (result.done.has(delivery.cut)) return;
  /** @type {unknown} */
  let actual;
  try {
    actual = await engine.run(delivery.chunks);
  } catch (error) {
    actual = { error: String(error) };
  }
  result.done.add(delivery.cut);
  if (JSON.stringify(actual) !== JSON.stringify(engine.expect(tested.vector)))
    result.failures.push({ delivery, actual });
}

/**
 * What has been run already is not run again.
 * @param {Engine} engine
 * @param {{ tested: Case, delivery: Delivery }[]} jobs
 * @param {AbortSignal} signal
 * @param {(tested: Case, done: number) => void} progress
 */
export async function run(engine, jobs, signal, progress) {
  let next = 0;
  let done = 0;
  let breath = performance.now() + STRETCH;
  const lane = async () => {
    while (next < jobs.length && !signal.aborted) {
      const { tested, delivery } = jobs[next++];
      await runOne(engine, tested, delivery);
      progress(tested, ++done);
      if (performance.now() > breath) {
        await new Promise((resolve) => setTimeout(resolve));
        breath = performance.now() + STRETCH;
      }
    }
  };
  await Promise.all(Array.from({ length: engine.lanes }, lane));
}

/**
 * @param {Case[]} cases
 * @param {Engine} engine
 */
export function count(cases, engine) {
  const totals = { pass: 0, fail: 0, open: 0, deliveries: 0, failures: 0 };
  for (const tested of cases) {
    const result = tested.result(engine);
    totals[result.state]++;
    totals.deliveries += result.done.size;
    totals.failures += result.failures.length;
  }
  return totals;
}

/**
 * For the download.
 * @param {Case[]} cases
 * @param {Engine[]} engines
 */
export function makeReport(cases, engines) {
  return engines.map((engine) => {
    const { pass, fail, open, deliveries, failures } = count(cases, engine);
    return {
      engine: engine.id,
      cases: { passed: pass, failed: fail, notRun: open },
      deliveries: { run: deliveries, failed: failures },
      failures: cases
        .filter((tested) => tested.result(engine).state === 'fail')
        .map((tested) => {
          const { failures } = tested.result(engine);
          return {
            file: `${tested.theme}.txt`,
            point: tested.vector.point,
            name: tested.vector.name,
            expected: engine.expect(tested.vector),
            actual: failures[0].actual,
            cuts: failures.map(({ delivery }) => delivery.cut),
          };
        }),
    };
  });
}
