// Gives the suites what Node gets of the package, in place of what a page gets: tools/bundle.js makes it so.
import { register } from 'node:module';

const files = {
  'decode.js': 'decode.node.js',
  'full.js': 'node.js',
  'standard.js': 'node.js',
  'parser.js': 'node.js',
  'parser-now.js': 'node.js',
};
const hooks = `
  const files = ${JSON.stringify(files)};
  export async function resolve(specifier, context, next) {
    const { url, ...rest } = await next(specifier, context);
    const [, folder, file] = /^(file:.*\\/js\\/core\\/)([^/]+)$/.exec(url) ?? [];
    return { ...rest, url: file in files ? folder + files[file] : url };
  }`;
register(`data:text/javascript,${encodeURIComponent(hooks)}`);
