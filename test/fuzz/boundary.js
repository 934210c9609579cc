// The boundary under fuzz: random streams, cut anywhere, to listeners that close, throw, open and feed within one
// another. Each case runs for its share of FUZZ_SECONDS; a failure prints its seed, and FUZZ_SEED=N runs it again.
import fc from 'fast-check';
import { createParser } from '../../js/index.js';
import { assert } from '../support/assert.js';
import { EventSource, fakeClock, tearDown } from '../support/scene.js';
import { interpret } from '../support/reference.js';
import { makeCore, openConnection } from '../support/run-core.js';
import { deferred, within } from '../support/wait.js';

const SECONDS = Number(process.env.FUZZ_SECONDS ?? 20);
const SEED = Number(process.env.FUZZ_SEED ?? Date.now() % 2 ** 31);
const SHARES = 4;

const encoder = new TextEncoder();

// ---- What is generated ----

const text = fc.constantFrom(
  ...[
    'data:',
    'data: ',
    'data\n',
    'event: ',
    'event:',
    'id: ',
    'id',
    'id:1\n',
    'id: é\n\n',
    'retry: ',
    ':',
    ': ',
    ' ',
    'a',
    '12',
  ],
  ...['\n', '\n', '\n', '\n\n', '\n\n', '\r', '\r\n', '\0', '\x01', '\uFEFF', 'é', '日本', '🙂', 'data: x\n\n'],
);
const textOf = (maxLength) => fc.array(text, { maxLength, size: 'max' }).map((pieces) => pieces.join(''));
const shortText = textOf(40);
// More than a batch, or a slice, holds.
const longText = fc
  .tuple(textOf(6), fc.integer({ min: 1, max: 3000 }), shortText)
  .map(([repeated, times, rest]) => repeated.repeat(times) + rest);
const anyText = fc.oneof({ weight: 60, arbitrary: shortText }, { weight: 1, arbitrary: longText });
const bytes = fc.array(
  fc.oneof({ weight: 12, arbitrary: anyText }, { weight: 1, arbitrary: fc.uint8Array({ maxLength: 4 }) }),
  { maxLength: 3 },
);
const stream = bytes.map((parts) =>
  join(parts.map((part) => (typeof part === 'string' ? encoder.encode(part) : part))),
);
const places = fc.array(fc.nat({ max: 2 ** 20 }), { maxLength: 8 });

