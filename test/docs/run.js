// How a block is run: as a module in Node, in a shell, or in Chromium.
import { execFile } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { transform } from 'esbuild';
import { assert } from '../support/assert.js';
import { launch } from '../support/browsers.js';
import { atTearDown, serve } from '../support/scene.js';
import { packageJson, pages, root } from './pages.js';
import { startSite, waitForText } from './site.js';
import { isInstalled } from './tools.js';

/** What the stream of a block brings, and what shows that it came. */
const SHOWN = '20.1';
export const EVENTS = [
  'id: 1\ndata: {"celsius":20.1,"delta":"20.1"}\n\n',
  ...Array(3).fill('event: price\ndata: {"value":20.1}\n\n'),
  'event: done\ndata: {}\n\n',
];
export const stream = (...chunks) => ({ chunks, then: 'end' });
export const STREAMS = Array(4).fill(stream(...EVENTS));
const NO_MORE = { status: 204, type: null, then: 'end' };

/** Of the test that runs: within the package, so that its name can be imported. */
export let folder;

/** For `beforeEach`; it is removed when the test is taken down. */
export function makeFolder() {
  mkdirSync(`${root}build`, { recursive: true });
  folder = mkdtempSync(`${root}build/docs-`);
  atTearDown(() => rmSync(folder, { recursive: true }));
}

/** Says clearly that the set-up (tools/setup-tests.sh) has not brought a tool. */
export function need(...tools) {
  assert.deepEqual(
    tools.filter((tool) => !isInstalled(tool)),
    [],
    'missing tools',
  );
}

/** @returns {Promise<{ status: number, out: string, err: string }>} */
export function runProgram(command, values, env = {}) {
  const options = { cwd: folder, env: { ...process.env, ...env }, timeout: 15_000 };
  return new Promise((resolve) => {
    const child = execFile(command, values, options, (error, out, err) =>
      resolve({ status: error ? (error.code ?? error.signal) : 0, out, err }),
    );
    child.stdin.end();
  });
}

export function succeed({ status, out, err }) {
  assert.equal(status, 0, `status ${status}: ${out}${err}`);
  return { out, err };
}

/** What a page says of all its blocks: that they begin with the imports of the first, and that there is a `url`. */
function conventionsOf({ section, code }) {
  const { prose, blocks } = pages.find(({ path }) => path === section.split('#')[0]);
  return {
    imports: prose.includes('come from here:') && !code.includes('import ') ? blocks[0].code : '',
    hasUrl: prose.includes('`url` stands for'),
  };
}

/**
 * Runs a block as a module in Node.
 * @param {import('./docs/pages.js').Block} block
 * @param {{ origin: string }} server that stands for the one of the block
 * @param {Record<string, string>} [replacements] other addresses
 */
export async function runModule(block, { origin }, replacements = {}) {
  const code = block.language === 'ts' ? (await transform(block.code, { loader: 'ts' })).code : block.code;
  const exported = /^const source = /m.test(code) ? 'export { source };' : '';
  const { imports, hasUrl } = conventionsOf(block);
  let text = `${imports}${code}${exported}`;
  for (const [from, to] of Object.entries({ 'https://example.org': origin, ...replacements })) {
    text = text.replaceAll(from, to);
  }
  writeFileSync(join(folder, 'block.mjs'), text);
  const values = [`${root}test/docs/run-block.js`, join(folder, 'block.mjs'), ...(hasUrl ? [`${origin}/stream`] : [])];
  const { out, err } = succeed(await runProgram(process.execPath, values));
  for (const [, promised] of code.matchAll(/\/\/ prints (.*)$/gm)) {
    assert.ok(`${out}${err}`.split('\n').includes(promised), `It printed no '${promised}' but: ${out}${err}`);
  }
  return { out, err };
}

/** Lines that are not run, and what is checked instead. */
const INSTEAD = [
  [/^npm install path\/to\/(\S+)$/, (file) => file === `${packageJson.name}-${packageJson.version}.tgz`],
  [/^make && npm (pack)$/, () => true],
  [/^make (\w+)$/, (target) => readFileSync(`${root}Makefile`, 'utf8').includes(`\n${target}: `)],
  [/^node (examples\/\S+)(?: URL)?$/, (file) => existsSync(`${root}${file}`)],
];

/** @returns {string} the lines that are to be run */
function checkKnownLines(code) {
  const isToBeRun = (line) => {
    const command = line.replace(/\s+#.*$/, '');
    const [pattern, isRight] = INSTEAD.find(([known]) => known.test(command)) ?? [];
    if (pattern) assert.ok(isRight(command.match(pattern)[1]), `'${command}' is wrong.`);
    return pattern === undefined;
  };
  return code.trim().split('\n').filter(isToBeRun).join('\n');
}

/** Runs a block in a shell, in which `npx eventsource-wasm` is the command of this tree. */
async function runShell({ code }) {
  const script = checkKnownLines(code);
  if (script === '') return;
  need(...['curl', 'jq'].filter((tool) => new RegExp(`\\b${tool} `).test(script)));
  const { origin } = await serve([stream('retry: 1\n', ...EVENTS), NO_MORE]);
  mkdirSync(join(folder, 'bin'));
  const npx = `#!/bin/sh\n[ "$1" = eventsource-wasm ] && shift && exec '${process.execPath}' '${root}js/command/main.js' "$@"\n`;
  writeFileSync(join(folder, 'bin/npx'), npx);
  chmodSync(join(folder, 'bin/npx'), 0o755);
  writeFileSync(join(folder, 'request.json'), '{}');
  symlinkSync(`${root}dist`, join(folder, 'dist'));
  const local = script.replace(/https:\/\/(api\.)?example\.org/g, origin);
  const { out } = succeed(
    await runProgram('bash', ['-euo', 'pipefail', '-c', local], {
      PATH: `${folder}/bin:${process.env.PATH}`,
      TOKEN: 'secret',
    }),
  );
  const [, limit] = script.match(/# less than (\d+)$/m) ?? [];
  if (limit) assert.ok(Number(out) > 0 && Number(out) < Number(limit), out);
  else if (!script.endsWith('> /dev/null')) assert.ok(out.includes(SHOWN), `It printed no ${SHOWN} but: ${out}`);
}

function checkJson({ code }) {
  const { dependencies, overrides } = JSON.parse(code);
  const { name, version } = packageJson;
  for (const wanted of Object.values(dependencies ?? overrides)) assert.equal(wanted, `npm:${name}@^${version}`);
}

let browser;

/** Opens blocks as a site: the block of HTML, if there is one, is the page, else main.js is all that it has. */
export async function openSite(blocks, answer, tabs = 1) {
  browser ??= await launch('Chromium');
  const files = Object.fromEntries(blocks.map(({ title = 'index.html', code }) => [title, code]));
  files['index.html'] ??= '<script type="module" src="main.js"></script>';
  const site = await startSite(files, answer);
  atTearDown(() => site.close());
  await waitForText(browser, site.url, SHOWN, tabs);
}

export function answerStream(request, response) {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  for (const chunk of EVENTS) response.write(chunk);
}

/** By language: what is not here fails, unless its section has a scene. */
export const ways = {
  js: async (block) => runModule(block, await serve(STREAMS)),
  ts: async (block) => runModule(block, await serve(STREAMS)),
  sh: runShell,
  json: async (block) => checkJson(block),
};

export const closeBrowser = () => browser?.close();
