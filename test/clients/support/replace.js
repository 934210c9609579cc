// Preloaded into the processes of the client scripts: `eventsource` and `eventsource-parser` are this package there, for
// import and for require. At the end it writes down what was replaced.
import { createRequire, Module, register } from 'node:module';
import { MessageChannel, receiveMessageOnPort } from 'node:worker_threads';
import { replacement } from './hooks.js';

const { port1, port2 } = new MessageChannel();
register('./hooks.js', { parentURL: import.meta.url, data: { port: port2 }, transferList: [port2] });
port1.unref();

const own = createRequire(new URL('../../../package.json', import.meta.url));
const required = [];
const { _resolveFilename } = Module;
Module._resolveFilename = function (specifier, parent, ...rest) {
  const name = replacement(specifier);
  if (name === null) return _resolveFilename.call(this, specifier, parent, ...rest);
  const path = own.resolve(name);
  required.push({ specifier, importer: parent?.filename, url: path });
  return path;
};

process.on('exit', () => {
  const replaced = [...required];
  for (let got = receiveMessageOnPort(port1); got; got = receiveMessageOnPort(port1)) replaced.push(got.message);
  process.stdout.write(`${JSON.stringify({ replaced })}\n`);
});
