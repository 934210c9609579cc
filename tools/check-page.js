// Makes dist/check.html, the report of `eventsource-wasm check` as one page, with everything in it but the data.
import { readFileSync, writeFileSync } from 'node:fs';
import { build, transform } from 'esbuild';

const folder = 'js/command/check/page';
const read = (/** @type {string} */ file) => readFileSync(file, 'utf8');

const css = `${read('node_modules/uplot/dist/uPlot.min.css')}${read(`${folder}/style.css`)}`;
const { code: style } = await transform(css, { loader: 'css', minify: true });
const { outputFiles } = await build({
  entryPoints: [`${folder}/main.js`],
  ...{ bundle: true, write: false, minify: true, format: 'iife', target: 'es2022', charset: 'utf8' },
});
// An end tag within a script would end it.
const script = outputFiles[0].text.replaceAll('</script', '<\\/script');
// Its licence wants to be wherever a copy is.
const licence = read('node_modules/uplot/LICENSE').trim();
const page = read(`${folder}/index.html`)
  .replace('<html', () => `<!-- With uPlot:\n${licence}\n-->\n<html`)
  .replace('/* style */', () => style.trim())
  .replace('/* script */', () => script.trim());
writeFileSync('dist/check.html', page);
