// The SSE client of the MCP SDK against the SDK's own server.
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { SSEClientTransport } from '@modelcontextprotocol/sdk/client/sse.js';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { SSEServerTransport } from '@modelcontextprotocol/sdk/server/sse.js';
import express from 'express';
import { EventSource } from 'eventsource';
import { listen, report } from './script.js';

const app = express();
const transports = new Map();
const authorizations = [];

app.get('/sse', async (request, response) => {
  authorizations.push(request.headers.authorization);
  const transport = new SSEServerTransport('/messages', response);
  transports.set(transport.sessionId, transport);
  const server = new McpServer({ name: 'test', version: '1' });
  server.registerTool('greet', { description: 'Greets.' }, async () => {
    await server.server.sendLoggingMessage({ level: 'info', data: 'grüße\nund 日本語 😀' });
    return { content: [{ type: 'text', text: `hello ${'😀'.repeat(50_000)}` }] };
  });
  server.server.registerCapabilities({ logging: {} });
  await server.connect(transport);
});
app.post('/messages', async (request, response) => {
  await transports.get(request.query.sessionId).handlePostMessage(request, response);
});
app.get('/refused', (request, response) => response.status(403).end());

const { origin, close } = await listen(app);
const client = new Client({ name: 'test', version: '1' });
const transport = new SSEClientTransport(new URL('/sse', origin), {
  requestInit: { headers: { Authorization: 'Bearer token' } },
});
const logs = [];
client.setNotificationHandler(
  (await import('@modelcontextprotocol/sdk/types.js')).LoggingMessageNotificationSchema,
  ({ params }) => void logs.push(params.data),
);
await client.connect(transport);
const { tools } = await client.listTools();
const { content } = await client.callTool({ name: 'greet' });
const isOurs = transport._eventSource instanceof EventSource;
await client.close();

const refused = await new Client({ name: 'test', version: '1' })
  .connect(new SSEClientTransport(new URL('/refused', origin)))
  .catch((error) => ({ name: error.constructor.name, code: error.code, message: error.message }));

report({
  isOurs,
  tools: tools.map(({ name }) => name),
  length: content[0].text.length,
  isWhole: content[0].text === `hello ${'😀'.repeat(50_000)}`,
  logs,
  authorizations,
  refused,
});
await close();
