// The command as it is typed: its options, exit statuses, what a terminal shows, and TLS.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createSecureServer } from 'node:http2';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generate } from 'selfsigned';
import { run } from '../../js/command/check/main.js';
import { UsageError } from '../../js/command/usage.js';
import { makePage } from '../../tools/check-docs.js';
import { assert } from '../support/assert.js';
import { launch } from '../support/browsers.js';
import { hasTerminals, runCommand } from '../support/command.js';
import { atTearDown, serve, tearDown } from '../support/scene.js';
import { within } from '../support/wait.js';

const TYPE = { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' };

/** A right stream that ends after four events, so that the watch does, too. */
function answer(request, response) {
  response.writeHead(200, TYPE);
  response.write(':\n\nretry: 2000\n\n');
  for (let id = Number(request.headers['last-event-id'] ?? 0); id < 4;) response.write(`id: ${++id}\ndata: ${id}\n\n`);
  response.end();
}

/** What a right stream that ends has. */
const FOUND = ['six-connections', 'ended'];

async function listen(server) {
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  atTearDown(async () => {
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections?.();
    await within(closed, 'the server to close');
  });
  return server.address().port;
}

const open = async (listener = answer) => `http://127.0.0.1:${await listen(createServer(listener))}/`;

function makeFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'eventsource-wasm-'));
  atTearDown(() => rmSync(folder, { recursive: true }));
  return folder;
}

const check = (...args) => runCommand(['check', ...args]).exit();

/** @returns {Promise<{ exitCode: number, report: any }>} */
async function checkJson(...args) {
  const { exitCode, out, err } = await check('--json', ...args);
  assert.equal(err, '');
  assert.match(out, /^[^\n]+\n$/);
  return { exitCode, report: JSON.parse(out) };
}

const namesOf = ({ findings }) => findings.map(({ name }) => name);

