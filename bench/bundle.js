// A module with all that it imports as one, for pages.
import { build } from 'esbuild';
import { fileURLToPath } from 'node:url';

/**
 * @param {URL} entry
 * @returns {Promise<string>}
 */
export async function bundle(entry) {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(entry)],
    bundle: true,
    format: 'esm',
    target: 'esnext',
    write: false,
    logLevel: 'error',
  });
  return outputFiles[0].text;
}
