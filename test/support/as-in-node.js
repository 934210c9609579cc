// Gives the suites what Node gets of the package, in place of what a page gets: tools/bundle.js makes it so. With
// EVENT_SOURCE=standard in the environment, they try the class of `eventsource-wasm/standard`.
import { register } from 'node:module';
import { env } from 'node:process';

const files = {
  '/js/core/decode.js': '/js/core/decode.node.js',
  '/js/core/full.js': '/js/core/node.js',
  '/js/core/standard.js': '/js/core/node.js',
  '/js/core/parser.js': '/js/core/node.js',
  '/js/core/parser-now.js': '/js/core/node.js',
  ...(env.EVENT_SOURCE === 'standard' && { '/js/index.js#/test/support/scene.js': '/js/standard.js' }),
};
const hooks = `
  const files = new Map(${JSON.stringify(Object.entries(files))});
  export async function resolve(specifier, context, next) {
    const { url, ...rest } = await next(specifier, context);
    for (const [file, other] of files) {
      const [end, importer = ''] = file.split('#');
      if (url.endsWith(end) && context.parentURL?.endsWith(importer)) {
        return { ...rest, url: url.slice(0, -end.length) + other };
      }
    }
    return { ...rest, url };
  }`;
register(`data:text/javascript,${encodeURIComponent(hooks)}`);
