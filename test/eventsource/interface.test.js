// Section 1 of the standard's points: the shape of the interface.
import { assert } from '../support/assert.js';
import { itUnless, limits } from '../support/platform.js';
import { EventSource, open, record, replaceFetch, serve, tearDown } from '../support/scene.js';
import { settled } from '../support/wait.js';

const STREAM = [{ chunks: ['data: x\n\n'] }];
const nowhere = 'http://127.0.0.1:1/';

describe('interface', () => {
  afterEach(tearDown);

  // The shape needs no connection: requests are swallowed.
  const still = () => replaceFetch(() => new Promise(() => {}));

  itUnless(limits.ownDispatch)('1.1 is a class that extends EventTarget', () => {
    still();
    const source = open(nowhere);
    assert.equal(Object.getPrototypeOf(EventSource), EventTarget);
    assert.equal(Object.getPrototypeOf(EventSource.prototype), EventTarget.prototype);
    assert.ok(source instanceof EventTarget);
    assert.equal(Object.prototype.toString.call(source), '[object EventSource]');
    assert.deepEqual(Object.getOwnPropertyDescriptor(EventSource.prototype, Symbol.toStringTag), {
      value: 'EventSource',
      writable: false,
      enumerable: false,
      configurable: true,
    });
    assert.equal(EventSource.name, 'EventSource');
    assert.equal(EventSource.length, 1);
  });

  it('1.1 throws a TypeError without new, or without arguments', () => {
    const calls = still();
    assert.throws(() => EventSource(nowhere), TypeError);
    assert.throws(() => new EventSource(), TypeError);
    assert.equal(calls.length, 0);
  });

  it('1.1 can be extended', async () => {
    const calls = still();
    class Own extends EventSource {
      extra = 1;
    }
    const source = new Own(nowhere);
    assert.ok(source instanceof EventSource);
    assert.equal(source.extra, 1);
    source.close();
    await settled();
    assert.equal(calls.length, 0);
  });

  it('1.2 has its constants on the interface and on the prototype', () => {
    for (const holder of [EventSource, EventSource.prototype]) {
      for (const [name, value] of Object.entries({ CONNECTING: 0, OPEN: 1, CLOSED: 2 })) {
        assert.deepEqual(
          Object.getOwnPropertyDescriptor(holder, name),
          { value, writable: false, enumerable: true, configurable: false },
          name,
        );
      }
    }
  });

  itUnless(limits.classes)('1.3 has read-only attributes on the prototype', () => {
    for (const name of ['url', 'withCredentials', 'readyState']) {
      const { get, set, enumerable, configurable } = Object.getOwnPropertyDescriptor(EventSource.prototype, name);
      assert.equal(typeof get, 'function', name);
      assert.equal(get.name, `get ${name}`);
      assert.equal(set, undefined, name);
      assert.ok(enumerable && configurable, name);
    }
  });

  it('1.3 checks the brand of this', () => {
    for (const name of ['url', 'withCredentials', 'readyState', 'onopen', 'onmessage', 'onerror']) {
      const { get, set } = Object.getOwnPropertyDescriptor(EventSource.prototype, name);
      for (const foreign of [{}, undefined, EventSource.prototype, new EventTarget()]) {
        assert.throws(() => get.call(foreign), TypeError, name);
        if (set) assert.throws(() => set.call(foreign, () => {}), TypeError, name);
      }
    }
    assert.throws(() => EventSource.prototype.close.call({}), TypeError);
  });

  it('1.3 has close as an enumerable method', () => {
    const { value, ...flags } = Object.getOwnPropertyDescriptor(EventSource.prototype, 'close');
    assert.deepEqual(flags, { writable: true, enumerable: true, configurable: true });
    assert.equal(value.length, 0);
    assert.equal(value.name, 'close');
  });

  itUnless(limits.classes)(
    '1.3 leaves no property on an instance, and on the prototype no other names than those of the extensions',
    () => {
      still();
      const source = open(nowhere);
      source.onopen = () => {};
      assert.deepEqual(Object.getOwnPropertyNames(source), []);
      assert.deepEqual(Object.keys(source), []);
      const extensions = ['lastEventId', 'reconnect', 'reconnectionTime'];
      const names = Object.getOwnPropertyNames(EventSource.prototype).filter((name) => !extensions.includes(name));
      assert.deepEqual(names.sort(), [
        'CLOSED',
        'CONNECTING',
        'OPEN',
        'close',
        'constructor',
        'onerror',
        'onmessage',
        'onopen',
        'readyState',
        'url',
        'withCredentials',
      ]);
    },
  );

  it('1.4 has event handlers that begin as null', () => {
    still();
    const source = open(nowhere);
    for (const name of ['onopen', 'onmessage', 'onerror']) {
      const { get, set, enumerable, configurable } = Object.getOwnPropertyDescriptor(EventSource.prototype, name);
      assert.ok(get && set && enumerable && configurable, name);
      assert.equal(source[name], null, name);
    }
  });

  it('1.4 turns a handler that is no object into null', () => {
    still();
    const source = open(nowhere);
    const handler = () => {};
    for (const value of [undefined, null, 0, 1, '', 'code()', true, Symbol('s'), 1n]) {
      source.onmessage = handler;
      assert.equal(source.onmessage, handler);
      source.onmessage = value;
      assert.equal(source.onmessage, null, String(value));
    }
  });

  it('1.4 keeps a handler that is an object and never calls it', async () => {
    const server = await serve(STREAM);
    const source = open(server.url);
    const called = [];
    const handler = { handleEvent: () => called.push('handleEvent') };
    source.onmessage = handler;
    assert.equal(source.onmessage, handler);
    const events = record(source);
    await events.next('open');
    await events.next('message');
    assert.deepEqual(called, []);
  });

  /** The letters that handlers and listeners leave behind when one message comes, in their order. */
  async function orderOf(prepare) {
    const server = await serve(STREAM);
    const source = open(server.url);
    const order = [];
    prepare(source, (letter) => () => order.push(letter));
    const events = record(source);
    await events.next('open');
    await events.next('message');
    return order.join('');
  }

  it('1.4 calls each handler once for an event, of the stream or dispatched by anyone', async () => {
    const server = await serve([{ ...STREAM[0], then: 'end' }]);
    const source = open(server.url);
    const calls = [];
    for (const type of ['open', 'message', 'error']) source[`on${type}`] = () => calls.push(type);
    await record(source).until('error');
    assert.deepEqual(calls, ['open', 'message', 'error']);
    source.addEventListener('own', () => assert.equal(typeof source.onmessage, 'function'));
    for (const type of ['message', 'own', 'error']) source.dispatchEvent(new Event(type));
    assert.deepEqual(calls.slice(3), ['message', 'error']);
    assert.equal(typeof source.onmessage, 'function');
  });

  it('1.4 calls a handler in the place where it was first set', async () => {
    const order = await orderOf((source, leave) => {
      source.addEventListener('message', leave('a'));
      source.onmessage = leave('H');
      source.addEventListener('message', leave('b'));
    });
    assert.equal(order, 'aHb');
  });

  it('1.4 keeps the place of a handler that is replaced', async () => {
    const order = await orderOf((source, leave) => {
      source.onmessage = leave('1');
      source.addEventListener('message', leave('a'));
      source.onmessage = leave('2');
    });
    assert.equal(order, '2a');
  });

  it('1.4 keeps the place of a handler through an object that is not callable', async () => {
    const order = await orderOf((source, leave) => {
      source.onmessage = {};
      source.addEventListener('message', leave('a'));
      source.onmessage = leave('H');
    });
    assert.equal(order, 'Ha');
  });

  for (const [name, nothing] of Object.entries({ null: null, 'a number': 1 })) {
    it(`1.4 gives up the place of a handler that is set to ${name}`, async () => {
      const order = await orderOf((source, leave) => {
        source.onmessage = leave('1');
        source.addEventListener('message', leave('a'));
        source.onmessage = nothing;
        source.onmessage = leave('2');
      });
      assert.equal(order, 'a2');
    });
  }

  it('1.4 no longer calls a handler that an earlier listener of the same event took away', async () => {
    const order = await orderOf((source, leave) => {
      source.addEventListener('message', () => (source.onmessage = null));
      source.onmessage = leave('H');
      source.addEventListener('message', leave('b'));
    });
    assert.equal(order, 'b');
  });

  it('1.4 calls the handler with the source as this and the event', async () => {
    const server = await serve(STREAM);
    const source = open(server.url);
    const seen = {};
    for (const type of ['open', 'message', 'error']) {
      source[`on${type}`] = function (...values) {
        seen[type] = { self: this, values };
      };
    }
    const events = record(source);
    await events.next('open');
    await events.next('message');
    await (await server.request(0)).finish('end');
    await events.next('error');
    for (const type of ['open', 'message', 'error']) {
      assert.equal(seen[type].self, source, type);
      assert.equal(seen[type].values.length, 1, type);
      const [event] = seen[type].values;
      assert.equal(event.type, type);
      assert.equal(event.target, source);
    }
  });

  it('1.5 takes a URL object, or any object that turns into a string', () => {
    still();
    assert.equal(open(new URL('http://127.0.0.1/a?b')).url, 'http://127.0.0.1/a?b');
    assert.equal(open({ toString: () => 'http://127.0.0.1/c' }).url, 'http://127.0.0.1/c');
  });

  it('1.5 lets the error of such a conversion through', () => {
    const error = new RangeError('no string');
    const thrower = {
      toString() {
        throw error;
      },
    };
    assert.throws(
      () => new EventSource(thrower),
      (thrown) => thrown === error,
    );
    assert.throws(() => new EventSource(Symbol('url')), TypeError);
  });

  it('1.5 throws a SyntaxError that names the URL given, before any request', async () => {
    const calls = still();
    for (const url of ['http://[', 'http://a:b/', 'https://exa mple:99999/']) {
      assert.throws(
        () => new EventSource(url),
        (error) => {
          assert.ok(error instanceof DOMException);
          assert.equal(error.name, 'SyntaxError');
          assert.equal(error.code, DOMException.SYNTAX_ERR);
          assert.ok(error.message.includes(url), error.message);
          return true;
        },
      );
    }
    await settled();
    assert.equal(calls.length, 0);
  });

  it('1.6 takes no init, undefined, null or an object', () => {
    still();
    for (const init of [undefined, null, {}, () => {}, []]) {
      assert.equal(open(nowhere, init).withCredentials, false);
    }
  });

  it('1.6 throws a TypeError for another init', async () => {
    const calls = still();
    for (const init of [true, 0, 1, '', 'x', Symbol('s'), 1n]) {
      assert.throws(() => new EventSource(nowhere, init), TypeError, String(init));
    }
    await settled();
    assert.equal(calls.length, 0);
  });

  it('1.6 converts withCredentials to a boolean', () => {
    still();
    for (const value of [true, 1, 'no', {}]) {
      assert.equal(open(nowhere, { withCredentials: value }).withCredentials, true, String(value));
    }
    for (const value of [false, 0, '', null, undefined, NaN]) {
      assert.equal(open(nowhere, { withCredentials: value }).withCredentials, false, String(value));
    }
  });

  it('1.6 returns in state CONNECTING, and fires nothing before', async () => {
    const server = await serve(STREAM);
    const source = open(server.url);
    assert.equal(source.readyState, EventSource.CONNECTING);
    const events = record(source);
    await events.next('open');
    await events.next('message');
  });

  it('1.6 fires nothing before it has returned even if the connection fails without a request', async () => {
    const source = open('mailto:somebody');
    assert.equal(source.readyState, EventSource.CONNECTING);
    await record(source).next('error');
  });

  it('1.7 keeps the URL as it was resolved, fragment included', () => {
    still();
    assert.equal(open('HTTP://127.0.0.1:80/a/../b c?d#e').url, 'http://127.0.0.1/b%20c?d#e');
  });
});
