// Programs that blocks are run with, each in a folder of its own.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { connect, createServer } from 'node:net';
import { atTearDown } from '../support/scene.js';
import { within } from '../support/wait.js';

process.env.PATH += ':/usr/sbin'; // where Debian puts nginx

const has = (command) => spawnSync('sh', ['-c', `command -v ${command}`]).status === 0;

/** What the output of `nginx -V` says of where its modules are. */
function findModule(name) {
  const [, folder] = spawnSync('nginx', ['-V'], { encoding: 'utf8' }).stderr?.match(/--modules-path=(\S+)/) ?? [];
  const file = `${folder}/${name}`;
  return existsSync(file) ? file : undefined;
}

const nchan = 'ngx_nchan_module.so';

/** @param {string} tool a command, or `nchan` */
export function isInstalled(tool) {
  return tool === 'nchan' ? has('nginx') && findModule(nchan) !== undefined : has(tool);
}

/** @returns {Promise<number>} a port that was free a moment ago */
export async function findPort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

async function answers(port) {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

/** Starts a server that runs until the test ends, and waits until its port answers. */
async function start(port, command, ...values) {
  const child = spawn(command, values, { stdio: ['ignore', 'pipe', 'pipe'] });
  let told = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (told += text));
  let isWanted = true;
  const ended = once(child, 'close').then(() => (isWanted = false));
  atTearDown(async () => {
    child.kill();
    await within(ended, `the end of ${command}`);
  });
  const isUp = async () => {
    while (isWanted) if (await answers(port)) return;
    throw new Error(`${command} ended: ${told}`);
  };
  await within(isUp(), () => `${command} to listen; it wrote: ${told}`).finally(() => (isWanted = false));
}

/** @param {string} folder for its files */
export async function startRedis(folder) {
  const port = await findPort();
  await start(port, 'redis-server', '--port', `${port}`, '--bind', '127.0.0.1', '--save', '', '--dir', folder);
  return port;
}

/**
 * Checks a configuration, and starts nginx with it.
 * @param {string} folder for its files
 * @param {number} port that the configuration listens to
 * @param {string} http what stands within `http { }`
 */
export async function startNginx(folder, port, http) {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${name};`);
  const file = `${folder}/nginx.conf`;
  writeFileSync(
    file,
    `${process.getuid() === 0 ? 'user root;' : ''}
    daemon off;
    worker_processes 1;
    pid nginx.pid;
    error_log stderr;
    ${/^\s*nchan_/m.test(http) ? `load_module ${findModule(nchan)};` : ''}
    events {}
    http {
      access_log off;
      ${temporary.join('\n')}
      ${http}
    }`,
  );
  const { status, stderr } = spawnSync('nginx', ['-t', '-p', folder, '-c', file], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`nginx -t: ${stderr}`);
  await start(port, 'nginx', '-p', folder, '-c', file);
}

/**
 * A server of one's own, until the test is over.
 * @param {import('node:http').RequestListener} listener
 * @returns {Promise<string>} its origin
 */
export async function listen(listener) {
  const server = createHttpServer(listener);
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  atTearDown(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${server.address().port}`;
}
