// Gives the suites what Node gets of the package, in place of what a page gets: tools/bundle.js makes it so.
import { register } from 'node:module';

const files = {
  'core/decode.js': 'core/decode.node.js',
  'core/full.js': 'core/node.js',
  'core/standard.js': 'core/node.js',
  'core/parser.js': 'core/node.js',
  'core/parser-now.js': 'core/node.js',
  'source/inspect.js': 'source/inspect.node.js',
};
const hooks = `
  const files = ${JSON.stringify(files)};
  export async function resolve(specifier, context, next) {
    const { url, ...rest } = await next(specifier, context);
    const [, folder, file] = /^(file:.*\\/js\\/)([^/]+\\/[^/]+)$/.exec(url) ?? [];
    return { ...rest, url: file in files ? folder + files[file] : url };
  }`;
register(`data:text/javascript,${encodeURIComponent(hooks)}`);
