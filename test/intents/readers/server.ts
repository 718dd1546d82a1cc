/** A loopback server that speaks the OpenAI wire protocol; what it answers is scripted per request. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Asked = { path: string; authorization: string | undefined; agent: string | undefined; body: Record<string, unknown> };
/** `content`: the message's text; `tools`: tool calls by name and raw JSON; `raw`: the whole body; `delayMs` before anything. */
export type Script = {
  status?: number;
  content?: string;
  tools?: { name: string; args: string }[];
  raw?: string;
  delayMs?: number;
  headers?: Record<string, string>;
};
export type ModelServer = { baseURL: string; asked: Asked[]; close(): Promise<void> };

let serial = 0;

export async function modelServer(script: (asked: Asked, index: number) => Script): Promise<ModelServer> {
  const asked: Asked[] = [];
  const server = createServer((request, response) => void respond(request, response).catch(() => response.destroy()));
  async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let text = '';
    for await (const chunk of request) text += chunk;
    const one: Asked = {
      path: request.url ?? '',
      authorization: request.headers.authorization,
      agent: request.headers['user-agent'],
      body: JSON.parse(text || '{}'),
    };
    asked.push(one);
    const { status = 200, content, tools, raw, delayMs, headers } = script(one, asked.length - 1);
    if (delayMs) await new Promise((resolve) => setTimeout(resolve, delayMs).unref());
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(
      raw ?? JSON.stringify(status === 200 ? completion(content, tools) : { error: { message: 'scripted', type: 'server_error' } }),
    );
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    baseURL: `http://127.0.0.1:${port}/v1`,
    asked,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Ids are unique: a graph merges messages by them. */
function completion(content: string | undefined, tools: { name: string; args: string }[] | undefined) {
  const id = `chatcmpl-${++serial}`;
  const calls = tools?.map(({ name, args }, index) => ({
    id: `call-${serial}-${index}`,
    type: 'function',
    function: { name, arguments: args },
  }));
  const message = { role: 'assistant', content: content ?? null, ...(calls && { tool_calls: calls }) };
  return {
    id,
    object: 'chat.completion',
    created: 1,
    model: 'scripted',
    choices: [{ index: 0, message, finish_reason: calls ? 'tool_calls' : 'stop' }],
    usage: { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 },
  };
}
