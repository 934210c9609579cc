// The command on programs, modules and clients that are right, and on such as have one flaw each.
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { assert } from '../support/assert.js';
import { runCommand } from '../support/command.js';
import { loadVectors } from '../support/load-vectors.js';
import { atTearDown, tearDown } from '../support/scene.js';
import { CASES } from '../../js/command/conformance/cases.js';

const path = (file) => fileURLToPath(new URL(file, import.meta.url));
const program = (file, ...args) => ['--', process.execPath, path(`programs/${file}`), ...args];
const client = (file, ...args) => ['--client', [process.execPath, path(`programs/${file}`), ...args].join(' ')];
const vectors = loadVectors().flatMap((file) => file.vectors);

const conform = (...args) => runCommand(['conformance', ...args]).exit(60_000);

/** What the command says of each vector and case. */
async function report(...args) {
  const { exitCode, out, err } = await conform('--json', ...args);
  assert.equal(err, '');
  const { points, results, notes } = JSON.parse(out);
  const failed = results.filter(({ state }) => state === 'failed');
  assert.equal(exitCode, failed.length > 0 ? 1 : 0);
  return { points, results, notes, failed };
}

/** A module of this code, within this package. */
async function moduleOf(code) {
  const folder = await mkdtemp(path('../../build/conformance-'));
  atTearDown(() => rm(folder, { recursive: true }));
  const file = join(folder, 'module.mjs');
  await writeFile(file, code);
  return ['--module', file];
}

const count = (points) => Object.values(points).reduce((sum, { passed }) => sum + passed, 0);

