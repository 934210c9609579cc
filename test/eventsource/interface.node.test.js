// Section 1, what only Node shows: there no URL is given that a relative one could be resolved against.
import { assert } from '../support/assert.js';
import { EventSource, atTearDown, open, replaceFetch, tearDown } from '../support/scene.js';
import { settled } from '../support/wait.js';

describe('interface, in Node', () => {
  afterEach(tearDown);

  /** Defines a global as a page or a worker would. */
  function define(name, value) {
    Object.defineProperty(globalThis, name, { value, configurable: true });
    atTearDown(() => delete globalThis[name]);
  }

  for (const url of ['/stream', 'stream', '', null, undefined]) {
    it(`1.5 refuses the relative URL '${url}', because there is no base`, () => {
      const calls = replaceFetch(() => new Promise(() => {}));
      assert.throws(
        () => new EventSource(url),
        (error) => {
          assert.ok(error instanceof DOMException);
          assert.equal(error.name, 'SyntaxError');
          assert.ok(error.message.includes(`'${url}'`), error.message);
          assert.match(error.message, /absolute/);
          return true;
        },
      );
      assert.equal(calls.length, 0);
    });
  }

  it("1.5 resolves against the document's base URL, before the location", () => {
    replaceFetch(() => new Promise(() => {}));
    define('document', { baseURI: 'http://127.0.0.1/base/' });
    define('location', { href: 'http://127.0.0.1/page' });
    assert.equal(open('x').url, 'http://127.0.0.1/base/x');
    assert.equal(open('/x').url, 'http://127.0.0.1/x');
    assert.equal(open('').url, 'http://127.0.0.1/base/');
    assert.equal(open(null).url, 'http://127.0.0.1/base/null');
    assert.equal(open(undefined).url, 'http://127.0.0.1/base/undefined');
    assert.throws(() => new EventSource('http://['), { name: 'SyntaxError' });
  });

  it("1.5 resolves against a worker's location", () => {
    replaceFetch(() => new Promise(() => {}));
    define('location', { href: 'http://127.0.0.1/worker.js' });
    assert.equal(open('x').url, 'http://127.0.0.1/x');
  });

  it("1.2 has what Node's own EventTarget does otherwise, which docs/compatibility.md tells", () => {
    replaceFetch(() => new Promise(() => {}));
    for (const target of [open('http://127.0.0.1/'), new EventTarget()]) {
      const seen = [];
      const listen = () => seen.push('kept');
      target.addEventListener('x', () => target.addEventListener('x', () => seen.push('added during the dispatch')));
      target.addEventListener('x', ({ currentTarget }) => seen.push(currentTarget));
      target.addEventListener('y', listen);
      target.removeEventListener('y', listen, true);
      for (const type of ['x', 'y']) target.dispatchEvent(new Event(type));
      const isOld = parseInt(process.versions.node, 10) < 26;
      assert.deepEqual(seen, [null, 'added during the dispatch', ...(isOld ? [] : ['kept'])]);
    }
  });

  for (const [what, url, init, sent] of [
    ["the page's own, which the browser sends by itself", '/stream', {}, false],
    ['others of the same origin', 'http://other:pass@127.0.0.1/stream', {}, true],
    ['another password of the same origin', 'http://user:past@127.0.0.1/stream', {}, true],
    ['another origin', 'http://user:pass@example.org/', {}, false],
    ['another origin withCredentials', 'http://user:pass@example.org/', { withCredentials: true }, true],
  ]) {
    it(`2.1 a user name and a password in the URL of a page: ${what}`, async () => {
      const calls = replaceFetch(() => new Promise(() => {}));
      define('document', { baseURI: 'http://user:pass@127.0.0.1/page' });
      define('location', { href: 'http://127.0.0.1/page', origin: 'http://127.0.0.1' });
      const source = open(url, init);
      await settled();
      assert.ok(!calls[0].url.includes('@'));
      assert.equal('authorization' in calls[0].init.headers, sent);
      assert.ok(source.url.includes('@'));
    });
  }
});
