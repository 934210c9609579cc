// Every benchmark in every runtime that it concerns, one after another: run.js [--part NAME]... [--runtime NAME]...
// Prints the table of targets; if it was all, writes results/latest.json, the tables of README.md and the charts.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir, totalmem, version } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { printTargets, publish } from './report.js';

const path = (file) => fileURLToPath(new URL(file, import.meta.url));
const binary = (file) => path(`../test/runtimes/node_modules/${file}`);

/** How a program is started in each. */
const RUNTIMES = {
  'Node 20': [process.execPath],
  'Node 22': [binary('node22/bin/node')],
  'Node 24': [binary('node24/bin/node')],
  'Node 26': [binary('node26/bin/node')],
  Bun: [binary('@oven/bun-linux-x64/bin/bun'), 'run'],
  Deno: [binary('@deno/linux-x64-glibc/deno'), 'run', '--allow-all', '--quiet'],
};

/** Node drives them. */
const BROWSERS = ['Chromium', 'Firefox'];

/** The program of each part, and where it is to run. */
const PARTS = {
  parser: { program: 'parser/run.js', runtimes: [...Object.keys(RUNTIMES), ...BROWSERS] },
  stream: { program: 'http/stream.js', runtimes: ['Node 22', 'Node 24', 'Node 26', ...BROWSERS] },
  many: { program: 'http/many.js', runtimes: ['Node 26'] },
  latency: { program: 'http/latency.js', runtimes: ['Node 22', 'Node 26'] },
  startup: { program: 'http/startup.js', runtimes: ['Node 22', 'Node 26'] },
  large: { program: 'http/large.js', runtimes: ['Node 26'] },
  kept: { program: 'http/kept.js', runtimes: ['Node 26'] },
  shared: { program: 'shared/run.js', runtimes: BROWSERS },
};

const { values: options } = parseArgs({
  options: {
    part: { type: 'string', multiple: true },
    runtime: { type: 'string', multiple: true },
  },
});

/** A load from elsewhere makes figures worth little. */
const BUSY = 0.5;

const folder = mkdtempSync(join(tmpdir(), 'bench-'));

async function run(program, runtime) {
  const file = join(folder, 'part.json');
  const isBrowser = BROWSERS.includes(runtime);
  const [command, ...values] = isBrowser ? [process.execPath] : RUNTIMES[runtime];
  const args = [...values, path(program), ...(isBrowser ? ['--browser', runtime] : []), '--json', file];
  const begin = performance.now();
  const [code] = await once(spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit'] }), 'close');
  if (code !== 0) throw new Error(`${program} in ${runtime} ended with ${code}.`);
  return { ...JSON.parse(readFileSync(file, 'utf8')), seconds: Math.round((performance.now() - begin) / 1000) };
}

/** By package: its version. */
function readPeers() {
  const { dependencies } = JSON.parse(readFileSync(path('package.json'), 'utf8'));
  return Object.fromEntries(
    Object.keys(dependencies).map((name) => [
      name,
      JSON.parse(readFileSync(path(`node_modules/${name}/package.json`), 'utf8')).version,
    ]),
  );
}

/** Four digits say enough. */
const round = (key, value) => (typeof value === 'number' ? Number(value.toPrecision(4)) : value);

/** A line for each entry, so that a change of one shows as one. */
function write({ parts, ...about }) {
  const describe = ({ cells, ...part }) =>
    `{${JSON.stringify(part).slice(1, -1)}, "cells": [\n${cells.map((entry) => JSON.stringify(entry, round)).join(',\n')}\n]}`;
  const text = `{${JSON.stringify(about, null, 2).slice(1, -2)},\n"parts": [\n${parts.map(describe).join(',\n')}\n]}\n`;
  writeFileSync(path('results/latest.json'), text);
}

const about = {
  date: new Date().toISOString().slice(0, 10),
  machine: {
    cpu: cpus()[0].model,
    cores: cpus().length,
    memory: `${Math.round(totalmem() / 2 ** 30)} GB`,
    system: version(),
    load: loadavg()[0],
  },
  core: createHash('sha256')
    .update(readFileSync(path('../dist/core.wasm')))
    .digest('hex'),
  packages: readPeers(),
};
if (about.machine.load > BUSY)
  console.log(`The machine is busy (load ${about.machine.load}): the figures will be noisy.`);

const parts = [];
try {
  for (const name of options.part ?? Object.keys(PARTS)) {
    const { program, runtimes } = PARTS[name];
    for (const runtime of runtimes.filter((each) => options.runtime?.includes(each) ?? true)) {
      parts.push(await run(program, runtime));
      console.log(`${parts.at(-1).seconds} s\n`);
    }
  }
} finally {
  rmSync(folder, { recursive: true });
}
const results = { ...about, parts };
printTargets(results);
if (!options.part && !options.runtime) {
  write(results);
  await publish(results);
}
