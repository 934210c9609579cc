// Breaks the core in one place at a time and counts whether the tests notice.
//
//   node test/c/mutants.js          chosen mutants of the connection machine: the model must catch each
//   node test/c/mutants.js FILE...  every mutant that the OPERATORS make of these files: prints the score and what survives
//
// Run by make, which builds what is linked to a mutant: build/mutants/{test,fuzz,model}.o
import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { basename } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

const CC = process.env.CC_CLANG ?? 'clang';
const FLAGS = ['-std=c11', '-w', '-DSSE_BATCH_RECORDS=6'];
const SANITIZE = ['-O1', '-fsanitize=address,undefined', '-fno-sanitize-recover=all'];
const FOLDER = 'build/mutants';
const BOUND = 300_000; // milliseconds until a mutant that hangs counts as caught

/** What, in place of what, stands once in src/connection.c. */
const CHOSEN = [
  ['one retry too many', '>= policy->max_retries', '> policy->max_retries'],
  ['retries are not counted', 'if (connection->retries < UINT16_MAX) ++connection->retries;', ''],
  ['retries overflow', 'if (connection->retries < UINT16_MAX) ++', '++'],
  ['limits the retries unasked', '(policy->flags & SSE_POLICY_LIMIT_RETRIES) != 0 && ', ''],
  ['an event does not give the retries back', 'if (parser->fired) connection->retries = 0;', ''],
  ['a comment gives the retries back', 'if (parser->fired) connection', 'connection'],
  ['a short life gives the retries back', 'uptime >= policy->min_uptime', '1'],
  ['a life of just the time does not count', 'uptime >= policy->min_uptime', 'uptime > policy->min_uptime'],
  ['any life counts unasked', ' || policy->min_uptime == 0', ''],
  ['goes on though it is futile', ' || reason == SSE_REASON_FUTILE', ''],
  ['takes no type unasked', '(policy->flags & SSE_POLICY_NO_TYPE) != 0', '1'],
  ['never waits', 'queue(connection, SSE_ACTION_WAIT);', ''],
  ['retries after a bad status', 'return reason == SSE_REASON_STATUS ||', 'return'],
  ['never lets the caller decide', '(policy->flags & SSE_POLICY_DECIDE) == 0', '1'],
  [
    'an idle time that is over while it waits',
    'if (connection->phase != SSE_PHASE_FETCHING && connection->phase != SSE_PHASE_STREAMING) return;',
    '',
  ],
  ['sends an id that no header can carry', '== SSE_ID_SENDABLE;', '>= SSE_ID_SENDABLE;'],
  ['fetches whatever the scheme', ' || is_fetchable(scheme, length)', ' || 1'],
  ['takes any type', 'status != 200 || !is_stream', 'status != 200'],
  ['takes a response without a stream', 'if (!has_stream)', 'if (0)'],
  ['a new stream goes on with the old one', 'sse_parser_reset(&connection->parser);', ''],
  ['receives while it is not open', 'if (connection->phase != SSE_PHASE_STREAMING) return 0;', ''],
  ['fails before the events were delivered', 'consumed == 0 && parser->too_large', 'parser->too_large'],
  ['ends a body twice', 'if (connection->phase == SSE_PHASE_STREAMING) reestablish', 'reestablish'],
  ['a decision that is not due', 'if (connection->phase != SSE_PHASE_DECIDING) return;', ''],
  ['a late timer', 'if (connection->phase == SSE_PHASE_WAITING) request', 'request'],
  ['resumes what is closed', 'if (connection->phase == SSE_PHASE_PAUSED) request', 'request'],
  ['leaves the timer', 'if (before == SSE_PHASE_WAITING) queue', 'if (0) queue'],
  ['leaves the request', 'if (before == SSE_PHASE_FETCHING || ', 'if ('],
  ['drops all actions but one', '(uint16_t)(pending & (pending - 1))', '0'],
  ['is open while it waits', 'case SSE_PHASE_STREAMING:\n      return SSE_OPEN', 'return SSE_OPEN'],
];