describe('command check', function () {
  this.timeout(20_000);
  afterEach(tearDown);

  it('prints a report and ends with 0 when there is no error', async () => {
    const url = await open();
    const { exitCode, out, err } = await check(url);
    assert.equal(exitCode, 0);
    assert.equal(err, '');
    assert.ok(out.startsWith(`${url}\nHTTP/1.1 200 · text/event-stream\nheaders after `), out);
    assert.match(out, /; 4 events, 1 comment, \d+ B in /);
    assert.match(
      out,
      /^note ended\n {2}The stream ended after .*\.\n.*\n.*\n {2}To mend it: .*\n.*\n {2}More: docs\/check.md#ended\n/m,
    );
    assert.match(out, /\n0 errors, 0 warnings, 2 notes\.\n$/);
  });

  it('ends with 1 when there is one', async () => {
    const { exitCode, out } = await check(await open((request, response) => response.writeHead(404).end()));
    assert.equal(exitCode, 1);
    assert.match(out, /^error status\n {2}The status is 404\.\n/m);
  });

  it('--json prints one object, with findings and what was seen', async () => {
    const url = await open();
    const { exitCode, report } = await checkJson(url);
    assert.equal(exitCode, 0);
    assert.equal(report.url, url);
    assert.deepEqual(namesOf(report), FOUND);
    for (const { level, link, name, ...texts } of report.findings) {
      assert.equal(level, 'note');
      assert.equal(link, `docs/check.md#${name}`);
      assert.deepEqual(Object.keys(texts), ['message', 'meaning', 'why', 'mend']);
    }
    assert.equal(report.observation.watch.body.events.length, 4);
  });

  it('--ignore leaves out rules, and an error that is left out is none', async () => {
    const url = await open((request, response) => response.writeHead(404).end());
    const { exitCode, report } = await checkJson(url, '--ignore', 'status', '--ignore', 'ended');
    assert.equal(exitCode, 0);
    assert.deepEqual(report.findings, []);
  });

  it('--seconds says how long it watches', async () => {
    const server = await serve([{ chunks: [':\n\n'] }]);
    const { report } = await checkJson(server.url, '--seconds', '.5');
    const { watched } = report.observation.watch;
    assert.ok(watched >= 500 && report.observation.seconds === 0.5, watched);
  });

  it('asks as a browser does, and says who asks', async () => {
    const requests = [];
    const url = await open((request, response) => {
      requests.push(request);
      answer(request, response);
    });
    await check(url);
    const [{ method, headers }, resuming, stale, ...more] = requests;
    assert.equal(method, 'GET');
    assert.deepEqual(headers, {
      accept: 'text/event-stream',
      'cache-control': 'no-cache',
      pragma: 'no-cache',
      'accept-encoding': 'gzip, deflate, br',
      'user-agent': 'eventsource-wasm check',
      host: new URL(url).host,
      connection: 'keep-alive',
    });
    assert.deepEqual([resuming, stale].map((each) => each.headers['last-event-id']).sort(), ['0', '3']);
    assert.deepEqual(more, []);
  });

  it('-H, -X, -d and --origin make the request', async () => {
    const requests = [];
    const url = await open((request, response) => {
      if (request.method === 'OPTIONS') return response.writeHead(204).end();
      let body = '';
      request.setEncoding('utf8').on('data', (text) => (body += text));
      request.on('end', () => {
        requests.push([request.method, request.headers['x-a'], request.headers.origin, body]);
        answer(request, response);
      });
    });
    const { exitCode, report } = await checkJson(
      ...[url, '-X', 'PUT', '-H', 'X-A: é', '-H', 'x-a: 2', '-d', '{}', '--origin', 'https://a.example'],
    );
    assert.equal(exitCode, 1);
    const sent = ['PUT', Buffer.from('é, 2').toString('latin1'), 'https://a.example', '{}'];
    assert.deepEqual(requests, [sent, sent]); // the second one resumes
    assert.deepEqual(namesOf(report), ['cors-refused', 'preflight-refused', ...FOUND]);
  });

  for (const [args, message] of [
    [[], /One URL must be given, not none\./],
    [['a', 'b'], /not 'a' and 'b'\./],
    [['nope'], /The URL must be a valid one .* not 'nope'\./],
    [['data:text/event-stream,'], /The URL must be a valid one/],
    [['http://u:p@127.0.0.1/'], /The URL must hold no user name/],
    [['http://127.0.0.1/', '--seconds', '0'], /--seconds must be a number above 0 and up to 86400, not '0'\./],
    [['http://127.0.0.1/', '--seconds', '1e3'], /--seconds must/],
    [['http://127.0.0.1/', '--ignore', 'nonsense'], /--ignore must be the name of a rule, .* not 'nonsense'\./],
    [['http://127.0.0.1/', '--origin', 'https://a.example/'], /--origin must be an origin/],
    [['http://127.0.0.1/', '--html', '-'], /--html must be the name of a file/],
    [['http://127.0.0.1/', '-X', 'TRACE'], /--method must/],
    [['http://127.0.0.1/', '-X', 'GET', '-d', 'x'], /--data cannot be sent with the method GET/],
    [['http://127.0.0.1/', '--nonsense'], /--nonsense/],
  ]) {
    it(`takes for wrong usage: ${args.join(' ')}`, async () => {
      await assert.rejects(run(args), (error) => error instanceof UsageError && message.test(error.message));
    });
  }

  it('ends with 2 for wrong usage', async () => {
    const { exitCode, out, err } = await check('nope');
    assert.equal(exitCode, 2);
    assert.equal(out, '');
    assert.match(err, /^eventsource-wasm: The URL [^\n]+ eventsource-wasm --help tells more\.\n$/);
  });

  it('ends with 1 when the page cannot be written, before any request', async () => {
    const server = await serve([]);
    const { exitCode, err } = await check(server.url, '--html', '/nowhere/report.html');
    assert.equal(exitCode, 1);
    assert.match(err, /^eventsource-wasm: --html cannot write to '\/nowhere\/report\.html' \(ENOENT.*\)\.\n$/);
    assert.equal(await server.count(), 0);
  });

  it('keeps secrets out of what is printed', async () => {
    const url = await open((request, response) => {
      response.setHeader('Set-Cookie', 'session=secret');
      answer(request, response);
    });
    const { out } = await check('--json', url, '-H', 'Authorization: Bearer secret', '-d', 'secret');
    assert.ok(out.includes('"authorization"') && out.includes('"set-cookie"') && !out.includes('secret'), out);
  });

  it('--help says what there is', async () => {
    const { exitCode, out } = await check('--help');
    assert.equal(exitCode, 0);
    for (const option of ['seconds', 'origin', 'ignore', 'json', 'html', 'header', 'method', 'data']) {
      assert.match(out, new RegExp(`--${option}\\b`));
    }
  });

  it('shows on a terminal what it waits for, takes that away, and lets nothing of the server act on it', async function () {
    if (!hasTerminals) this.skip();
    const url = await open((request, response) => response.writeHead(404, { 'Content-Type': 'x/\x9b31m' }).end());
    const { out } = await runCommand(['check', url], { isTerminal: true }).exit();
    assert.ok(out.startsWith('\r\x1b[K[waiting for the headers]  0 of 10 s  0 events  0 B'), out);
    assert.ok(out.includes('\r\x1b[Khttp:'), out);
    assert.ok(out.includes('\x1b[1;31merror\x1b[0m\x1b[1m status\x1b[0m'), out);
    assert.ok(out.includes('x/\\x9b31m') && !out.includes('\x9b'), out);
  });

  describe('with TLS', () => {
    let key, cert, port;

    beforeEach(async () => {
      const altNames = [{ type: 7, ip: '127.0.0.1' }];
      const extensions = [
        { name: 'basicConstraints', cA: true },
        { name: 'subjectAltName', altNames },
      ];
      ({ private: key, cert } = await generate([{ name: 'commonName', value: '127.0.0.1' }], { extensions }));
      port = await listen(createSecureServer({ key, cert, allowHTTP1: true }, answer));
    });

    it('speaks HTTP/2, for which there is no limit of six', async () => {
      const file = join(makeFolder(), 'ca.pem');
      writeFileSync(file, cert);
      const env = { NODE_EXTRA_CA_CERTS: file };
      const { out, err } = await runCommand(['check', '--json', `https://127.0.0.1:${port}/`], { env }).exit();
      assert.equal(err, '');
      const report = JSON.parse(out);
      assert.equal(report.observation.watch.httpVersion, '2');
      assert.deepEqual(namesOf(report), ['ended']);
    });

    it('certificate is all that an unknown one has', async () => {
      const { exitCode, report } = await checkJson(`https://127.0.0.1:${port}/`);
      assert.equal(exitCode, 1);
      assert.deepEqual(namesOf(report), ['certificate']);
    });
  });

  it('--html writes a page that shows findings and charts, light and dark, without a request', async () => {
    const file = join(makeFolder(), 'report.html');
    await check(await open(), '--html', file);
    const browser = await launch('Chromium');
    atTearDown(() => browser.close());
    for (const theme of ['light', 'dark']) {
      const page = await browser.newPage();
      const faults = [];
      page.on('pageerror', ({ message }) => faults.push(message));
      page.on('console', (message) => faults.push(message.text()));
      page.on('request', (request) => request.url().startsWith('file:') || faults.push(request.url()));
      await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: theme }]);
      await page.goto(`file://${file}`);
      const seen = await page.evaluate(`({
        findings: [...document.querySelectorAll('article h3')].map(({ textContent }) => textContent),
        charts: [...document.querySelectorAll('canvas')].filter(({ width, height }) => width > 100 && height > 100).length,
        paper: getComputedStyle(document.body).backgroundColor,
      })`);
      assert.deepEqual(seen, {
        findings: FOUND.map((name) => `note ${name}`),
        charts: 2,
        paper: theme === 'light' ? 'rgb(255, 255, 255)' : 'rgb(13, 17, 23)',
      });
      assert.deepEqual(faults, []);
    }
  });

  it('text of a server cannot end the data of the page', async () => {
    const file = join(makeFolder(), 'report.html');
    const type = '</script><script>document.title = 1</script>"the report" $&';
    await check(
      await open((request, response) => response.writeHead(200, { 'Content-Type': type }).end()),
      '--html',
      file,
    );
    const html = readFileSync(file, 'utf8');
    assert.equal(html.split('</script>').length, 3);
    const [, data] = html.match(/<script id="data" type="application\/json">(.*?)<\/script>/s);
    assert.equal(JSON.parse(data).observation.watch.headers['content-type'], type);
  });

  it('docs/check.md is what the rules make of it: make check-docs', async () => {
    assert.equal(readFileSync(new URL('../../docs/check.md', import.meta.url), 'utf8'), await makePage());
  });
});
