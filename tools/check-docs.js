// Writes docs/check.md from the rules of `eventsource-wasm check`: node tools/check-docs.js
import { readFileSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { Dissector } from '../js/command/check/dissect.js';
import { formatReport } from '../js/command/check/report.js';
import { RULES_BY_TOPIC, judge } from '../js/command/check/rules.js';
import { PROXIES } from '../js/command/check/rules/proxies.js';

const FILE = 'docs/check.md';

const LEVELS = { error: 'Error', warning: 'Warning', note: 'Note' };

/**
 * A stream of 50 events a second behind an nginx as it is installed: each 4 KB of headers and body come at once.
 * @returns {import('../js/command/check/observation.d.ts').Observation}
 */
function observeExample() {
  const dissector = new Dissector();
  const arrivals = [];
  const BUFFER = 4096;
  let held = ':\n\nretry: 2000\n\n';
  let room = BUFFER - 133; // beside the headers
  for (let id = 1; id * 20 < 10_000; id++) {
    held += `id: ${id}\ndata: {"celsius":${(20 + (id % 50) / 10).toFixed(1)},"at":"2027-01-01T00:00:${(id / 50).toFixed(2).padStart(5, '0')}Z"}\n\n`;
    if (held.length < room) continue;
    dissector.feed(new TextEncoder().encode(held.slice(0, room)), id * 20);
    arrivals.push({ at: id * 20, bytes: room });
    held = held.slice(room);
    room = BUFFER;
  }
  dissector.end(false);
  return {
    ...{ url: 'https://example.org/stream', method: 'GET', askedHeaders: [], seconds: 10, preflights: {} },
    watch: {
      request: { method: 'GET', url: 'https://example.org/stream' },
      ...{ redirects: [], watched: 10_000, status: 200, httpVersion: '2', headersAt: arrivals[0].at, arrivals },
      headers: { 'content-type': 'text/event-stream', 'cache-control': 'no-store', server: 'nginx' },
      body: dissector.body,
    },
  };
}

const example = observeExample();
const report = formatReport(example, judge(example), 80).join('\n');

/** @param {string | undefined} see a section of docs/ */
function linkTo(see) {
  if (see === undefined) return '';
  const [, page, anchor] = see.match(/^docs\/(.*)#(.*)$/);
  return ` See [${anchor.replaceAll('-', ' ')}](${page}#${anchor}).`;
}

/** @param {import('../js/command/check/observation.d.ts').Rule} rule */
const describe = ({ name, level, meaning, why, mend, see }) => `
### ${name}

**${LEVELS[level]}.** ${meaning} ${why}

**To mend it:** ${mend}${linkTo(see)}
`;

const topics = Object.entries(RULES_BY_TOPIC)
  .map(([topic, rules]) => `\n## ${topic}\n${rules.map(describe).join('')}`)
  .join('');

const rows = PROXIES.map(
  ({ name, buffering, compression }) => `| ${name} | ${buffering ?? 'does not buffer'} | ${compression} |`,
).join('\n');

const page = () =>
  readFileSync(new URL('check-docs.txt', import.meta.url), 'utf8')
    .replace('THE REPORT', () => report)
    .replace('THE PROXIES', () => rows)
    .replace('THE RULES', () => topics);

/** The page as it should be. */
export const makePage = async () => format(page(), { ...(await resolveConfig(FILE)), parser: 'markdown' });

if (import.meta.url === pathToFileURL(process.argv[1]).href) writeFileSync(FILE, await makePage());