describe('the conformance command', function () {
  this.timeout(120_000);
  afterEach(tearDown);

  describe('on a program', () => {
    it('that reads one stream and ends, runs each vector whole and byte by byte', async () => {
      const { points, failed, notes } = await report('--filter', '6.4', ...program('right.js'));
      assert.deepEqual(failed, []);
      const passed = vectors.filter(({ point }) => point === '6.4').length;
      assert.deepEqual(points, { 6.4: { passed, failed: 0, skipped: 0 } });
      assert.deepEqual(notes, ['The program was fed each stream whole and byte by byte.']);
    });

    it('that takes many streams, runs every vector in every cut', async () => {
      const { points, failed, notes } = await report(...program('fed.js'));
      assert.deepEqual(failed, []);
      assert.equal(count(points), vectors.length);
      assert.deepEqual(notes, ['The program was fed each stream in every cut.']);
    });

    for (const [flaw, note] of Object.entries({
      crashes: /^It ended with status 3/,
      'prints anything': /^It printed a line that is no JSON object: Parsing …$/,
      'is late': /^1 came only when the stream ended$/,
    })) {
      it(`says what is wrong with one that ${flaw}`, async () => {
        const { failed } = await report('--filter', '6.5', ...program('fed.js', flaw));
        assert.ok(failed.length > 0);
        assert.match(failed[0].notes.join('\n'), flaw === 'is late' ? /^\d+ came only/ : note);
      });
    }

    it('judges the reconnection time of one that tells it', async () => {
      const { failed, results } = await report('--filter', '4.3', ...program('fed.js', 'tells a wrong time'));
      const right = vectors.filter(({ point, reconnectionTime }) => point === '4.3' && reconnectionTime === 1);
      assert.equal(results.length - failed.length, right.length);
      assert.ok(failed[0].actual.includes('reconnection-time 1'));
    });

    it('fails for one that cannot be started, and names it', async () => {
      const { exitCode, err } = await conform('--', '/nowhere/parser');
      assert.equal(exitCode, 1);
      assert.match(err, /'\/nowhere\/parser': It cannot be started \(spawn \/nowhere\/parser ENOENT\)\./);
    });
  });

  describe('on a module', () => {
    it('that exports createParser, which takes bytes', async () => {
      const module = await moduleOf(`export { createParser } from 'eventsource-wasm'; export const input = 'bytes';`);
      const { points, failed } = await report(...module);
      assert.deepEqual(failed, []);
      assert.equal(count(points), vectors.length);
    });

    it('that exports createParser, which takes strings', async () => {
      const module = await moduleOf(`
        import { createParser as create } from 'eventsource-wasm';
        export function createParser(callbacks) {
          const parser = create(callbacks);
          return { feed(text) { if (typeof text !== 'string') throw new TypeError(); parser.feed(text); } };
        }`);
      const { points, failed } = await report('--filter', '5.1', ...module);
      assert.deepEqual(
        failed.map(({ name }) => name),
        ['a second byte order mark is part of the name'],
      );
      assert.ok(points['5.1'].passed > 50);
    });

    it('that exports parse', async () => {
      const { points, failed } = await report(
        ...(await moduleOf(`export { events as parse } from 'eventsource-wasm';`)),
      );
      assert.deepEqual(failed, []);
      assert.equal(count(points), vectors.length);
    });

    it('that exports an EventSource, as parser and client, every vector and case', async () => {
      const { points, failed, results } = await report(
        ...(await moduleOf(`export { EventSource } from 'eventsource-wasm';`)),
      );
      assert.deepEqual(failed, []);
      assert.equal(count(points), vectors.length + CASES.length);
      assert.equal(results.filter(({ kind }) => kind === 'case').length, CASES.length);
    });

    for (const [flaw, code, point] of [
      ['takes a tab for a space', `line.replace(/^(\\w+):[\\t ]/, '$1:')`, '5.3'],
      ['keeps all byte order marks', `'\\uFEFF' + line`, '5.1'],
    ]) {
      it(`finds that a parser ${flaw}`, async () => {
        const module = await moduleOf(`
          import { events } from 'eventsource-wasm';
          async function* wrong(chunks) {
            let text = '';
            const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
            for await (const chunk of chunks) text += decoder.decode(chunk, { stream: true });
            const lines = text.split(/(?<=[\\r\\n])/).map((line) => ${code});
            yield new TextEncoder().encode(lines.join(''));
          }
          export const parse = (chunks) => events(wrong(chunks));`);
        const { failed } = await report('--filter', point, ...module);
        assert.ok(failed.length > 0);
      });
    }

    it('tells events that come only with the end of the stream', async () => {
      const module = await moduleOf(`
        import { events } from 'eventsource-wasm';
        export async function parse(chunks) {
          const all = [];
          for await (const chunk of chunks) all.push(chunk);
          return events(all);
        }`);
      const { failed } = await report('--filter', '6.5', ...module);
      assert.equal(failed.length, vectors.filter(({ point }) => point === '6.5').length);
      assert.match(failed[0].notes[0], /^\d+ came only when the stream ended$/);
    });

    it('that throws, says what', async () => {
      const module = await moduleOf(`export function parse() { throw new RangeError('no such thing'); }`);
      const { failed } = await report('--filter', '6.5', ...module);
      assert.deepEqual(failed[0].notes, ['RangeError: no such thing']);
    });

    it('that throws where nobody can catch it, goes on and says so', async () => {
      const module = await moduleOf(`
        export { events as parse } from 'eventsource-wasm';
        queueMicrotask(() => { throw new Error('out of reach'); });`);
      const { notes } = await report('--filter', '6.5', ...module);
      assert.deepEqual(notes, ['The module threw where nobody could catch it: out of reach']);
    });
  });

  describe('on a client', () => {
    for (const filter of ['3.4', '3.6', '4.4', '6.']) {
      it(`that tells everything, finds all of ${filter} right`, async () => {
        const { points, failed, notes } = await report('--filter', filter, ...client('client.js'));
        assert.deepEqual(failed, []);
        assert.equal(count(points), CASES.filter(({ point, name }) => `${point} ${name}`.includes(filter)).length);
        assert.deepEqual(notes, []);
      });
    }

    it('that tells only events, skips what needs more, and says so', async () => {
      const { points, failed, notes } = await report('--filter', '4.4', ...client('plain-client.js'));
      assert.deepEqual(failed, []);
      const cases = CASES.filter(({ point }) => point === '4.4').length;
      assert.deepEqual(points, { 4.4: { passed: 0, failed: 0, skipped: cases } });
      assert.deepEqual(notes, ['Not judged, as the client says nothing of it: open, error, origin, close.']);
    });

    it('that tells only events, judges requests and waits', async () => {
      for (const filter of ['4.2', 'when its line is read']) {
        const { failed, results } = await report('--filter', filter, ...client('plain-client.js'));
        assert.deepEqual(failed, []);
        assert.ok(results.every(({ state }) => state === 'passed'));
      }
    });

    it('finds a wrong request', async () => {
      const { failed } = await report('--filter', '2.1', ...client('client.js', '--asks-for-json'));
      assert.match(failed[0].expected[0], /accept: "text\/event-stream"/);
      assert.match(failed[0].actual[0], /accept: "application\/json"/);
    });

    it('finds a request that must not come', async () => {
      const { failed } = await report('--filter', 'status 500', ...client('client.js', '--tries-again'));
      assert.equal(failed.length, 1);
      assert.ok(failed[0].actual.includes('error, readyState 0'));
    });

    it('finds a last event ID that is not told', async () => {
      const { failed } = await report('--filter', 'without one', ...client('plain-client.js', '--forgets-ids'));
      assert.equal(failed.length, 1);
      assert.ok(failed[0].expected.includes('> "message" "a" "1"'));
      assert.ok(failed[0].actual.includes('> "message" "a" ""'));
    });

    it('fails for one that says nothing', async () => {
      const { exitCode, err } = await conform('--client', 'true');
      assert.equal(exitCode, 1);
      assert.match(err, /'true' told nothing of an event: It ended\./);
    });
  });

  it('prints what fails with its bytes and the difference, and a table by point', async () => {
    const module = await moduleOf(`
      import { events } from 'eventsource-wasm';
      export async function* parse(chunks) {
        for await (const event of events(chunks)) yield { ...event, lastEventId: '' };
      }`);
    const { exitCode, out } = await conform('--filter', 'id persists over a block without data', ...module);
    assert.equal(exitCode, 1);
    assert.equal(
      out,
      `✗ 6.3 id persists over a block without data
    id.txt; 35 of 35 deliveries, the first: whole
    https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
    stream  id: 1\\n
            data: a\\n
            \\n
            event: t\\n
            \\n
            data: b\\n
            \\n
    - > "message" "a" "1"
    - > "message" "b" "1"
    + > "message" "a" ""
    + > "message" "b" ""

✗ 6.3     0/1  what a fired event holds

0 passed, 1 failed
`,
    );
  });

  for (const [args, message] of [
    [[], /One of -- COMMAND, --module FILE and --client COMMAND must be given, not none\./],
    [['--client', 'a', '--', 'b'], /must be given, not 2\./],
    [['--module', '/nowhere.js'], /--module must be a file, not '\/nowhere\.js'\./],
    [['--client', ' '], /--client must be a command\./],
    [['--filter', 'no such name', '--', 'true'], /Nothing has 'no such name', which --filter asks for/],
    [['--colour'], /Unknown option '--colour'\./],
  ]) {
    it(`is told what is wrong with ${JSON.stringify(args)}`, async () => {
      const { exitCode, out, err } = await conform(...args);
      assert.equal(exitCode, 2);
      assert.equal(out, '');
      assert.match(err, message);
    });
  }

  it('refuses a module that exports nothing to judge', async () => {
    const { exitCode, err } = await conform(...(await moduleOf('export const nothing = 1;')));
    assert.equal(exitCode, 2);
    assert.match(err, /--module must export createParser, parse or EventSource/);
  });

  it('--help names the options that the manual describes', async () => {
    const { exitCode, out } = await conform('--help');
    assert.equal(exitCode, 0);
    const manual = readFileSync(path('../../docs/conformance.md'), 'utf8').replace(/^```[^]*?^```/gm, '');
    const options = (text) => [...new Set(text.match(/(?<![\w-])--[a-z][a-z-]+/g))].sort();
    assert.deepEqual(options(out), options(manual));
  });
});