/** @param {Uint8Array[]} parts */
function join(parts) {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Chunks of a string or of bytes, some of them empty. */
function cut(whole, at) {
  const ends = at.map((place) => place % (whole.length + 1)).sort((a, b) => a - b);
  return [...ends, whole.length].map((end, i) => whole.slice(ends[i - 1] ?? 0, end));
}

/** What listeners do, in the order in which they are called, whoever they listen to; then nothing any more. */
const reactions = (...kinds) =>
  fc.array(fc.tuple(fc.constantFrom('nothing', ...kinds), fc.nat({ max: 3 })), { maxLength: 30 });

class Thrown extends Error {}

// ---- Running ----

/** Tries as many cases as the time allows. */
async function fuzz(property) {
  const interruptAfterTimeLimit = (SECONDS * 1000) / SHARES;
  const options = { seed: SEED, numRuns: 2 ** 31, interruptAfterTimeLimit, markInterruptAsFailure: false };
  const details = await fc.check(property, options);
  if (details.failed) throw new Error(`FUZZ_SEED=${SEED}: ${fc.defaultReportMessage(details)}`);
  assert.ok(details.numRuns > 0, 'nothing was run');
  console.log(`      ${details.numRuns} runs, FUZZ_SEED=${SEED}`);
}

/** Whatever a listener throws comes back from here, and nothing else. */
function expectThrown(isThrown, action) {
  try {
    action();
  } catch (error) {
    if (!(error instanceof Thrown)) throw error;
    assert.ok(isThrown(), 'an error of another connection');
    return true;
  }
  assert.ok(!isThrown(), 'an error of a listener is lost');
  return false;
}

function assertEvents(events, expected, isWhole) {
  assert.deepEqual(events, isWhole ? expected : expected.slice(0, events.length));
}

// ---- Several connections in one core ----

class Peer {
  isClosed = false;
  isFed = false; // at the moment
  fed = 0;
  events = [];

  constructor(core, [whole, at]) {
    this.connection = openConnection(core);
    this.chunks = cut(whole, at);
  }

  check() {
    const { events, lastEventId, reconnectionTime } = interpret(join(this.chunks));
    assertEvents(this.events, events, !this.isClosed);
    if (this.isClosed) return;
    assert.equal(this.connection.lastEventId, lastEventId);
    assert.equal(this.connection.load().reconnectionTime(), reconnectionTime);
  }
}

function runPeers(core, streams, order, reacts) {
  const rest = [...reacts];
  const peers = streams.map((of) => new Peer(core, of));
  const react = (what, whom) => {
    const other = peers[whom % peers.length];
    if (what === 'close') {
      other.isClosed = true;
      other.connection.close();
    }
    if (what === 'feed') feed(other);
    if (what === 'open') peers.push(new Peer(core, streams[whom % streams.length]));
    if (what === 'throw') throw new Thrown();
  };
  const feed = (peer) => {
    if (peer.isFed || peer.fed === peer.chunks.length) return;
    let hasThrown = false;
    peer.isFed = true;
    const hear = (type, data) => {
      assert.ok(!peer.isClosed, 'an event after close()');
      peer.events.push({ type: type || 'message', data, lastEventId: peer.connection.lastEventId });
      const [what, whom] = rest.shift() ?? ['nothing', 0];
      if (what === 'throw') hasThrown = true;
      react(what, whom);
    };
    expectThrown(
      () => hasThrown,
      () => peer.connection.receive(peer.chunks[peer.fed++], hear),
    );
    peer.isFed = false;
  };
  for (const n of order) feed(peers[n % peers.length]);
  for (const peer of peers) while (peer.fed < peer.chunks.length) feed(peer);
  for (const peer of peers) peer.check();
}

// ---- A parser whose callbacks feed and reset it ----

function runParser(chunks, reacts) {
  const waiting = [...chunks];
  const rest = [...reacts];
  const empty = chunks[0].slice(0, 0);
  const wholeOf = (fed) => (typeof empty === 'string' ? encoder.encode(fed.join('')) : join(fed));
  const segments = [{ fed: [], events: [] }]; // between resets
  let lastEventId = '';
  let hasThrown = false;
  const feed = (chunk) => {
    segments.at(-1).fed.push(chunk);
    parser.feed(chunk);
  };
  const parser = createParser({
    onId: (id) => (lastEventId = id),
    onEvent({ event = 'message', data }) {
      segments.at(-1).events.push({ type: event, data, lastEventId });
      const [what] = rest.shift() ?? ['nothing'];
      if (what === 'feed' && waiting.length > 0) feed(waiting.shift());
      if (what === 'reset') {
        parser.reset();
        segments.push({ fed: [], events: [] });
        lastEventId = '';
      }
      if (what === 'throw') {
        hasThrown = true;
        throw new Thrown();
      }
    },
  });
  // What was fed within a callback that threw waits for the next call.
  for (let isUnfinished = true; isUnfinished || waiting.length > 0;) {
    hasThrown = false;
    isUnfinished = expectThrown(
      () => hasThrown,
      () => feed(waiting.shift() ?? empty),
    );
  }
  segments.forEach(({ fed, events }, n) => {
    assertEvents(events, interpret(wholeOf(fed)).events, n === segments.length - 1);
  });
}

// ---- A source, from its first request until it is closed ----

/** What a stream means after others. */
function interpretAfter({ lastEventId, reconnectionTime }, bytes) {
  const hasBom = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  const before = encoder.encode(`retry: ${reconnectionTime}\nid: ${lastEventId}\n\n`);
  return interpret(join([before, hasBom ? bytes.subarray(3) : bytes]));
}

function bodyOf(chunks, ending) {
  const rest = [...chunks];
  return new ReadableStream({
    pull(controller) {
      if (rest.length > 0) controller.enqueue(rest.shift());
      else if (ending === 'end') controller.close();
      else controller.error(new Error('the connection broke off'));
    },
  });
}

const streamOf = (body) => new Response(body, { headers: { 'content-type': 'text/event-stream' } });

function isSendable(id) {
  const isControl = (byte) => (byte < 0x20 && byte !== 0x09) || byte === 0x7f;
  return id !== '' && !encoder.encode(id).some(isControl);
}

/** What is done with errors that reach the process. */
let onUncaught;

async function runSource(attempts, reacts) {
  const rest = [...reacts];
  const meant = [{ events: [], lastEventId: '', reconnectionTime: 3000 }];
  for (const { ending, whole } of attempts) {
    meant.push(ending === 'refuse' ? { ...meant.at(-1), events: [] } : interpretAfter(meant.at(-1), whole));
  }
  const expected = meant.flatMap(({ events }) => events);
  const clock = fakeClock();
  const finished = deferred();
  const signals = [];
  const events = [];
  let thrown = 0;
  let isClosed = false;
  let reported = 0;
  onUncaught = (error) => {
    if (error instanceof Thrown) reported++;
    else finished.reject(error);
  };

  const fetch = async (_, { headers, signal }) => {
    const n = signals.length;
    const { lastEventId } = meant[n];
    signals.push(signal);
    const sent = isSendable(lastEventId) ? Buffer.from(lastEventId).toString('latin1') : undefined;
    assert.equal(headers['Last-Event-ID'], sent);
    if (n === attempts.length) return new Response(null, { status: 204 });
    const { ending, whole, at } = attempts[n];
    if (ending === 'refuse') throw new TypeError('refused');
    return streamOf(bodyOf(cut(whole, at), ending));
  };
  const source = new EventSource('http://fuzz.example/', { fetch });
  const react = () => {
    assert.ok(!isClosed, 'an event after close()');
    const [what] = rest.shift() ?? ['nothing'];
    if (what === 'close') {
      isClosed = true;
      source.close();
      finished.resolve();
    }
    if (what === 'open') {
      const other = new EventSource('http://other.example/', { fetch: async () => streamOf('data: x\n\n') });
      other.onmessage = () => other.close();
    }
    if (what === 'throw') {
      thrown++;
      throw new Thrown();
    }
  };
  source.onopen = react;
  source.onerror = () => {
    if (source.readyState === EventSource.CLOSED) {
      finished.resolve();
      return;
    }
    const { reconnectionTime, events: brought } = meant[signals.length];
    const least = signals.length > 1 && brought.length === 0 ? 100 : 0;
    queueMicrotask(() => {
      if (isClosed) return;
      assert.deepEqual(clock.waits, [Math.max(least, reconnectionTime)]);
      try {
        react();
      } finally {
        if (!isClosed) clock.pass();
      }
    });
    react();
  };
  for (const type of new Set(expected.map((event) => event.type))) {
    source.addEventListener(type, ({ data, lastEventId }) => {
      assert.equal(source.readyState, EventSource.OPEN);
      events.push({ type, data, lastEventId });
      react();
    });
  }
  await within(finished.promise, 'the source to be closed');
  await new Promise(setImmediate); // what listeners threw is reported by then
  assertEvents(events, expected, !isClosed);
  assert.equal(source.readyState, EventSource.CLOSED);
  assert.deepEqual(clock.waits, []);
  assert.equal(reported, thrown);
  await tearDown();
}

describe('boundary', function () {
  this.timeout(0);

  const streams = fc.array(fc.tuple(stream, places), { minLength: 1, maxLength: 3 });
  const order = fc.array(fc.nat({ max: 3 }), { maxLength: 20 });

  for (const build of Object.keys(makeCore)) {
    it(`${build}: connections in one core do not disturb each other, whatever their listeners do`, () => {
      const core = makeCore[build]();
      const listeners = reactions('close', 'feed', 'feed', 'open', 'throw');
      return fuzz(fc.property(streams, order, listeners, (...given) => runPeers(core, ...given)));
    });
  }

  it('a parser may be fed and reset by its callbacks', () => {
    const chunks = fc.tuple(fc.oneof(stream, anyText), places).map(([whole, at]) => cut(whole, at));
    return fuzz(fc.property(chunks, reactions('feed', 'feed', 'reset', 'throw'), runParser));
  });

  describe('a source', () => {
    let listeners;
    before(() => {
      listeners = process.listeners('uncaughtException');
      process.removeAllListeners('uncaughtException');
      process.on('uncaughtException', (error) => onUncaught(error));
    });
    after(() => {
      process.removeAllListeners('uncaughtException');
      for (const listener of listeners) process.on('uncaughtException', listener);
    });

    it('delivers what its streams mean, over reconnections, until it is closed', () => {
      const ending = fc.constantFrom('end', 'end', 'break', 'refuse');
      const attempts = fc.array(fc.record({ whole: stream, at: places, ending }), { maxLength: 4 });
      return fuzz(fc.asyncProperty(attempts, reactions('nothing', 'nothing', 'close', 'open', 'throw'), runSource));
    });
  });
});
