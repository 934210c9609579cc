// The clients of the MCP TypeScript SDK with this package in the place of `eventsource` and `eventsource-parser`.
import { assert } from '../support/assert.js';
import { tearDown } from '../support/scene.js';
import { assertReplaced, runClient } from './support/run-client.js';

describe('MCP SDK', () => {
  afterEach(tearDown);

  it('SSEClientTransport: tools, notifications, headers, a refusal', async () => {
    const result = await runClient('mcp-sse.js');
    assertReplaced(result, 'eventsource', /@modelcontextprotocol\/sdk\/dist\/esm\/client\/sse\.js$/, 'js/index.js');
    assert.equal(result.isOurs, true);
    assert.deepEqual(result.tools, ['greet']);
    assert.equal(result.isWhole, true);
    assert.deepEqual(result.logs, ['grüße\nund 日本語 😀']);
    assert.deepEqual(result.authorizations, ['Bearer token']);
    assert.equal(result.refused.name, 'SseError');
    assert.equal(result.refused.code, 403);
    assert.match(result.refused.message, /403/);
  });

  it('StreamableHTTPClientTransport: a stream that the server cuts, resumed', async () => {
    const result = await runClient('mcp-streamable-http.js');
    assertReplaced(
      result,
      'eventsource-parser/stream',
      /@modelcontextprotocol\/sdk\/dist\/esm\/client\/streamableHttp\.js$/,
      'js/stream.js',
    );
    assert.equal(result.isWhole, true);
    assert.deepEqual(result.logs, ['before the cut: 日本語 😀', 'after the cut']);
    assert.equal(result.isResumed, true);
  });
});
