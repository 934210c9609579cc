// dist/vectors.json, and what is said of it; the judges as they are used without the command.
import { readFileSync } from 'node:fs';
import { CASES } from '../../js/command/conformance/cases.js';
import { inLanes } from '../../js/command/conformance/lanes.js';
import { isRight } from '../../js/command/conformance/parsers.js';
import { POINTS } from '../../js/command/conformance/points.js';
import { diff } from '../../js/command/conformance/report.js';
import { allCuts, readVectors } from '../../js/command/conformance/vectors.js';
import { showBytes, showText } from '../../js/command/conformance/visible.js';
import { assert } from '../support/assert.js';
import { loadVectors } from '../support/load-vectors.js';
import { parseVectors } from '../support/vectors.js';

const read = (path) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const file = JSON.parse(read('dist/vectors.json'));
const document = read('docs/conformance.md');

describe('vectors.json', () => {
  it('has every vector of test/vectors/, with its bytes', () => {
    const expected = loadVectors().flatMap(({ file, vectors }) =>
      vectors.map((vector) => ({ theme: file.slice(0, -'.txt'.length), ...vector })),
    );
    assert.deepEqual(readVectors(file), expected);
  });

  it('has the members that the documentation describes', () => {
    const [, section] = /^## The vectors as a file\n(.*?)^## /ms.exec(document);
    const described = [...section.matchAll(/^\| `(\w+)` /gm)].map(([, member]) => member);
    const [vector] = file.vectors;
    assert.deepEqual(described, [...Object.keys(file), ...Object.keys(vector)]);
  });

  it('is refused in a format that is not known', () => {
    assert.throws(() => readVectors({ ...file, format: 2 }), /format 2, not 1/);
  });

  it('names the version of the package', () => {
    assert.equal(file.version, JSON.parse(read('package.json')).version);
  });

  it('and the cases are of points that are described, and all points have some', () => {
    const used = new Set([...file.vectors, ...CASES].map(({ point }) => point));
    assert.deepEqual([...used].sort(), Object.keys(POINTS).sort());
    for (const [point, { about, anchor }] of Object.entries(POINTS)) {
      assert.match(document, new RegExp(`^\\| \\[${point}\\]\\(\\S+${anchor}\\) +\\| `, 'm'));
      assert.ok(document.includes(about), about);
    }
  });

  it('and the cases have names of their own', () => {
    const names = CASES.map(({ point, name }) => `${point} ${name}`);
    assert.equal(new Set(names).size, names.length);
  });
});

describe('judging', () => {
  const vector = {
    events: [{ type: 'message', data: 'a', lastEventId: '1' }],
    lastEventId: '1',
    reconnectionTime: 2 ** 31 - 1,
  };
  const { events } = vector;

  it('asks nothing of what a parser does not tell', () => {
    assert.ok(isRight(vector, { events }));
    assert.ok(isRight(vector, { events, lastEventId: '1', reconnectionTime: Infinity, late: 0 }));
  });

  for (const [name, outcome] of Object.entries({
    'another type': { events: [{ ...events[0], type: 'a' }] },
    'another data': { events: [{ ...events[0], data: 'b' }] },
    'another id': { events: [{ ...events[0], lastEventId: '' }] },
    'no id': { events: [{ type: 'message', data: 'a' }] },
    'no event': { events: [] },
    'an event too many': { events: [...events, ...events] },
    'a late event': { events, late: 1 },
    'another last event ID': { events, lastEventId: '' },
    'another reconnection time': { events, reconnectionTime: 3000 },
    'a problem': { events, problem: 'It crashed.' },
  })) {
    it(`finds ${name}`, () => assert.equal(isRight(vector, outcome), false));
  }

  it('delivers the same bytes in every cut', () => {
    const bytes = Uint8Array.of(1, 2, 3);
    const cuts = allCuts(bytes);
    assert.deepEqual(
      cuts.map(({ chunks }) => chunks.map((chunk) => [...chunk])),
      [[[1, 2, 3]], [[1], [2], [3]], [[1], [2, 3]], [[1, 2], [3]]],
    );
    assert.deepEqual(
      cuts.map(({ at }) => at),
      [undefined, undefined, 1, 2],
    );
  });

  it('runs so many at once as there are lanes, and keeps their order', async () => {
    let running = 0;
    let most = 0;
    const progress = [];
    const work = async (n) => {
      most = Math.max(most, ++running);
      for (let turn = 0; turn < 5 - n; turn++) await null;
      running--;
      return n * 2;
    };
    assert.deepEqual(await inLanes(3, [0, 1, 2, 3, 4], work, (done) => progress.push(done)), [0, 2, 4, 6, 8]);
    assert.equal(most, 3);
    assert.deepEqual(progress, [1, 2, 3, 4, 5]);
  });
});

describe('what is shown', () => {
  it('of bytes can be read back by the notation of the vectors', () => {
    for (const { bytes } of readVectors(file)) {
      const text = `== 0 x\n< ${showBytes(bytes).replace(/ $/, '\\x20')}`;
      assert.deepEqual(parseVectors('shown', text)[0].bytes, bytes);
    }
  });

  it('marks a cut, between characters and within one', () => {
    const bytes = new TextEncoder().encode('aé');
    assert.deepEqual(
      [0, 1, 2].map((cut) => showBytes(bytes, cut)),
      ['│aé', 'a│é', 'a\\xC3│\\xA9'],
    );
  });

  it('of text has no character that acts on a terminal', () => {
    assert.equal(showText('a"\\\n\x1b\u202e\u00a0é'), '"a\\"\\\\\\n\\x1B\\xE2\\x80\\xAE\\xC2\\xA0é"');
    assert.equal(showText(undefined), 'undefined');
    assert.equal(showText(7), '7');
  });

  it('of a difference keeps what both have', () => {
    assert.deepEqual(diff(['a', 'b', 'c'], ['a', 'x', 'y', 'c']), ['  a', '- b', '+ x', '+ y', '  c']);
    assert.deepEqual(diff(['a', 'a'], ['a']), ['  a', '- a']);
    assert.deepEqual(diff([], ['a']), ['+ a']);
    assert.deepEqual(diff(['a'], ['a']), ['  a']);
  });
});
