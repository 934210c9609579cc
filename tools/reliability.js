// Runs what docs/reliability.md tells of, and writes its table from what the commands printed: reliability.js [PART...],
// without parts all but the long ones. The figures of a part are kept in build/reliability/ until it is run again; the
// page is written once every part has some.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import process from 'node:process';
import { format, resolveConfig } from 'prettier';

const DOCUMENT = 'docs/reliability.md';
const MARKED = /(<!-- made by make reliability -->\n).*(<!-- end -->)/s;
const FOLDER = 'build/reliability';

/** @typedef {(pattern: RegExp) => string[][]} Find all groups that a pattern finds in the output; one match at least */

const number = (/** @type {string | number} */ figure) => Number(figure).toLocaleString('en');
const total = (/** @type {string[][]} */ found) => number(found.reduce((sum, [figure]) => sum + Number(figure), 0));

/** Lines "name: figure". */
const lines = (/** @type {Find} */ find) =>
  find(/^(?!make)([^:\n]+): (.+)$/gm).map(([name, figure]) => [name, /^\d+$/.test(figure) ? number(figure) : figure]);

/**
 * By name: the command, and what the page takes from its output.
 * @type {Record<string, { command: string, isLong?: boolean, read: (find: Find) => string[][] }>}
 */
const PARTS = {
  c: {
    command: 'make test-c',
    read(find) {
      const [[states, transitions]] = find(/^(\d+) states, (\d+) transitions$/gm);
      const counts = find(/^C: (\d+) passed, 0 failed$/gm);
      return [
        ['states of the connection machine, all there are, in each of which its invariants hold', number(states)],
        ['transitions between them', number(transitions)],
        ['broken copies of the machine that this check notices, of all that are tried', number(counts.at(-1)[0])],
        ['checks of the core in C, under AddressSanitizer and UndefinedBehaviorSanitizer', number(counts[0][0])],
      ];
    },
  },
  mutants: {
    command: 'make mutants',
    isLong: true,
    read: (find) =>
      find(/^(\S+): (\d+ of \d+ mutants caught \(.* %\)),$/gm).map(([file, score]) => [
        `mutation score of ${file}`,
        score,
      ]),
  },
  fuzz: {
    command: 'make fuzz SECONDS=60',
    read(find) {
      find(/^C: 1 passed, 0 failed$/gm);
      return [
        [
          'inputs to the core by libFuzzer, each at many splits, against a plain reading of the standard',
          total(find(/^core: runs (\d+)$/gm)),
        ],
        ['random streams, chunkings and listeners at the boundary, in Node', total(find(/^ *(\d+) runs, FUZZ_SEED/gm))],
      ];
    },
  },
  coverage: {
    command: 'make coverage',
    read(find) {
      const [[, lines, branches]] = find(/^TOTAL(?: +\S+){5} +(\S+)(?: +\S+){2} +(\S+)(?: +\S+){2} +(\S+)$/gm);
      return [
        ['lines of the core that tests, model and corpus reach', lines],
        ['branches', branches],
      ];
    },
  },
  faults: {
    command: 'npx mocha --no-config --timeout 10000 test/faults/*.test.js',
    read: (find) => [
      ['tests of faults, hostile servers and hostile callers, on real sockets', total(find(/^ *(\d+) passing/gm))],
    ],
  },
  chaos: { command: 'make chaos', read: lines },
  soak: { command: 'make soak', read: lines },
  shared: { command: 'make shared', read: lines },
  reproducible: {
    command: 'make reproducible',
    read: (find) => [['SHA-256 of `core.wasm`, built in three folders', `\`${find(/^(\w{64}) /gm)[0][0]}\``]],
  },
  audit: {
    command: 'npm audit --omit=dev',
    read: (find) => [
      ['known vulnerabilities of what ships, which has no dependencies', find(/^found (\d+) vulnerabilities/gm)[0][0]],
    ],
  },
};

/**
 * Runs a command, shows what it prints, and returns that.
 * @param {string} command
 * @returns {Promise<string>}
 */
function run(command) {
  const child = spawn('sh', ['-c', command], { stdio: ['ignore', 'pipe', 'inherit'] });
  let out = '';
  child.stdout.setEncoding('utf8').on('data', (text) => {
    out += text;
    process.stdout.write(text);
  });
  return new Promise((resolve, reject) => {
    child.once('close', (status) => (status === 0 ? resolve(out) : reject(new Error(`${command}: status ${status}`))));
  });
}

const fileOf = (/** @type {string} */ name) => `${FOLDER}/${name}.json`;

/** @param {string} name */
async function measure(name) {
  const { command, read } = PARTS[name];
  console.log(`== ${command}`);
  const out = await run(command);
  const figures = read((pattern) => {
    const found = [...out.matchAll(pattern)].map((match) => match.slice(1));
    if (found.length === 0) throw new Error(`${command} printed nothing like ${pattern}.`);
    return found;
  });
  const machine = `Node ${process.versions.node}, ${cpus().length} × ${cpus()[0].model}`;
  writeFileSync(fileOf(name), JSON.stringify({ figures, machine }));
}

const row = (/** @type {string[]} */ cells) => `| ${cells.join(' | ')} |\n`;

/** @param {string[]} names */
function describe(names) {
  const parts = names.map((name) => ({ ...PARTS[name], ...JSON.parse(readFileSync(fileOf(name), 'utf8')) }));
  const rows = parts.flatMap(({ command, figures }) =>
    figures.map(([what, figure], n) => [n === 0 ? `\`${command}\`` : '', what, figure]),
  );
  const machines = [...new Set(parts.map(({ machine }) => machine))].join('; ');
  return `\n${[['Command', '', 'Figure'], ['-', '-', '-:'], ...rows].map(row).join('')}\nMeasured with ${machines}.\n\n`;
}

const known = Object.keys(PARTS);
const chosen = process.argv.slice(2);
const strange = chosen.filter((name) => !known.includes(name));
if (strange.length > 0) throw new Error(`There is no part ${strange}, only ${known}.`);
mkdirSync(FOLDER, { recursive: true });
for (const name of chosen.length > 0 ? chosen : known.filter((name) => !PARTS[name].isLong)) {
  rmSync(fileOf(name), { force: true });
  try {
    await measure(name);
  } catch (error) {
    console.error(`FAILED: ${error.message}`);
    process.exitCode = 1;
  }
}

const missing = known.filter((name) => !PARTS[name].isLong && !existsSync(fileOf(name)));
if (missing.length > 0) {
  console.log(`${DOCUMENT} stays as it is: there are no figures yet of ${missing.join(', ')}.`);
} else {
  const text = readFileSync(DOCUMENT, 'utf8');
  if (!MARKED.test(text)) throw new Error(`${DOCUMENT} has no place for the figures.`);
  const made = describe(known.filter((name) => existsSync(fileOf(name))));
  const written = text.replace(MARKED, (_, begin, end) => `${begin}${made}${end}`);
  writeFileSync(DOCUMENT, await format(written, { ...(await resolveConfig(DOCUMENT)), filepath: DOCUMENT }));
}
