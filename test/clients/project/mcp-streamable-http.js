// The Streamable HTTP client of the MCP SDK against the SDK's own server, with a stream that the server cuts in two.
import { randomUUID } from 'node:crypto';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { LoggingMessageNotificationSchema } from '@modelcontextprotocol/sdk/types.js';
import { listen, report } from './script.js';

const server = new McpServer({ name: 'test', version: '1' }, { capabilities: { logging: {} } });
server.registerTool('greet', { description: 'Greets.' }, async ({ sendNotification, closeSSEStream }) => {
  const log = (data) => sendNotification({ method: 'notifications/message', params: { level: 'info', data } });
  await log('before the cut: 日本語 😀');
  closeSSEStream?.();
  await log('after the cut');
  return { content: [{ type: 'text', text: `hello ${'😀'.repeat(50_000)}` }] };
});
/** Ids that count: those of the SDK's example store are random within a millisecond, and it replays in their order. */
class EventStore {
  #events = [];

  async storeEvent(streamId, message) {
    return String(this.#events.push({ streamId, message }));
  }

  async replayEventsAfter(lastEventId, { send }) {
    const { streamId } = this.#events[lastEventId - 1];
    for (const [i, event] of this.#events.entries()) {
      if (i >= lastEventId && event.streamId === streamId) await send(String(i + 1), event.message);
    }
    return streamId;
  }
}

const serverTransport = new StreamableHTTPServerTransport({
  sessionIdGenerator: () => randomUUID(),
  eventStore: new EventStore(),
  retryInterval: 1,
});
await server.connect(serverTransport);

const resumed = [];
const { origin, close } = await listen((request, response) => {
  if (request.headers['last-event-id']) resumed.push(request.headers['last-event-id']);
  serverTransport.handleRequest(request, response);
});

const client = new Client({ name: 'test', version: '1' });
const logs = [];
const tokens = [];
client.setNotificationHandler(LoggingMessageNotificationSchema, ({ params }) => void logs.push(params.data));
await client.connect(new StreamableHTTPClientTransport(new URL('/mcp', origin)));
const { content } = await client.callTool({ name: 'greet' }, undefined, {
  onresumptiontoken: (token) => tokens.push(token),
});
await client.close();
await server.close();
report({
  isWhole: content[0].text === `hello ${'😀'.repeat(50_000)}`,
  logs,
  tokens: tokens.length,
  isResumed: resumed.length > 0 && tokens.includes(resumed[0]),
});
await close();
