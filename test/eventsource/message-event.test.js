// Point 6.3, the shape of a message: it is made in a cheaper way than `new MessageEvent`, and must not show it.
import { assert } from '../support/assert.js';
import { open, record, serve, tearDown } from '../support/scene.js';
import { itUnless, limits } from '../support/platform.js';

describe('message event', () => {
  /** @type {MessageEvent} */
  let event;
  let origin;
  const native = () => {
    class NativeMessageEvent extends MessageEvent {} // as ours is one: Firefox hides isTrusted in these
    return new NativeMessageEvent('message', { data: 'a\nb', origin, lastEventId: '1' });
  };

  before(async () => {
    const server = await serve([{ chunks: ['id: 1\ndata: a\ndata: b\n\n'] }]);
    origin = server.origin;
    event = await record(open(server.url)).until('message');
    await tearDown();
  });

  itUnless(limits.messageEvent)('6.3 is a MessageEvent and an Event', () => {
    assert.ok(event instanceof MessageEvent);
    assert.ok(event instanceof Event);
    assert.equal(event.constructor, MessageEvent);
  });

  it('6.3 has the type, data, origin and last event ID', () => {
    const { type, data, lastEventId } = event;
    assert.deepEqual({ type, data, lastEventId }, { type: 'message', data: 'a\nb', lastEventId: '1' });
    assert.equal(event.origin, origin);
  });

  it('6.3 neither bubbles nor can be cancelled', () => {
    assert.equal(event.bubbles, false);
    assert.equal(event.cancelable, false);
    assert.equal(event.composed, false);
    event.preventDefault();
    assert.equal(event.defaultPrevented, false);
  });

  it('6.3 has no source and no ports: the same frozen array each time', () => {
    assert.equal(event.source, null);
    assert.ok(Array.isArray(event.ports));
    assert.equal(event.ports.length, 0);
    assert.ok(Object.isFrozen(event.ports));
    assert.equal(event.ports, event.ports);
  });

  itUnless(limits.messageEvent ?? limits.standardMessageEvent)(
    '6.3 has the keys of a real MessageEvent, all of which can be read',
    () => {
      const keysOf = (object) => {
        const keys = [];
        for (const key in object) {
          keys.push(key);
          void object[key];
        }
        return keys.sort();
      };
      assert.deepEqual(keysOf(event), keysOf(native()));
      assert.deepEqual(Object.keys(event), Object.keys(native()));
    },
  );

  itUnless(limits.messageEvent ?? limits.currentTarget)('6.3 has attributes of the same kinds as a real one', () => {
    const expected = native();
    for (const key in expected) assert.equal(typeof event[key], typeof expected[key], key);
    for (const key of ['data', 'origin', 'lastEventId', 'source', 'ports']) {
      assert.throws(() => (event[key] = 'changed'), TypeError, key);
    }
    assert.equal(event.data, 'a\nb');
  });

  it("6.3 calls itself MessageEvent, as WebIDL says, whatever the platform's own does", () => {
    assert.equal(String(event), '[object MessageEvent]');
  });

  itUnless(limits.currentTarget)('6.3 was dispatched at the source', () => {
    assert.ok(event.target instanceof EventTarget);
    assert.equal(event.eventPhase, Event.NONE);
    assert.equal(event.currentTarget, null);
  });

  itUnless(limits.messageEvent)('6.3 leaves MessageEvent itself as it was', () => {
    const own = new MessageEvent('other', { data: 7 });
    assert.equal(own.data, 7);
    assert.equal(own.constructor, MessageEvent);
  });
});
