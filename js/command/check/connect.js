// One HTTP request by Node's own clients, as a browser would make it: HTTP/2 where TLS agrees on it, else HTTP/1.1; each
// on a connection of its own. fetch would hide the version, the sizes of what comes, and the socket.
// @ts-check
/// <reference types="node" />
import { once } from 'node:events';
import * as http from 'node:http';
import * as http2 from 'node:http2';
import * as https from 'node:https';
import { isIP } from 'node:net';
import * as tls from 'node:tls';

/**
 * @typedef {object} Answer
 * @property {number} status
 * @property {string} httpVersion
 * @property {Record<string, string>} headers by lower-case name
 * @property {import('node:stream').Readable} body as it comes, compressed
 * @property {() => boolean} closeOurSide tells the server that no more will be read; false where HTTP has no way to
 */

/**
 * @typedef {object} Request
 * @property {URL} url
 * @property {string} method
 * @property {Record<string, string>} headers
 * @property {Uint8Array | undefined} body
 * @property {AbortSignal} signal ends it, at whatever point
 * @property {() => void} onConnect the server can be reached, by TLS too
 */

/**
 * @param {Request} request
 * @returns {Promise<Answer>} once the headers have come
 */
export async function connect(request) {
  if (request.url.protocol === 'http:') return connectByHttp1(request, http.request, undefined);
  const socket = await openTls(request);
  request.onConnect();
  if (socket.alpnProtocol === 'h2') return connectByHttp2(request, socket);
  return connectByHttp1(request, https.request, socket);
}

/** @param {Request} request */
async function openTls({ url: { hostname, port }, signal }) {
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  const socket = tls.connect({
    ...{ host, port: Number(port || 443), ALPNProtocols: ['h2', 'http/1.1'] },
    servername: isIP(host) ? '' : host,
  });
  signal.addEventListener('abort', () => socket.destroy(), { once: true });
  await once(socket, 'secureConnect', { signal });
  return socket;
}

/** @param {import('node:http').IncomingHttpHeaders} headers */
const joinValues = (headers) =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value].flat().join(', ')]));

/**
 * @param {Request} request
 * @param {typeof http.request} open
 * @param {tls.TLSSocket | undefined} socket
 * @returns {Promise<Answer>}
 */
async function connectByHttp1({ url, method, headers, body, signal, onConnect }, open, socket) {
  const sent = open(url, {
    // As browsers do: without an agent, Node would ask the server to close.
    ...{ method, headers: { ...headers, Connection: 'keep-alive' }, signal, agent: false },
    ...(socket && { createConnection: () => socket }),
  });
  sent.on('error', () => {}); // After the response, too.
  sent.on('socket', (used) => used.on('connect', onConnect));
  sent.end(body);
  const [response] = /** @type {[http.IncomingMessage]} */ (await once(sent, 'response', { signal }));
  return {
    status: response.statusCode ?? 0,
    httpVersion: response.httpVersion,
    headers: joinValues(response.headers),
    body: response,
    closeOurSide() {
      response.socket.end();
      return true;
    },
  };
}

/**
 * @param {Request} request
 * @param {tls.TLSSocket} socket
 * @returns {Promise<Answer>}
 */
async function connectByHttp2({ url, method, headers, body, signal }, socket) {
  const session = http2.connect(url.origin, { createConnection: () => socket });
  session.on('error', () => {});
  signal.addEventListener('abort', () => session.destroy(), { once: true });
  const stream = session.request({ ...headers, ':method': method, ':path': `${url.pathname}${url.search}` });
  stream.on('error', () => {});
  stream.on('close', () => session.close());
  stream.end(body);
  const [given] = /** @type {[http2.IncomingHttpHeaders]} */ (await once(stream, 'response', { signal }));
  const { ':status': status, ...rest } = given;
  return {
    status: Number(status),
    httpVersion: '2',
    headers: joinValues(rest),
    body: stream,
    closeOurSide: () => false,
  };
}
