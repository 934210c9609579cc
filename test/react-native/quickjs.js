// Runs the suites in QuickJS, which has neither WebAssembly nor any class of the web: quickjs.js URL, that of their place
// at the runner.
import { Buffer } from 'node:buffer';
import process from 'node:process';
import { getQuickJS } from 'quickjs-emscripten';

const url = process.argv[2];
const suites = await (await fetch(new URL('/suite.js', url))).text();

const context = (await getQuickJS()).newContext();

/** Runs what is due in the realm; an error that nobody has caught ends this process. */
function evaluate(code, file) {
  context.unwrapResult(context.evalCode(code, file)).dispose();
  context.unwrapResult(context.runtime.executePendingJobs());
}

/**
 * A function of the realm, over strings, numbers and buffers.
 * @param {string} name
 * @param {(...values: any[]) => any} run
 */
function lend(name, run) {
  const handle = context.newFunction(name, (...handles) => {
    const result = run(...handles.map((each) => context.dump(each)));
    if (typeof result === 'string') return context.newString(result);
    return result instanceof ArrayBuffer ? context.newArrayBuffer(result) : context.undefined;
  });
  context.setProp(context.global, name, handle);
  handle.dispose();
}

lend('print', (text) => console.error(text));
// As JSON, since strings end at a NUL on their way.
lend('encode', (json) => Uint8Array.from(Buffer.from(JSON.parse(json), 'utf8')).buffer);
lend('decode', (json) => JSON.stringify(Buffer.from(JSON.parse(json)).toString('utf8')));
const timers = new Map();
lend('startTimer', (id, delay) => {
  timers.set(
    id,
    setTimeout(() => evaluate(`fireTimer(${id})`), delay),
  );
});
lend('stopTimer', (id) => clearTimeout(timers.get(id)));
lend('post', async (id, to, body) => {
  const response = await fetch(to, { method: 'POST', body });
  evaluate(`answer(${id}, ${response.ok}, ${JSON.stringify(await response.text())})`);
});

/** What Mocha and the place's link to its runner need. */
const PRELUDE = `{
  const { encode, decode, post, print, startTimer, stopTimer } = globalThis;
  for (const name of ['encode', 'decode', 'post', 'print', 'startTimer', 'stopTimer']) delete globalThis[name];
  globalThis.console = { log: print, warn: print, error: print };
  globalThis.slowness = 6;
  let last = 0;
  const waiting = new Map();
  globalThis.setTimeout = (callback, delay = 0, ...values) => {
    waiting.set(++last, () => callback(...values));
    startTimer(last, slowness * delay);
    return last;
  };
  globalThis.clearTimeout = (id) => {
    stopTimer(id);
    waiting.delete(id);
  };
  globalThis.fireTimer = (id) => {
    const run = waiting.get(id);
    waiting.delete(id);
    run?.();
  };
  const answers = new Map();
  globalThis.answer = (id, ok, text) => answers.get(id)({ ok, text: async () => text, json: async () => JSON.parse(text) });
  globalThis.fetch = (url, { body }) =>
    new Promise((resolve) => {
      answers.set(++last, resolve);
      post(last, url, body);
    });
  globalThis.lent = {
    TextEncoder: class { encode(text) { return new Uint8Array(encode(JSON.stringify(text))); } },
    TextDecoder: class { decode(bytes) { return JSON.parse(decode(JSON.stringify([...bytes]))); } },
  };
  globalThis.self = globalThis;
  globalThis.addEventListener = () => {};
  globalThis.location = { href: ${JSON.stringify(url)} };
  globalThis.URL = class {
    origin = ${JSON.stringify(new URL(url).origin)};
    searchParams = new Map(${JSON.stringify([...new URL(url).searchParams])});
  };
}`;

evaluate(PRELUDE, 'prelude.js');
evaluate(suites, 'suites.js');
evaluate("for (const name of ['URL', 'fetch', 'location', 'addEventListener']) delete globalThis[name];", 'end.js');
