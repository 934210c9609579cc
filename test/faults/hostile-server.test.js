// A server that means harm. In every test another source of the process goes on meanwhile.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { assert } from '../support/assert.js';
import { EventSource, fakeClock, open, record, serve, tearDown } from '../support/scene.js';
import { deferred, settled, within } from '../support/wait.js';
import { openBystander, readHeader, respond, serveBytes } from './wire.js';

const MIB = 2 ** 20;

/** What the buffers of both ends of a socket hold, and more; in MiB. */
const NOISE = 48;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc');

/** What is held in memory, in MiB. */
function measure() {
  collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  return (heapUsed + external) / MIB;
}

/** Sends a piece again and again, until `size` bytes are sent or the client has gone; `onMib` runs after each MiB. */
async function flood(socket, piece, size, onMib = () => {}) {
  const block = Buffer.from(piece.repeat(Math.ceil(MIB / piece.length)));
  for (let sent = 0; sent < size && !socket.destroyed; sent += block.length) {
    await new Promise((resolve) => socket.write(block, resolve));
    onMib();
  }
}

/** Adds figures to the title, which the report shows. */
function tell(context, text) {
  context.test.title += ` (${text})`;
}

describe('hostile server', () => {
  let bystander;

  beforeEach(async () => (bystander = await openBystander()));

  afterEach(async () => {
    await bystander.expectUntouched();
    await tearDown();
  });

  describe('endless', () => {
    /** Floods a source, and returns how much the memory grew at most, in MiB. */
    async function floodSource(prefix, piece, size, init, { then = '', every = 16 } = {}) {
      const done = deferred();
      const before = measure();
      let peak = before;
      let mib = 0;
      const url = await serveBytes(async (socket) => {
        socket.write(respond(prefix));
        await flood(socket, piece, size, () => {
          if (++mib % every === 0) peak = Math.max(peak, measure());
        });
        socket.write(then);
        done.resolve();
      });
      const source = open(url, init);
      const events = record(source);
      await bystander.expectUntouched();
      return { source, events, ended: done.promise, growth: () => Math.max(0, peak - before) };
    }

    const counted = {
      'line of data': ['data: ', 'a'],
      'event type': ['event: ', 'a'],
      id: ['id: ', 'a'],
      'event of data lines': ['', 'data: x\n'],
      'event of empty data lines': ['data\n', 'data\n'],
      'event of ids': ['', 'id: 1\n'],
      'event of types': ['', 'event: x\n'],
    };
    for (const [name, [prefix, piece]] of Object.entries(counted)) {
      it(`${name}, maxEventSize 1 MiB: fails the connection, memory bounded`, async function () {
        this.timeout(60_000);
        const { source, events, growth } = await floodSource(
          prefix,
          piece,
          128 * MIB,
          { maxEventSize: MIB },
          { every: 1 },
        );
        const error = await events.until('error');
        assert.match(error.message, /^The connection failed: an event was larger than 1048576 bytes/);
        assert.equal(source.readyState, EventSource.CLOSED);
        assert.equal(source.lastEventId, '');
        assert.deepEqual(events.log, ['open', 'error']);
        tell(this, `+${growth().toFixed()} MiB`);
        assert.ok(growth() < NOISE, `${growth()} MiB more`);
      });
    }

    it('line of data, no limit given: fails at 128 MiB, memory bounded', async function () {
      this.timeout(60_000);
      const { source, events, ended, growth } = await floodSource('data: ', 'a', 160 * MIB);
      await events.until('open');
      await ended;
      assert.match((await events.next('error')).message, /larger than 134217728 bytes/);
      assert.equal(source.readyState, EventSource.CLOSED);
      tell(this, `+${growth().toFixed()} MiB`);
      assert.ok(growth() < 2 * 128 + NOISE, `${growth()} MiB more`);
    });

    it('id of 32 MiB, then an end: it is what the reconnection would send, memory bounded', async function () {
      this.timeout(60_000);
      const clock = fakeClock();
      const size = 32 * MIB;
      const url = await serveBytes(async (socket) => {
        socket.write(respond('id: ', { Connection: 'close' }));
        await flood(socket, 'a', size);
        socket.end('\n\n');
      });
      const again = deferred();
      let calls = 0;
      const watched = (given, init) => {
        if (++calls === 1) return fetch(given, init);
        again.resolve([init.headers['Last-Event-ID'], measure() - before]);
        return new Promise(() => {});
      };
      const before = measure();
      const source = open(url, { fetch: watched });
      await record(source).until('error');
      clock.pass();
      const [id, growth] = await within(again.promise, 'a reconnection');
      tell(this, `+${growth.toFixed()} MiB`);
      assert.equal(id.length, size);
      assert.ok(growth < 4 * 32 + NOISE, `${growth} MiB more`);
      source.close();
    });

    const passed = {
      comment: [':', 'a', {}],
      'comment, with the option comment': [':', 'a', { maxEventSize: MIB, comment() {} }],
      comments: ['', ':\n', {}],
      'field name': ['', 'a', {}],
      'unknown field': ['field: ', 'a', {}],
      retry: ['retry: ', '9', {}],
      NULs: ['', '\0', {}],
      'blank lines': ['', '\n', {}],
      'carriage returns': ['', '\r', {}],
    };
    for (const [name, [prefix, piece, init]] of Object.entries(passed)) {
      it(`${name}, 96 MiB: passed over, memory flat, the events after it are delivered`, async function () {
        this.timeout(60_000);
        const then = '\n\nid: 1\ndata: after\n\n';
        const { source, events, ended, growth } = await floodSource(prefix, piece, 96 * MIB, init, { then });
        await events.next('open');
        await ended;
        const { data, lastEventId } = await events.next('message');
        assert.deepEqual([data, lastEventId], ['after', '1']);
        assert.equal(source.reconnectionTime, name === 'retry' ? 2 ** 31 - 1 : 3000);
        tell(this, `+${growth().toFixed()} MiB`);
        assert.ok(growth() < NOISE, `${growth()} MiB more`);
      });
    }
  });

  describe('a million', () => {
    const COUNT = 1_000_000;

    /** A source whose stream is this text. */
    async function openText(text) {
      const url = await serveBytes((socket) => socket.write(respond(text)));
      const source = open(url);
      return { source, events: record(source) };
    }

    const fields = {
      'data fields': ['data: x\n', { data: 'x\n'.repeat(COUNT).slice(0, -1) }],
      'empty data fields': ['data\n', { data: '\n'.repeat(COUNT - 1) }],
      'event fields': ['event: other\n', { data: '', type: 'other' }],
      'id fields': ['id: 7\n', { data: '', lastEventId: '7' }],
      'unknown fields': ['field: x\n', { data: '' }],
      comments: [': x\n', { data: '' }],
      'fields of all kinds': ['event: last\nfield\nid: 7\n:\nretry: 5\n', { data: '', type: 'last', lastEventId: '7' }],
    };
    for (const [name, [field, { data, type = 'message', lastEventId = '' }]] of Object.entries(fields)) {
      it(`${name} in one event: one event, right in every part`, async function () {
        this.timeout(60_000);
        const last = field.startsWith('data') ? '' : 'data\n';
        const url = await serveBytes((socket) => socket.write(respond(`${field.repeat(COUNT)}${last}\n`)));
        const source = open(url);
        const events = record(source, 'other', 'last');
        await events.next('open');
        const event = await events.next(type);
        assert.ok(event.data === data, 'other data');
        assert.equal(event.lastEventId, lastEventId);
      });
    }

    it('ids without data: no event, the last one counts', async function () {
      this.timeout(60_000);
      const ids = Array.from({ length: COUNT }, (_, n) => `id: ${n}\n\n`).join('');
      const { source, events } = await openText(`${ids}data: x\n\n`);
      await events.next('open');
      const event = await events.next('message');
      assert.equal(event.lastEventId, `${COUNT - 1}`);
      assert.equal(source.lastEventId, `${COUNT - 1}`);
    });

    it('events with an id each: all, in order', async function () {
      this.timeout(60_000);
      const text = Array.from({ length: COUNT }, (_, n) => `id: ${n}\ndata\n\n`).join('');
      const url = await serveBytes((socket) => socket.write(respond(text)));
      const source = open(url);
      const done = deferred();
      let count = 0;
      source.onmessage = ({ lastEventId }) => {
        if (lastEventId !== `${count++}`) done.reject(new Error(`${lastEventId} as number ${count}`));
        if (count === COUNT) done.resolve();
      };
      source.onerror = ({ message }) => done.reject(new Error(message));
      await within(done.promise, () => `all events (${count} came)`);
    });
  });

  describe("event types that are names of JavaScript's own", () => {
    const prototypes = [Object.prototype, EventSource.prototype, EventTarget.prototype];
    const names = Object.getOwnPropertyNames(Object.prototype);
    for (const type of [...names, 'prototype', 'then', 'close', 'onmessage', 'dispatchEvent', '#handlers']) {
      it(`${type}: reaches its listener and no other, and changes nothing`, async () => {
        const before = prototypes.map(Reflect.ownKeys);
        const url = await serveBytes((socket) =>
          socket.write(respond(`event: ${type}\ndata: {"a":1}\n\ndata: next\n\n`)),
        );
        const source = open(url);
        const keys = Reflect.ownKeys(source);
        const events = record(source, type, 'a', 'undefined');
        await events.until('message');
        assert.deepEqual(events.log, ['open', `${type}: {"a":1}`, 'message: next']);
        assert.deepEqual(Reflect.ownKeys(source), keys);
        assert.deepEqual(prototypes.map(Reflect.ownKeys), before);
        assert.equal({}.a, undefined);
      });
    }

    it('open and error: reach those listeners as MessageEvents, without the members of the real ones, and change no state', async () => {
      const url = await serveBytes((socket) =>
        socket.write(respond('event: error\ndata: forged\n\nevent: open\ndata: forged\n\n')),
      );
      const source = open(url);
      const events = record(source);
      await events.next('open');
      for (const type of ['error', 'open']) {
        const event = await events.next(type);
        assert.ok(event instanceof MessageEvent);
        assert.equal(event.data, 'forged');
        for (const name of ['message', 'code', 'status', 'headers', 'retryIn']) assert.equal(event[name], undefined);
      }
      assert.equal(source.readyState, EventSource.OPEN);
    });
  });

  describe('an id made to inject a header', () => {
    const utf8 = (text) => Buffer.from(text).toString('latin1');
    /** By what they try: the bytes of the stream, and of the header's value that must come; null: no such header. */
    const ids = {
      'CR LF': ['id: a\r\nX-Injected: 1\r\n\r\n', 'a'],
      CR: ['id: a\rX-Injected: 1\r\r', 'a'],
      LF: ['id: a\nX-Injected: 1\n\n', 'a'],
      'CR LF over the end of a chunk': ['id: a\r', 'a', '\nX-Injected: 1\n\n'],
      'NUL, which makes the id ignored': ['id: a\n\nid: b\0X-Injected: 1\n\n', 'a'],
      'U+010D U+010A, whose low bytes are CR LF': [
        'id: a\u010D\u010AX-Injected: 1\n\n',
        utf8('a\u010D\u010AX-Injected: 1'),
      ],
      'U+560D U+560A': ['id: a\u560D\u560AX-Injected: 1\n\n', utf8('a\u560D\u560AX-Injected: 1')],
      'U+0D0A': ['id: a\u0D0AX-Injected: 1\n\n', utf8('a\u0D0AX-Injected: 1')],
      'U+10D0D and U+10A0A': ['id: \u{10D0D}\u{10A0A}\n\n', utf8('\u{10D0D}\u{10A0A}')],
      'U+0085, U+2028 and U+2029': ['id: a\x85\u2028\u2029b\n\n', utf8('a\x85\u2028\u2029b')],
      'all of Latin-1 above the controls': ['id: \xA0\xFF\xC4\x8D\xC4\x8A\n\n', utf8('\xA0\xFF\xC4\x8D\xC4\x8A')],
      'overlong forms of CR LF': [Buffer.from('69643a61c08dc08ae0808d620a0a', 'hex'), utf8(`a${'\uFFFD'.repeat(7)}b`)],
      'surrogates as UTF-8': [Buffer.from('69643a61eda08dedb08a620a0a', 'hex'), utf8(`a${'\uFFFD'.repeat(6)}b`)],
      'half a character': [Buffer.from('69643a61c40a0a', 'hex'), utf8('a\uFFFD')],
      'a control character': ['id: a\x0BX-Injected: 1\n\n', null],
      DEL: ['id: a\x7F\n\n', null],
      "spaces and tabs around, which are no part of a header's value": ['id: \t a b \t \n\n', 'a b'],
      'nothing but spaces': ['id:   \n\n', ''],
      'the syntax of headers': ['id: a: b, c; d="e" \\\n\n', 'a: b, c; d="e" \\'],
      'eight thousand characters': [`id: ${'é'.repeat(8000)}\n\n`, utf8('é'.repeat(8000))],
    };
    for (const [name, [first, value, second = '']] of Object.entries(ids)) {
      it(`${name}: the request differs from the one before in the value of Last-Event-ID alone, byte by byte`, async () => {
        const clock = fakeClock();
        const heads = [];
        const again = deferred();
        const url = await serveBytes(async (socket, head) => {
          heads.push(head);
          if (heads.length === 2) again.resolve();
          await new Promise((resolve) => socket.write(respond(first), resolve));
          await settled();
          socket.end(second);
        });
        const events = record(open(url, { lastEventId: 'before' }));
        const error = await events.until('error');
        clock.pass();
        await within(again.promise, 'a reconnection');
        const line = 'Last-Event-ID: before\r\n';
        assert.ok(heads[0].includes(line), heads[0]);
        assert.equal(
          heads[1],
          heads[0].replace(line, () => (value === null ? '' : `Last-Event-ID: ${value}\r\n`)),
        );
        assert.equal(/without Last-Event-ID/.test(error.message), value === null);
        await events.next('open');
      });
    }

    const given = {
      'U+010D U+010A': '\u010D\u010AX-Injected: 1',
      'U+560D U+560A': '\u560D\u560AX-Injected: 1',
      'half a surrogate pair': '\uD800X-Injected: 1',
    };
    for (const [name, id] of Object.entries(given)) {
      it(`${name}, by the option lastEventId: its UTF-8 bytes are sent, and nothing else`, async () => {
        const came = deferred();
        const url = await serveBytes((socket, head) => came.resolve(head));
        open(url, { lastEventId: id });
        assert.equal(readHeader(await within(came.promise, 'a request'), 'Last-Event-ID'), utf8(id));
      });
    }
  });

  describe('reconnect storms', () => {
    /** Counts the requests, and how many connections there were at most at once. */
    async function serveStorm(body, onRequest = () => {}) {
      let running = 0;
      const seen = { count: 0, most: 0 };
      const url = await serveBytes((socket) => {
        seen.most = Math.max(seen.most, ++running);
        socket.once('close', () => running--);
        socket.end(respond(body, { Connection: 'close' }));
        ++seen.count;
        onRequest(seen.count);
      });
      return { url, seen };
    }

    for (const retry of ['0', '1']) {
      it(`retry: ${retry}, and an end at once: after the first time it waits 100 ms, one request at a time, and other sources go on`, async () => {
        const clock = fakeClock();
        const { url, seen } = await serveStorm(`retry: ${retry}\n\n`);
        const source = open(url);
        const events = record(source);
        for (let n = 1; n <= 50; n++) {
          await events.next('open');
          const { retryIn } = await events.next('error');
          assert.equal(retryIn, n === 1 ? Number(retry) : 100);
          await bystander.expectUntouched();
          assert.equal(seen.count, n);
          assert.deepEqual(clock.waits, [retryIn]);
          clock.pass();
        }
        source.close();
        assert.ok(seen.most <= 2, `${seen.most} connections at once`);
      });
    }

    it('retry: 0, and a redirect to a third party that refuses, again and again: it waits 100 ms', async () => {
      const clock = fakeClock();
      const { url } = await serveStorm('retry: 0\ndata: x\n\n');
      const other = await serve([]);
      await other.close();
      const fetchInTurn = (given, init) => fetch(++calls % 2 === 0 ? other.url : given, init);
      let calls = 0;
      const events = record(open(url, { fetch: fetchInTurn }));
      const waits = [];
      while (waits.length < 10) {
        waits.push((await events.until('error')).retryIn);
        clock.pass();
      }
      assert.deepEqual(waits, Array(5).fill([0, 100]).flat());
    });

    it("retry: 0, and the option reconnectionTime of less than 100 ms: the owner's word counts", async () => {
      const clock = fakeClock();
      const { url } = await serveStorm('retry: 0\n\n');
      const events = record(open(url, { reconnectionTime: 20 }));
      for (const wait of [0, 20, 20]) {
        assert.equal((await events.until('error')).retryIn, wait);
        clock.pass();
      }
    });

    it('retry: 0, an event, and an end at once: one request at a time, the event loop runs between, and other sources go on', async () => {
      const enough = deferred();
      const { url, seen } = await serveStorm('retry: 0\ndata: x\n\n', (count) => count === 100 && enough.resolve());
      const source = open(url);
      const done = within(enough.promise, () => `100 requests (${seen.count} came)`);
      for (let n = 0; n < 20; n++) await bystander.expectUntouched();
      await done;
      source.close();
      assert.ok(seen.most <= 2, `${seen.most} connections at once`);
    });
  });
});
