// The command: each option against a server, each exit status, and what a terminal shows.
import { spawnSync } from 'node:child_process';
import { mkdtemp, open, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { EventFormatter, Rate, escapeControls, formatBytes, formatStatus, toSafeJson } from '../js/command/terminal.js';
import { assert } from './support/assert.js';
import { hasTerminals, runCommand } from './support/command.js';
import { atTearDown, serve, tearDown } from './support/scene.js';

const cli = fileURLToPath(new URL('../js/command/main.js', import.meta.url));

/** The events of NDJSON. */
const eventsOf = (/** @type {string} */ out) =>
  out
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));

const dataOf = (/** @type {string} */ out) => eventsOf(out).map(({ data }) => data);

/** A folder that is removed after the test. */
async function folder() {
  const path = await mkdtemp(join(tmpdir(), 'eventsource-wasm-'));
  atTearDown(() => rm(path, { recursive: true }));
  return path;
}

/** @param {string | Uint8Array} content */
async function file(content) {
  const path = join(await folder(), 'stream.txt');
  await writeFile(path, content);
  return path;
}

/** Runs it to its end and gives its standard output; a wrong exit status fails. */
async function succeed(args, options) {
  const { exitCode, out, err } = await runCommand(args, options).exit();
  assert.equal(exitCode, 0, err);
  return out;
}

/** Runs it to its end and gives the one line that standard error must be. */
async function fail(status, args, options) {
  const { exitCode, err } = await runCommand(args, options).exit();
  assert.equal(exitCode, status, err);
  assert.match(err, /^eventsource-wasm: [^\n]+\n$/);
  return err;
}

