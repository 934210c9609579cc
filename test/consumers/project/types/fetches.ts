// What has a `fetch` of its own: undici, two versions of it, and node-fetch. Beside every version of @types/node, with
// lib.dom and without.
import { Readable } from 'node:stream';
import nodeFetch from 'node-fetch';
import * as undici7 from 'undici7';
import * as undici8 from 'undici8';
import { EventSource, events } from 'eventsource-wasm';

const url = 'https://example.org/stream';

// docs/recipes.md, "Through a proxy"
const dispatcher7 = new undici7.ProxyAgent('http://proxy.example:8080');
const dispatcher8 = new undici8.ProxyAgent('http://proxy.example:8080');
new EventSource(url, { fetch: (url, init) => undici7.fetch(url, { ...init, dispatcher: dispatcher7 }) });
new EventSource(url, { fetch: (url, init) => undici8.fetch(url, { ...init, dispatcher: dispatcher8 }) });

new EventSource(url, { fetch: undici7.fetch, headers: new undici7.Headers({ a: 'b' }) });
new EventSource(url, { fetch: undici8.fetch, headers: new undici8.Headers({ a: 'b' }) });
new EventSource(url, { fetch, headers: new Headers({ a: 'b' }) });
new EventSource(url, { fetch: (url, init) => fetch(url, { ...init, keepalive: true }) });
new EventSource(url, {
  async fetch(url, init) {
    const response = await fetch(url, init);
    return response.ok ? new Response(response.body, response) : response;
  },
});
new EventSource(url, {
  async fetch(url, init) {
    const { status, headers, url: lastUrl, body } = await nodeFetch(url, init);
    return { status, headers, url: lastUrl, body: body && Readable.toWeb(Readable.from(body)) };
  },
});
// @ts-expect-error -- a source reads no stream of Node
new EventSource(url, { fetch: nodeFetch });

export async function read() {
  for await (const { data } of events(await undici7.fetch(url))) data.at(0);
  for await (const { data } of events(await undici8.fetch(url))) data.at(0);
  for await (const { data } of events(await nodeFetch(url))) data.at(0);
  for await (const { data } of events(await fetch(url))) data.at(0);
  for await (const { data } of events((await undici7.fetch(url)).body!)) data.at(0);
  for await (const { data } of events((await undici8.fetch(url)).body!)) data.at(0);
  for await (const { data } of events((await nodeFetch(url)).body!)) data.at(0);
  for await (const { data } of events((await fetch(url)).body!)) data.at(0);
  for await (const { data } of events((await undici8.request(url)).body)) data.at(0);
  EventSource.fromReadableStream((await undici7.fetch(url)).body!).close();
  EventSource.fromReadableStream((await undici8.fetch(url)).body!).close();
  EventSource.fromReadableStream((await fetch(url)).body!).close();
}
