// The documents, as their tests see them: blocks of code with the heading they stand under, anchors and links.
import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../../', import.meta.url));

export const packageJson = JSON.parse(readFileSync(`${root}package.json`, 'utf8'));

/** The anchor of a heading, as GitHub and generators of sites make it. */
function slugOf(heading) {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(' ', '-');
}

/**
 * @typedef {object} Block
 * @property {string} language
 * @property {string} [title] the name of the file that it is, if its first line is a comment of that name
 * @property {string} code
 * @property {string} section page#anchor
 * @property {number} line where it begins
 */

/** @param {string} path from the root */
function readPage(path) {
  const text = readFileSync(`${root}${path}`, 'utf8');
  const anchors = [];
  /** @type {Block[]} */
  const blocks = [];
  let prose = '';
  let block;
  for (const [index, line] of text.split('\n').entries()) {
    const [, info] = line.match(/^\s*```(.*)$/) ?? [];
    if (info !== undefined && block) {
      const [, title] = block.code.match(/^\/\/ (\S+\.\w+)\n/) ?? [];
      blocks.push({ ...block, title });
      block = undefined;
    } else if (info !== undefined) {
      block = { language: info, code: '', section: `${path}#${anchors.at(-1)}`, line: index + 1 };
    } else if (block) {
      block.code += `${line}\n`;
    } else {
      const [, heading] = line.match(/^#+ (.*)$/) ?? [];
      if (heading) anchors.push(slugOf(heading));
      prose += `${line}\n`;
    }
  }
  if (block) throw new Error(`${path}: the block of line ${block.line} has no end.`);
  const links = [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link]) => link);
  return { path, prose, anchors, blocks, links };
}

export const pages = [
  'README.md',
  ...readdirSync(`${root}docs`)
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
].map(readPage);