describe('command', () => {
  afterEach(tearDown);

  describe('without a terminal', () => {
    it('prints an object a line, with type, data and lastEventId', async () => {
      const server = await serve([
        { chunks: ['id: 1\ndata: a\ndata: b\n\nevent: price\nda', 'ta: {"x":1}\n\n'], then: 'end' },
      ]);
      assert.equal(
        await succeed([server.url, '--no-reconnect']),
        '{"type":"message","data":"a\\nb","lastEventId":"1"}\n{"type":"price","data":"{\\"x\\":1}","lastEventId":"1"}\n',
      );
    });

    it('prints an event as soon as it has come', async () => {
      const server = await serve([{}]);
      const command = runCommand([server.url]);
      const request = await server.request(0);
      await request.write('data: first\n\n');
      await command.wrote('"first"');
      await request.write('data: second\n\n');
      await command.wrote('"second"');
    });

    it('prints events that the stream names as the connection names its own', async () => {
      const server = await serve([{ chunks: ['event: open\ndata: a\n\nevent: error\ndata: b\n\n'] }]);
      const command = runCommand([server.url]);
      await command.wrote('"b"');
      await (await server.request(0)).write('data: c\n\n');
      await command.wrote('"c"');
      command.kill('SIGINT');
      const { out, err } = await command.exit();
      assert.equal(err, '');
      assert.deepEqual(
        eventsOf(out).map(({ type }) => type),
        ['open', 'error', 'message'],
      );
    });

    it('reconnects, says so on standard error, and sends Last-Event-ID', async () => {
      const server = await serve([
        { chunks: ['retry: 1\nid: 7\ndata: a\n\n'], then: 'end' },
        { before: 'reset' },
        { chunks: ['data: b\n\n'] },
      ]);
      const { exitCode, out, err } = await runCommand([server.url, '--max-events', '2']).exit();
      assert.equal(exitCode, 0);
      assert.deepEqual(dataOf(out), ['a', 'b']);
      assert.match(err, /^eventsource-wasm: The stream ended; reconnecting in 1 ms\.\n/);
      assert.match(err, /\neventsource-wasm: The request failed \(.*\); reconnecting in 100 ms\.\n$/);
      assert.equal((await server.request(2)).headers['last-event-id'], '7');
    });
  });

  describe('the request', () => {
    it('is a GET with Accept: text/event-stream', async () => {
      const server = await serve([{ then: 'end' }]);
      await succeed([server.url, '--no-reconnect']);
      const { method, headers } = await server.request(0);
      assert.equal(method, 'GET');
      assert.equal(headers.accept, 'text/event-stream');
      assert.equal('last-event-id' in headers, false);
    });

    it('--header, also as -H, sends each header, a repeated one joined, and other than ASCII as UTF-8', async () => {
      const server = await serve([{ then: 'end' }]);
      await succeed([server.url, '--no-reconnect', '-H', 'X-A:1', '-H', 'X-A: 2 ', '--header', 'X-B: a:b é']);
      const { headers } = await server.request(0);
      assert.equal(headers['x-a'], '1, 2');
      assert.equal(Buffer.from(headers['x-b'], 'latin1').toString(), 'a:b é');
    });

    it('--header comes with every reconnection', async () => {
      const server = await serve([{ chunks: ['retry: 1\n\n'], then: 'end' }, { chunks: ['data: x\n\n'] }]);
      await succeed([server.url, '-H', 'Authorization: Bearer t', '--max-events', '1']);
      assert.equal((await server.request(1)).headers.authorization, 'Bearer t');
    });

    for (const option of ['-X', '--method']) {
      it(`${option} sets the method`, async () => {
        const server = await serve([{ then: 'end' }]);
        await succeed([server.url, '--no-reconnect', option, 'PUT']);
        assert.equal((await server.request(0)).method, 'PUT');
      });
    }

    for (const option of ['-d', '--data']) {
      it(`${option} sends a body as it is, by POST and without a Content-Type`, async () => {
        const server = await serve([{ then: 'end' }]);
        await succeed([server.url, '--no-reconnect', option, '{"é":1}\n']);
        const request = await server.request(0);
        assert.equal(request.method, 'POST');
        assert.equal('content-type' in request.headers, false);
        assert.equal(await request.body(), '{"é":1}\n');
      });
    }

    it('--data @file sends the bytes of a file, by the method that -X says, on every attempt', async () => {
      const server = await serve([{ chunks: ['retry: 1\n\n'], then: 'end' }, { chunks: ['data: x\n\n'] }]);
      const path = await file('from a file\n');
      await succeed([server.url, '--reconnect', '--max-events', '1', '-X', 'PATCH', '-d', `@${path}`]);
      for (const n of [0, 1]) {
        const request = await server.request(n);
        assert.equal(request.method, 'PATCH');
        assert.equal(await request.body(), 'from a file\n');
      }
    });

    for (const args of [
      ['-d', 'x'],
      ['-X', 'DELETE'],
    ]) {
      it(`${args.join(' ')} is not sent again when the stream has ended, and the command says so`, async () => {
        const server = await serve([{ chunks: ['data: a\n\n'], then: 'end' }]);
        const { exitCode, out, err } = await runCommand([server.url, ...args]).exit();
        assert.equal(exitCode, 0);
        assert.deepEqual(dataOf(out), ['a']);
        assert.match(err, /^eventsource-wasm: .*: The stream ended; --reconnect would send the request again\.\n$/);
        assert.equal(await server.count(), 1);
      });
    }

    it('-d is not sent again when the stream breaks off, which is a failure', async () => {
      const server = await serve([{ chunks: ['data: a\n\n'], then: 'cut' }]);
      assert.match(await fail(1, [server.url, '-d', 'x']), /The connection broke off/);
      assert.equal(await server.count(), 1);
    });

    it('--max-retries ends it', async () => {
      const server = await serve([{ chunks: ['retry: 1\n\n'], then: 'end' }, { then: 'end' }, { then: 'end' }, {}]);
      const { exitCode, err } = await runCommand([server.url, '--max-retries', '2']).exit();
      assert.equal(exitCode, 1);
      assert.match(err, /The stream ended; the connection failed, since no retry is left\.\n$/);
      assert.equal(await server.count(), 3);
    });

    it('a user name and a password in the URL are sent, and never shown', async () => {
      const server = await serve([{ status: 401, type: null, then: 'end' }]);
      const err = await fail(1, [server.url.replace('//', '//me:secret@')]);
      assert.ok(!err.includes('secret') && err.includes(server.url), err);
      assert.equal((await server.request(0)).headers.authorization, `Basic ${btoa('me:secret')}`);
    });

    it('shows what a refused response says, made safe, and does not save it', async () => {
      const path = join(await folder(), 'saved');
      const chunks = ['{"error":"\x1b[31mno', '"}\n', 'x'.repeat(2000)];
      const server = await serve([{ status: 429, type: 'application/json', chunks, then: 'end' }]);
      const { exitCode, err } = await runCommand([server.url, '--save', path]).exit();
      assert.equal(exitCode, 1);
      const [said, failed] = err.split('\n');
      assert.match(said, /^eventsource-wasm: The server said: \{"error":"\\x1b\[31mno"\}\\nx{900,1024}$/);
      assert.match(failed, /status 429, not 200/);
      assert.equal((await readFile(path)).length, 0);
    });

    it('--data @- sends standard input', async () => {
      const server = await serve([{ then: 'end' }]);
      const command = runCommand([server.url, '--no-reconnect', '-d', '@-']);
      command.stdin.end('from standard input');
      assert.equal((await command.exit()).exitCode, 0);
      assert.equal(await (await server.request(0)).body(), 'from standard input');
    });

    it('--data @file fails when there is no such file', async () => {
      const server = await serve([]);
      assert.match(await fail(1, [server.url, '-d', '@/nowhere/x']), /--data cannot read '\/nowhere\/x' \(ENOENT/);
      assert.equal(await server.count(), 0);
    });

    it('--last-event-id is sent with the first request, and is what events without an id have', async () => {
      const server = await serve([{ chunks: ['data: x\n\n'] }]);
      const out = await succeed([server.url, '--max-events', '1', '--last-event-id', 'é5']);
      assert.equal(eventsOf(out)[0].lastEventId, 'é5');
      assert.equal(Buffer.from((await server.request(0)).headers['last-event-id'], 'latin1').toString(), 'é5');
    });
  });

  describe('when to end', () => {
    it('--max-events ends after as many events, and closes the connection', async () => {
      const server = await serve([{ chunks: ['data: a\n\ndata: b\n\ndata: c\n\n'] }]);
      assert.deepEqual(dataOf(await succeed([server.url, '--max-events', '2'])), ['a', 'b']);
      await (await server.request(0)).closed();
    });

    it('--event prints events of these types only, and --max-events counts what is printed', async () => {
      const server = await serve([
        { chunks: ['event: a\ndata: 1\n\ndata: 2\n\nevent: b\ndata: 3\n\nevent: c\ndata: 4\n\nevent: a\ndata: 5\n\n'] },
      ]);
      const out = await succeed([server.url, '--event', 'a', '--event', 'message', '--max-events', '3']);
      assert.deepEqual(dataOf(out), ['1', '2', '5']);
    });

    it('--timeout ends a stream that goes on', async () => {
      const server = await serve([{ chunks: ['data: a\n\n'] }]);
      assert.deepEqual(dataOf(await succeed([server.url, '--timeout', '2'])), ['a']);
    });

    it('--timeout fails when fewer events came than --max-events asks for', async () => {
      const server = await serve([{ chunks: ['data: a\n\n'] }]);
      const message = await fail(1, [server.url, '--timeout', '2', '--max-events', '2']);
      assert.ok(message.includes(`${server.url}: Within the --timeout of 2 s 1 of 2 events came.`), message);
    });

    it('--timeout fails when the stream was never open', async () => {
      const server = await serve([{ before: 'stall' }]);
      assert.match(
        await fail(1, [server.url, '--timeout', '.5']),
        /Within the --timeout of 0\.5 s the stream was never open\./,
      );
    });

    it('--no-reconnect ends with 0 when the server ends the stream', async () => {
      const server = await serve([{ chunks: ['data: a\n\n'], then: 'end' }]);
      const { exitCode, out, err } = await runCommand([server.url, '--no-reconnect']).exit();
      assert.deepEqual({ exitCode, err, data: dataOf(out) }, { exitCode: 0, err: '', data: ['a'] });
      assert.equal(await server.count(), 1);
    });

    it('--no-reconnect ends with 0 when the answer has no body, too', async () => {
      const server = await serve([{ then: 'end' }]);
      assert.equal(await succeed([server.url, '--no-reconnect', '-X', 'HEAD']), '');
    });

    for (const then of ['cut', 'destroy']) {
      it(`--no-reconnect fails when the stream breaks off (${then}), after the events before it`, async () => {
        const server = await serve([{ chunks: ['data: a\n\n'], then }]);
        const { exitCode, out, err } = await runCommand([server.url, '--no-reconnect']).exit();
        assert.deepEqual({ exitCode, data: dataOf(out) }, { exitCode: 1, data: ['a'] });
        assert.match(err, /^eventsource-wasm: http.*: The connection broke off \(.*\).*\n$/);
      });
    }

    it('--no-reconnect fails when the server cannot be reached', async () => {
      const server = await serve([]);
      await server.close();
      const message = await fail(1, [server.url, '--no-reconnect']);
      assert.match(message, /The request failed \(fetch failed: .*ECONNREFUSED.*\)/);
      assert.ok(message.includes(server.url));
    });

    it('fails on a status other than 200', async () => {
      const server = await serve([{ status: 404 }]);
      assert.match(
        await fail(1, [server.url]),
        /\/stream: The connection failed: the server answered with status 404, not 200\./,
      );
    });

    it('fails on another Content-Type', async () => {
      const server = await serve([{ type: 'application/json' }]);
      assert.match(await fail(1, [server.url]), /Content-Type 'application\/json', not text\/event-stream\./);
    });

    it('ends with 0 when the server says by 204 that there is no more', async () => {
      const server = await serve([
        { chunks: ['retry: 1\ndata: a\n\n'], then: 'end' },
        { status: 204, type: null, then: 'end' },
      ]);
      const { exitCode, out, err } = await runCommand([server.url]).exit();
      assert.deepEqual({ exitCode, data: dataOf(out) }, { exitCode: 0, data: ['a'] });
      assert.match(err, /The server has no more events \(it answered with status 204\)\.\n$/);
    });

    it('--retry-on reconnects on the statuses of the list, and on no others', async () => {
      const now = { 'retry-after': '0' };
      const server = await serve([
        { chunks: ['retry: 1\n\n'], then: 'end' },
        { status: 429, headers: now, then: 'end' },
        { status: 503, headers: now, then: 'end' },
        { status: 404, then: 'end' },
      ]);
      const { exitCode, err } = await runCommand([server.url, '--retry-on', '429, 5XX']).exit();
      assert.equal(exitCode, 1);
      assert.match(
        err,
        /status 429, not 200; reconnecting in 100 ms\.\n.*status 503, not 200; reconnecting in 100 ms\.\n/,
      );
      assert.match(err, /status 404, not 200\.\n$/);
      assert.equal(await server.count(), 4);
    });

    for (const [signal, status] of Object.entries({ SIGINT: 130, SIGTERM: 143 })) {
      it(`${signal} ends it with ${status}, without a word`, async () => {
        const server = await serve([{ chunks: ['data: a\n\n'] }]);
        const command = runCommand([server.url]);
        await command.wrote('"a"');
        command.kill(signal);
        const { exitCode, err } = await command.exit();
        assert.deepEqual({ exitCode, err }, { exitCode: status, err: '' });
        await (await server.request(0)).closed();
      });
    }

    it('ends quietly with 0 when nobody reads its output any more', async () => {
      const server = await serve([{}]);
      const command = runCommand([server.url]);
      const request = await server.request(0);
      await request.write('data: a\n\n');
      await command.wrote('"a"');
      command.stdout.destroy();
      await request.write('data: b\n\n');
      const { exitCode, err } = await command.exit();
      assert.deepEqual({ exitCode, err }, { exitCode: 0, err: '' });
    });
  });

  describe('--save', () => {
    it('writes the bytes of all bodies as they were', async () => {
      const bodies = ['\uFEFFretry: 1\r\ndata: a\r\n\r\n: \xff', 'data: b\n\nunfinished'];
      const server = await serve([
        { chunks: [bodies[0], [0xff, 0xc0]], then: 'end' },
        { chunks: [bodies[1]], then: 'end' },
        { status: 404, chunks: ['not this'], then: 'end' },
      ]);
      const path = join(await folder(), 'saved');
      const { exitCode, out } = await runCommand([server.url, '--save', path]).exit();
      assert.equal(exitCode, 1);
      assert.deepEqual(dataOf(out), ['a', 'b']);
      const expected = Buffer.concat([Buffer.from(bodies[0]), Buffer.from([0xff, 0xc0]), Buffer.from(bodies[1])]);
      assert.deepEqual(await readFile(path), expected);
    });

    it('has everything in the file when it is interrupted', async () => {
      const server = await serve([{ chunks: [': comment\ndata: a\n\n'] }]);
      const path = join(await folder(), 'saved');
      const command = runCommand([server.url, '--save', path]);
      await command.wrote('"a"');
      command.kill('SIGINT');
      await command.exit();
      assert.equal(await readFile(path, 'utf8'), ': comment\ndata: a\n\n');
    });

    it('works for a file that is read, too', async () => {
      const path = await file('data: a\n\n');
      await succeed([path, '--save', `${path}.copy`]);
      assert.equal(await readFile(`${path}.copy`, 'utf8'), 'data: a\n\n');
    });

    it('fails before any request when the file cannot be written', async () => {
      const server = await serve([]);
      assert.match(
        await fail(1, [server.url, '--save', '/nowhere/x']),
        /--save cannot write to '\/nowhere\/x' \(ENOENT/,
      );
      assert.equal(await server.count(), 0);
    });

    it('overwrites the file that --data names only once it is read', async () => {
      const server = await serve([{ chunks: ['data: a\n\n'], then: 'end' }]);
      const path = await file('question');
      await succeed([server.url, '--no-reconnect', '-d', `@${path}`, '--save', path]);
      assert.equal(await (await server.request(0)).body(), 'question');
      assert.equal(await readFile(path, 'utf8'), 'data: a\n\n');
    });

    it('refuses to overwrite the file that is read', async () => {
      const path = await file('data: a\n\n');
      assert.match(await fail(2, [path, '--save', path]), /--save must be another file than the one that is read/);
      assert.equal(await readFile(path, 'utf8'), 'data: a\n\n');
    });

    it('refuses to overwrite the file that is standard input', async () => {
      const path = await file('data: a\n\n');
      const input = await open(path);
      atTearDown(() => input.close());
      const stdio = [input.fd, 'ignore', 'pipe'];
      const { status, stderr } = spawnSync(process.execPath, [cli, '-', '--save', path], { stdio, timeout: 5000 });
      assert.equal(status, 2, `${stderr}`);
      assert.equal(await readFile(path, 'utf8'), 'data: a\n\n');
    });
  });

  describe('a file, or standard input', () => {
    const stream = 'id: 1\nevent: a\ndata: x\n\ndata: y\n\ndata: never ended\n';

    it('prints the events of a file', async () => {
      assert.deepEqual(eventsOf(await succeed([await file(stream)])), [
        { type: 'a', data: 'x', lastEventId: '1' },
        { type: 'message', data: 'y', lastEventId: '1' },
      ]);
    });

    it('takes a file: URL', async () => {
      assert.deepEqual(dataOf(await succeed([`file://${await file(stream)}`])), ['x', 'y']);
    });

    it('prints the events of standard input as they come, for -', async () => {
      const command = runCommand(['-']);
      command.stdin.write('data: x\n\n');
      await command.wrote('"x"');
      command.stdin.end('data: y\n\n');
      const { exitCode, out } = await command.exit();
      assert.deepEqual({ exitCode, data: dataOf(out) }, { exitCode: 0, data: ['x', 'y'] });
    });

    it('--event and --max-events apply, and standard input need not end', async () => {
      const command = runCommand(['-', '--max-events', '1', '--event', 'message']);
      command.stdin.write(stream);
      const { exitCode, out } = await command.exit();
      assert.deepEqual({ exitCode, data: dataOf(out) }, { exitCode: 0, data: ['y'] });
    });

    it('--timeout ends the wait for standard input', async () => {
      const { exitCode, err } = await runCommand(['-', '--timeout', '0.2']).exit();
      assert.deepEqual({ exitCode, err }, { exitCode: 0, err: '' });
    });

    it('fails for an event over the limit, and names no option that it does not have', async () => {
      const path = await file('data: ');
      await truncate(path, 129 * 2 ** 20);
      const message = await fail(1, [path]);
      assert.match(
        message,
        /cannot be read \(An event was larger than 134217728 bytes, the most that this command takes\)/,
      );
    });

    it('fails for a folder', async () => {
      assert.match(await fail(1, [await folder()]), /cannot be read \(EISDIR/);
    });
  });

  describe('wrong usage', () => {
    const url = 'http://127.0.0.1:9/';
    const cases = [
      [[], /One URL, file or - \(standard input\) must be given, not none\./],
      [['a', 'b'], /must be given, not 'a' and 'b'\./],
      [[url, '--colour'], /Unknown option '--colour'\./],
      [[url, '--json=yes'], /'--json' does not take an argument/],
      [[url, '--max-events'], /'--max-events <value>' argument missing/],
      [['nowhere.txt'], /'nowhere\.txt' is neither a URL \(.*http:\/\/ or https:\/\/\), nor a file that exists/],
      [['localhost:8080/x'], /'localhost:8080\/x' is neither a URL/],
      [['http://'], /must be a valid one that begins with http:\/\/ or https:\/\/, not 'http:\/\/'/],
      [['file://elsewhere/x'], /'file:\/\/elsewhere\/x' is neither a URL .*, nor a file that exists/],
      [['ftp://127.0.0.1/'], /must be a valid one that begins with http:\/\/ or https:\/\/, not 'ftp:/],
      [['http://me:secret@['], /must be a valid one that begins with http:\/\/ or https:\/\/, not 'http:\/\/\['/],
      [['http://me:secret@a/', 'b'], /must be given, not 'http:\/\/a\/' and 'b'\./],
      [[url, '--max-retries', '65535'], /--max-retries must be a whole number from 0 to 65534, not '65535'/],
      [[url, '--max-retries', '-1'], /--max-retries/],
      [[url, '--reconnect', '--no-reconnect'], /--no-reconnect and --reconnect cannot be given together/],
      [[url, '-d', 'x', '--retry-on', '5xx'], /--retry-on needs --reconnect for a request with --data/],
      [[url, '--max-events', '0'], /--max-events must be a whole number from 1 to \d+, not '0'/],
      [[url, '--max-events', '1e3'], /--max-events must be a whole number from 1 to \d+, not '1e3'/],
      [[url, '--timeout', '0'], /--timeout must be a number of seconds above 0 and up to 2147483, not '0'/],
      [[url, '--timeout', '2147484'], /--timeout must be .*, not '2147484'/],
      [[url, '--timeout', 'soon'], /--timeout must be .*, not 'soon'/],
      [[url, '--retry-on', '429,6xx'], /--retry-on must be a list of HTTP statuses from 100 to 599.*, not '429,6xx'/],
      [[url, '--retry-on', ''], /--retry-on must be .*, not ''/],
      [[url, '--retry-on', '5xx', '--no-reconnect'], /--no-reconnect and --retry-on cannot be given together/],
      [[url, '-H', 'Authorization'], /--header must be of the form 'Name: value', not 'Authorization'/],
      [[url, '-H', 'A b: c'], /--header must have a name of letters, digits and -.*, not 'A b: c'/],
      [[url, '-H', 'A: b\r\nC: d'], /--header must have .* a value without line ends, not 'A: b\\r\\nC: d'/],
      [[url, '-H', 'A: \x01'], /--header must have .* no control characters.*, not 'A: \\x01'/],
      [[url, '-H', 'Host: x'], /--header cannot set Host/],
      [[url, '-X', 'TRACE'], /--method must be an HTTP method .*, not 'TRACE'/],
      [[url, '-X', 'A B'], /--method must be an HTTP method .*, not 'A B'/],
      [[url, '-X', 'GET', '-d', 'x'], /--data cannot be sent with the method GET/],
      [[url, '--last-event-id', 'a\nb'], /--last-event-id must have no line ends, not 'a\\nb'/],
      [[url, '--event', ''], /--event must be an event type such as message, not ''/],
      [[url, '--save', '-'], /--save must be the name of a file, not '-'/],
      [['-', '-H', 'A: b'], /--header is for a request, so a URL must be given, not '-'/],
      [['-', '--no-reconnect'], /--no-reconnect is for a request/],
      [['\x1b[31m'], /'\\x1b\[31m' is neither/],
    ];
    for (const [args, message] of cases) {
      it(`is told in one line: ${JSON.stringify(args)}`, async () => {
        const err = await fail(2, args);
        assert.match(err, message);
        assert.match(err, / eventsource-wasm --help tells more\.\n$/);
      });
    }
  });

  for (const option of ['--help', '-h']) {
    it(`${option} names every option that the manual describes`, async () => {
      const help = await succeed([option]);
      const manual = await readFile(new URL('../docs/cli.md', import.meta.url), 'utf8');
      const options = (/** @type {string} */ text) => [...new Set(text.match(/(?<![\w-])--[a-z][a-z-]+/g))].sort();
      const described = manual.replace(/^```[^]*?^```/gm, ''); // the examples name options of other commands, too
      assert.deepEqual(options(help), options(described));
    });
  }

  it('--version prints the version', async () => {
    const { version } = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8'));
    assert.equal(await succeed(['--version']), `${version}\n`);
  });

  describe('on a terminal', () => {
    before(function () {
      if (!hasTerminals) this.skip();
    });

    /** What is left of the output when each line is cleared as the terminal clears it, without colours. */
    const shown = (/** @type {string} */ out) =>
      out
        .replace(/\x1b\[[\d;]*m/g, '') // eslint-disable-line no-control-regex
        .replace(/[^\n]*\r\x1b\[K/g, '') // eslint-disable-line no-control-regex
        .replaceAll('\r\n', '\n');

    it('shows type, id and data, the lines of data below each other, and a status line', async () => {
      const server = await serve([
        { chunks: ['data: first\n\nid: 41\nevent: price\ndata: {\ndata: }\n\n'], then: 'end' },
      ]);
      const out = await succeed([server.url, '--no-reconnect'], { isTerminal: true });
      assert.match(
        shown(out),
        /^message {2}first\nprice {4}41 {2}\{\n {13}\}\n\[ended\] {2}2 events {2}2\.0 events\/s {2}50 B\n$/,
      );
    });

    it('the status line follows the state of the connection', async () => {
      const server = await serve([{ chunks: ['retry: 1\n\n'], then: 'end' }, {}]);
      const command = runCommand([server.url], { isTerminal: true });
      await command.wrote('[connecting]');
      await command.wrote('[reconnecting in ');
      await (await server.request(1)).write('data: x\n\n');
      await command.wrote('[open]  1 event ');
    });

    it('shows colours, unless NO_COLOR is set', async () => {
      const path = await file('data: x\n\n');
      assert.match(await succeed([path], { isTerminal: true }), /\x1b\[1;36mmessage\x1b\[0m {2}x/); // eslint-disable-line no-control-regex
      const plain = await succeed([path], { isTerminal: true, env: { NO_COLOR: '1' } });
      assert.match(plain, /message {2}x/);
      assert.doesNotMatch(plain, /\x1b\[[\d;]*m/); // eslint-disable-line no-control-regex
    });

    it('neither colours nor a status line on a terminal that knows no escapes', async () => {
      const out = await succeed([await file('data: x\n\n')], { isTerminal: true, env: { TERM: 'dumb' } });
      assert.equal(out, 'message  x\r\n');
    });

    it('escapes what would act on the terminal, in data, type and id', async () => {
      const path = await file('event: \x1b]0;a\x07\nid: \x9b1m\ndata: \x1b[2J\b\u202e\ttab\n\n');
      const out = await succeed([path], { isTerminal: true, env: { NO_COLOR: '1' } });
      assert.match(shown(out), /^\\x1b\]0;a\\x07 {2}\\x9b1m {2}\\x1b\[2J\\x08\\u202e\\ttab\n/);
    });

    it('--json prints JSON lines without anything that would act on the terminal', async () => {
      const path = await file('data: \x9b2J\x7f\n\n');
      const out = await succeed([path, '--json'], { isTerminal: true });
      assert.ok(shown(out).startsWith('{"type":"message","data":"\\u009b2J\\u007f","lastEventId":""}\n'), out);
    });

    it('shows notices and failures on lines of their own', async () => {
      const server = await serve([{ chunks: ['retry: 1\n\n'], then: 'end' }, { status: 500 }]);
      const { exitCode, out } = await runCommand([server.url], { isTerminal: true }).exit();
      assert.equal(exitCode, 1);
      assert.match(
        shown(out),
        /^eventsource-wasm: The stream ended; reconnecting in 1 ms\.\n\[failed\] .*\neventsource-wasm: http.*status 500, not 200\.\n$/,
      );
    });
  });
});

describe('what a terminal shows', () => {
  it('escapes every control character, line separator and change of direction, and nothing else', () => {
    const controls = [...Array(32).keys(), ...Array.from({ length: 33 }, (_, i) => 0x7f + i)];
    for (const code of controls) assert.match(escapeControls(String.fromCharCode(code)), /^\\(x[\da-f]{2}|[tnr])$/);
    assert.equal(escapeControls('\u2028\u202e\u2066'), '\\u2028\\u202e\\u2066');
    assert.equal(escapeControls('é \\ 👩‍👩‍👧 שלום'), 'é \\ 👩‍👩‍👧 שלום');
  });

  it('is still the same JSON', () => {
    const value = { data: '\x00\x1b\x7f\x9b\u2028\u202e"\\é' };
    assert.deepEqual(JSON.parse(toSafeJson(value)), value);
    assert.equal(escapeControls(toSafeJson(value)), toSafeJson(value));
  });

  it('lines up what comes after types and ids, as far as they have been seen', () => {
    const formatter = new EventFormatter(false);
    const format = (type, lastEventId, data) => formatter.format({ type, data, lastEventId });
    assert.equal(format('message', '', 'a'), 'message  a\n');
    assert.equal(format('temperature', '9', 'b'), 'temperature  9  b\n');
    assert.equal(format('message', '10', 'c\nd'), 'message      10  c\n                 d\n');
    assert.equal(format('x'.repeat(40), '10', ''), `${'x'.repeat(40)}  10\n`);
    assert.equal(format('message', '10', 'e'), `message${' '.repeat(17)}  10  e\n`);
  });

  it('gives bytes with a fitting unit', () => {
    assert.deepEqual([0, 999, 1000, 999_949, 999_950, 1.5e9, 2e15].map(formatBytes), [
      '0 B',
      '999 B',
      '1.0 kB',
      '999.9 kB',
      '1.0 MB',
      '1.5 GB',
      '2000.0 TB',
    ]);
  });

  it('takes the rate over the last five seconds', () => {
    const rate = new Rate();
    rate.take(0, 0);
    assert.equal(rate.perSecond, 0);
    rate.take(10, 3);
    assert.equal(rate.perSecond, 3); // and not 300: nobody knows yet
    rate.take(1000, 100);
    assert.equal(rate.perSecond, 100);
    for (let second = 2; second <= 6; second++) rate.take(second * 1000, 100);
    assert.equal(rate.perSecond, 0);
  });

  it('keeps the status line shorter than the terminal is wide', () => {
    const status = { state: 'open', events: 12, rate: 3.45, bytes: 1234 };
    const terminal = { columns: 80, isColourful: false };
    assert.equal(formatStatus(status, terminal), '[open]  12 events  3.5 events/s  1.2 kB');
    assert.equal(formatStatus(status, { ...terminal, columns: 10 }), '[open]  1');
  });
});