/** Pattern and replacement; every place where one matches is a mutant. */
const OPERATORS = [
  [/ == /g, ' != '],
  [/ != /g, ' == '],
  [/ < /g, ' <= '],
  [/ <= /g, ' < '],
  [/ > /g, ' >= '],
  [/ >= /g, ' > '],
  [/ && /g, ' || '],
  [/ \|\| /g, ' && '],
  [/ \+ /g, ' - '],
  [/ - /g, ' + '],
  [/ (\+|-) 1\b/g, ''],
  [/ [|&+]= /g, ' = '],
  [/\+\+(?=[a-z])/g, '--'],
  [/(?<=\()!(?=[a-z])/g, ''],
  [/(?<=[ (])0(?=[;,) u])/g, '1'],
  [/(?<=[ (])1(?=[;,) u])/g, '0'],
  [/(?<=^ +)(?!return|case|default|const |break)[a-z*+][^{}]*;$/gm, ';'], // a statement
  [/(?<=^ +if \()(?=.*\).*[{;]$)/gm, '1 || '],
  [/(?<=^ +if \()(?=.*\).*[{;]$)/gm, '0 && '],
];

/**
 * Comments are left alone.
 * @param {string} source
 */
function* mutate(source) {
  const code = source.replace(/"(?:\\.|[^"\\])*"|\/\*[^]*?\*\//g, (found) =>
    found[0] === '"' ? found : found.replace(/[^\n]/g, ' '),
  );
  for (const [pattern, replacement] of OPERATORS) {
    for (const { 0: found, index } of code.matchAll(pattern)) {
      const line = source.slice(0, index).split('\n').length;
      const text = source.split('\n')[line - 1].trim();
      if (/^(#|_Static_assert)/.test(text)) continue;
      yield {
        line,
        text,
        found,
        replacement,
        source: source.slice(0, index) + replacement + source.slice(index + found.length),
      };
    }
  }
}

const VECTORS = readdirSync('test/vectors')
  .filter((name) => name.endsWith('.txt'))
  .map((name) => `test/vectors/${name}`);

/** What can notice, the quickest first: what is linked to a mutant, if not the object of that name, and what it is given. */
const TESTS = {
  test: { flags: ['-O0'], given: VECTORS },
  sanitized: { object: 'test', flags: SANITIZE, given: VECTORS },
  fuzz: {
    flags: [...SANITIZE, '-fsanitize=fuzzer'],
    given: ['-runs=0', `-artifact_prefix=${FOLDER}/`, 'test/c/corpus'],
  },
  model: { flags: ['-O2'], given: [] },
};

/**
 * Compiles the core with one of its files in another's place, and runs a test.
 * @returns {Promise<'caught' | 'survives' | 'does not compile'>}
 */
async function judge(folder, file, source, name) {
  const { flags, given, object = name } = TESTS[name];
  cpSync('src', folder, { recursive: true });
  writeFileSync(`${folder}/${basename(file)}`, source);
  const core = [`${folder}/parser.c`, `${folder}/connection.c`];
  try {
    await run(CC, [...FLAGS, ...flags, `-I${folder}`, ...core, `${FOLDER}/${object}.o`, '-o', `${folder}/${name}`]);
  } catch {
    return 'does not compile';
  }
  try {
    await run(`${folder}/${name}`, given, { timeout: BOUND });
    return 'survives';
  } catch {
    return 'caught';
  }
}

/** Calls `work` with each item and a folder of its own, as many at a time as there are processors. */
async function forEach(items, work) {
  const rest = [...items];
  const worker = async (_, n) => {
    const folder = `${FOLDER}/${n}`;
    mkdirSync(folder, { recursive: true });
    for (let item = rest.shift(); item !== undefined; item = rest.shift()) await work(item, folder);
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
}

/** With nothing broken the tests must pass: else they catch anything. */
async function checkWithout(file, names) {
  const source = readFileSync(file, 'utf8');
  await forEach(names, async (name, folder) => {
    const verdict = await judge(folder, file, source, name);
    if (verdict !== 'survives') throw new Error(`${file} as it is: ${verdict} in ${name}.`);
  });
}

async function checkModel() {
  const file = 'src/connection.c';
  const source = readFileSync(file, 'utf8');
  let caught = 0;
  await checkWithout(file, ['model']);
  await forEach(CHOSEN, async ([what, found, replacement], folder) => {
    const parts = source.split(found);
    const verdict = parts.length === 2 ? await judge(folder, file, parts.join(replacement), 'model') : 'is not there';
    if (verdict === 'caught') caught++;
    else console.log(`FAILED: the mutant '${what}' ${verdict}`);
  });
  console.log(`C: ${caught} passed, ${CHOSEN.length - caught} failed`);
  process.exitCode = Number(caught < CHOSEN.length);
}

async function score(file) {
  const catches = { test: 0, sanitized: 0, fuzz: 0, model: 0 };
  let survivors = 0;
  await checkWithout(file, Object.keys(TESTS));
  await forEach(mutate(readFileSync(file, 'utf8')), async (mutant, folder) => {
    for (const name of Object.keys(TESTS)) {
      const verdict = await judge(folder, file, mutant.source, name);
      if (verdict === 'does not compile') return;
      if (verdict === 'caught') {
        catches[name]++;
        return;
      }
    }
    survivors++;
    const { line, text, found, replacement } = mutant;
    console.log(`${file}:${line}: '${found}' -> '${replacement}' survives in: ${text}`);
  });
  const caught = catches.test + catches.sanitized + catches.fuzz + catches.model;
  const all = caught + survivors;
  console.log(`${file}: ${caught} of ${all} mutants caught (${((100 * caught) / all).toFixed(1)} %),`);
  console.log(
    `  ${catches.test} by the vectors and tests, ${catches.sanitized} more under sanitizers, ${catches.fuzz} by the corpus, ${catches.model} by the model`,
  );
}

const files = process.argv.slice(2);
if (files.length === 0) await checkModel();
for (const file of files) await score(file);
