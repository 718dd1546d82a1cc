/** A loopback server that speaks the OpenAI wire protocol, streamed or not; what it answers is scripted per request. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Asked = { path: string; authorization: string | undefined; agent: string | undefined; body: Record<string, unknown> };
/**
 * `content`: the message's text; `tools`: tool calls by name and raw JSON; `raw`: the whole body; `delayMs` before anything.
 * Streams come in pieces of `piece` characters, `everyMs` apart; `cut` destroys the connection after so many pieces; `finish` is the
 * reason in the last one (`null`: it never comes); `events` are sent as they are after the pieces. `usage`: total tokens, as reported.
 */
export type Script = {
  status?: number;
  content?: string;
  refusal?: string;
  tools?: { name: string; args: string }[];
  raw?: string;
  delayMs?: number;
  headers?: Record<string, string>;
  piece?: number;
  everyMs?: number;
  cut?: number;
  finish?: string | null;
  events?: string[];
  usage?: unknown;
};
/** A proposal that points at nothing. */
export const emptyProposal = {
  kind: 'none', exact: 'in', priceOf: 'sell', per: 'gpu-hour',
  sell: { amount: null, token: null, chain: null }, buy: { amount: null, token: null, chain: null },
  recipient: null, within: null, every: null, over: null, count: null, price: null, gpu: null, gpus: null, budget: null, pay: null, region: null,
};
export type ModelServer = { baseURL: string; asked: Asked[]; close(): Promise<void> };

let serial = 0;
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms).unref());

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
    const said = script(one, asked.length - 1);
    const { status = 200, raw, delayMs, headers } = said;
    if (delayMs) await pause(delayMs);
    if (raw === undefined && status === 200 && one.body.stream) return stream(said, response);
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(raw ?? JSON.stringify(status === 200 ? completion(said) : { error: { message: 'scripted', type: 'server_error' } }));
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
const envelope = (object: string) => ({ id: `chatcmpl-${++serial}`, object, created: 1, model: 'scripted' });
const callsOf = (tools: Script['tools']) =>
  tools?.map(({ name, args }, index) => ({ index, id: `call-${serial}-${index}`, type: 'function', function: { name, arguments: args } }));
const usageOf = ({ usage = 15 }: Script) => ({ prompt_tokens: 10, completion_tokens: 5, total_tokens: usage });
const reasonOf = ({ finish, tools }: Script) => (finish !== undefined ? finish : tools ? 'tool_calls' : 'stop');

function completion(said: Script) {
  const base = envelope('chat.completion');
  const calls = callsOf(said.tools);
  const message = { role: 'assistant', content: said.content ?? null, ...(said.refusal && { refusal: said.refusal }), ...(calls && { tool_calls: calls }) };
  return { ...base, choices: [{ index: 0, message, finish_reason: reasonOf(said) }], usage: usageOf(said) };
}

async function stream(said: Script, response: ServerResponse): Promise<void> {
  const { content = '', refusal, tools, piece = 40, everyMs = 0, cut, events = [] } = said;
  const base = envelope('chat.completion.chunk');
  const pieces = content.match(new RegExp(`[^]{1,${piece}}`, 'g')) ?? [];
  const deltas: object[] = [
    { role: 'assistant', content: '' },
    ...pieces.map((part) => ({ content: part })),
    ...(refusal === undefined ? [] : [{ refusal }]),
    ...(callsOf(tools) ?? []).map((call) => ({ tool_calls: [call] })),
  ];
  response.writeHead(200, { 'content-type': 'text/event-stream', ...said.headers });
  const send = (value: object) => response.write(`data: ${JSON.stringify({ ...base, ...value })}\n\n`);
  for (const [index, delta] of deltas.entries()) {
    if (cut === index) {
      // What was written is sent before the line goes dead.
      await pause(5);
      return void response.destroy();
    }
    if (everyMs && index > 0) await pause(everyMs);
    if (response.destroyed) return;
    send({ choices: [{ index: 0, delta, finish_reason: null }] });
  }
  for (const event of events) response.write(event);
  const reason = reasonOf(said);
  if (reason !== null) send({ choices: [{ index: 0, delta: {}, finish_reason: reason }] });
  send({ choices: [], usage: usageOf(said) });
  response.end('data: [DONE]\n\n');
}
