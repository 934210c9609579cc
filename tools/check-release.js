// Whether a tag may be released: check-release.js TAG. Prints what is missing, if anything is, and fails then.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The host of addresses that stand for those that the first release has to fill in: https://www.rfc-editor.org/rfc/rfc2606 */
const PLACEHOLDER = /^(git\+)?https:\/\/[\w.-]*\.example\//;

/**
 * @param {{ version: string, author?: string, repository?: { url: string }, bugs?: { url: string }, homepage?: string }} manifest
 * @param {string} changelog
 * @param {string} tag
 * @returns {string[]} what is missing
 */
export function findMissing(manifest, changelog, tag) {
  const { version, author, repository, bugs, homepage } = manifest;
  const addresses = Object.entries({ 'repository.url': repository?.url, 'bugs.url': bugs?.url, homepage });
  const missing = addresses
    .filter(([, address]) => address === undefined || PLACEHOLDER.test(address))
    .map(([name, address]) => `package.json: ${name} is ${address ?? 'missing'}`);
  if (!author) missing.push('package.json: author is missing');
  if (tag !== `v${version}`) missing.push(`package.json: the version is ${version}, but the tag is ${tag}`);
  const heading = new RegExp(`^## \\[${version.replaceAll('.', '\\.')}\\] - \\d{4}-\\d{2}-\\d{2}$`, 'm');
  if (!heading.test(changelog)) missing.push(`CHANGELOG.md: there is no section "## [${version}] - YYYY-MM-DD"`);
  return missing;
}

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const manifest = JSON.parse(readFileSync('package.json', 'utf8'));
  const missing = findMissing(manifest, readFileSync('CHANGELOG.md', 'utf8'), process.argv[2] ?? '');
  for (const line of missing) console.error(line);
  process.exitCode = missing.length > 0 ? 1 : 0;
}
