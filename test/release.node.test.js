// What keeps a release from being made.
import { readFileSync } from 'node:fs';
import { findMissing } from '../tools/check-release.js';
import { assert } from './support/assert.js';

const manifest = {
  version: '1.2.3',
  author: 'Somebody',
  repository: { url: 'git+https://forge.test/eventsource-wasm.git' },
  bugs: { url: 'https://forge.test/eventsource-wasm/issues' },
  homepage: 'https://forge.test/eventsource-wasm',
};
const changelog = '# Changelog\n\n## [Unreleased]\n\n## [1.2.3] - 2026-11-28\n\n### Added\n';

describe('a release', () => {
  it('is made when nothing is missing', () => {
    assert.deepEqual(findMissing(manifest, changelog, 'v1.2.3'), []);
  });

  for (const [what, changes, expected] of [
    ['an author', { author: undefined }, 'package.json: author is missing'],
    ['a repository', { repository: undefined }, 'package.json: repository.url is missing'],
    ['an address for bugs', { bugs: undefined }, 'package.json: bugs.url is missing'],
    ['a homepage', { homepage: undefined }, 'package.json: homepage is missing'],
    [
      'a repository that is filled in',
      { repository: { url: 'git+https://repository.example/eventsource-wasm.git' } },
      'package.json: repository.url is git+https://repository.example/eventsource-wasm.git',
    ],
    [
      'a homepage that is filled in',
      { homepage: 'https://repository.example/eventsource-wasm' },
      'package.json: homepage is https://repository.example/eventsource-wasm',
    ],
  ]) {
    it(`needs ${what}`, () => {
      assert.deepEqual(findMissing({ ...manifest, ...changes }, changelog, 'v1.2.3'), [expected]);
    });
  }

  it('needs the tag of its version, and a section in the changelog', () => {
    assert.deepEqual(findMissing({ ...manifest, version: '1.2.4' }, changelog, 'v1.2.3'), [
      'package.json: the version is 1.2.4, but the tag is v1.2.3',
      'CHANGELOG.md: there is no section "## [1.2.4] - YYYY-MM-DD"',
    ]);
  });

  it('does not take a section without a date for one', () => {
    const undated = changelog.replace(' - 2026-11-28', '');
    assert.deepEqual(findMissing(manifest, undated, 'v1.2.3'), [
      'CHANGELOG.md: there is no section "## [1.2.3] - YYYY-MM-DD"',
    ]);
  });

  it('finds in package.json no more than what the first release has to fill in', () => {
    const own = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
    const missing = findMissing(own, `## [${own.version}] - 2026-11-28`, `v${own.version}`);
    const names = missing.map((line) => line.match(/^package\.json: (\S+) is \S+\.example\//)?.[1]);
    assert.ok(names.length === 0 || names.join(' ') === 'repository.url bugs.url homepage', missing.join('\n'));
  });
});
