// Real clients, installed with this package in the place of `eventsource` and `eventsource-parser`.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { assert } from '../support/assert.js';
import { tearDown } from '../support/scene.js';
import { installProject } from './install.js';

describe('npm aliases', () => {
  let project;

  before(function () {
    this.timeout(250_000); // npm
    project = installProject('test/clients/project');
  });
  afterEach(tearDown);

  it('put it in the place of both, wherever they are installed', () => {
    const { folder } = project;
    const replaced = readdirSync(folder, { recursive: true })
      .filter((path) => /node_modules\/eventsource(-parser)?$/.test(path))
      .map((path) => JSON.parse(readFileSync(join(folder, path, 'package.json'), 'utf8')).name);
    assert.deepEqual(replaced, ['eventsource-wasm', 'eventsource-wasm']);
  });

  it('MCP SDK, SSEClientTransport: tools, notifications, headers, a refusal', async () => {
    const result = await project.run('mcp-sse.js');
    assert.equal(result.isOurs, true);
    assert.deepEqual(result.tools, ['greet']);
    assert.equal(result.isWhole, true);
    assert.deepEqual(result.logs, ['grüße\nund 日本語 😀']);
    assert.deepEqual(result.authorizations, ['Bearer token']);
    assert.equal(result.refused.name, 'SseError');
    assert.equal(result.refused.code, 403);
    assert.match(result.refused.message, /403/);
  });

  it('MCP SDK, StreamableHTTPClientTransport: a stream that the server cuts, resumed', async () => {
    const result = await project.run('mcp-streamable-http.js');
    assert.equal(result.isWhole, true);
    assert.deepEqual(result.logs, ['before the cut: 日本語 😀', 'after the cut']);
    assert.equal(result.isResumed, true);
  });

  for (const how of ['import', 'require']) {
    it(`AI SDK, OpenAI by ${how}: streams of the chat and the responses endpoint`, async () => {
      const expected = { text: 'grüße 日本語 😀', errors: [], finish: 'stop' };
      assert.deepEqual(await project.run('ai-sdk.js', how), { chat: expected, responses: expected });
    });
  }

  it('the types fit code that is written for the two', function () {
    this.timeout(60_000);
    project.exec(fileURLToPath(import.meta.resolve('typescript/package.json').replace('package.json', 'bin/tsc')));
  });
});
