/** What the API says of itself: OpenAPI 3.1, from the same schemas that check requests. A test compares it with the routes. */
import * as z from 'zod';
import type { $ZodType } from 'zod/v4/core';
import { schemas } from '../../intents/json.ts';
import { answer, ask, chat, faucet } from './body.ts';
import { signedLeaseRequest } from './frames.ts';

type Parameter = { name: string; in: 'path' | 'query' | 'header'; required?: true; description: string };
type Route = {
  method: 'get' | 'post';
  path: string;
  summary: string;
  parameters?: Parameter[];
  body?: { type: 'application/json'; schema: object } | { type: 'application/octet-stream' };
  /** Status and what comes with it. */
  answers: Record<number, string>;
  /** Media type of the good answer; JSON unless said. */
  media?: string;
};

const inPath = (name: string, description: string): Parameter => ({ name, in: 'path', required: true, description });
const ORDER = inPath('id', 'The order’s EIP-712 digest.');
const json = (schema: $ZodType) => ({ type: 'application/json' as const, schema: schemaOf(schema) });

/** JSON Schema of what a client sends. Amounts are decimal strings: JSON has no integers of this size. */
const schemaOf = (schema: $ZodType): object =>
  z.toJSONSchema(schema, {
    io: 'input',
    unrepresentable: 'any',
    override({ zodSchema, jsonSchema }) {
      const { type } = zodSchema._zod.def;
      if (type === 'bigint') Object.assign(jsonSchema, { type: 'string', pattern: '^(0|[1-9][0-9]*)$' });
    },
  });

const postBody = {
  type: 'object',
  required: ['order', 'auth'],
  additionalProperties: false,
  properties: {
    order: schemaOf(schemas.order),
    auth: schemaOf(schemas.auth),
    signature: { type: 'string', description: 'With auth {mode: "own"}: the user’s signature, which shows who posts.' },
  },
};

export const ROUTES: readonly Route[] = [
  { method: 'get', path: '/health', summary: 'Is the API able to work?', answers: { 200: 'Yes: {ok, solvers, attesters}.', 503: 'The database does not answer.' } },
  { method: 'get', path: '/openapi.json', summary: 'This description.', answers: { 200: 'OpenAPI 3.1.' } },
  { method: 'get', path: '/v1/network', summary: 'Chains, tokens, contracts, auctioneer, attesters.', answers: { 200: 'Registry.' } },
  { method: 'post', path: '/v1/ask', summary: 'Words → question, refusal, or an order ready to sign. With `before` they may change a draft or answer a question: `changes` says what.', body: json(ask), answers: { 200: '{kind: question | refusal | ready}.', 400: 'Not of its form.' } },
  { method: 'post', path: '/v1/answer', summary: 'An option of a question was tapped.', body: json(answer), answers: { 200: 'As ask.', 400: 'Not of its form.' } },
  {
    method: 'post', path: '/v1/chat', summary: 'One turn of a conversation: `text`, or `questionId` with `optionId`. Nothing is ever submitted.', body: json(chat),
    answers: { 200: 'Server-sent events: draft, question, refusal, quotes, status, history, text, error, done.', 400: 'Not of its form.' }, media: 'text/event-stream',
  },
  {
    method: 'post', path: '/v1/orders', summary: 'Post a signed order. Idempotent by its id.', body: { type: 'application/json', schema: postBody },
    answers: { 201: '{id}.', 400: 'insufficient_balance, insufficient_allowance, expired, sentence_mismatch …', 401: 'bad_signature.', 409: 'order_over.' },
  },
  {
    method: 'get', path: '/v1/orders', summary: 'Orders, newest first.',
    parameters: [{ name: 'user', in: 'query', description: 'Only of this account.' }, { name: 'cursor', in: 'query', description: '`next` of the page before.' }],
    answers: { 200: '{orders: [{id, order, life, receipt}], next?}.' },
  },
  { method: 'get', path: '/v1/orders/:id', summary: 'An order, its life and its receipt.', parameters: [ORDER], answers: { 200: '{id, order, life, receipt}.', 404: 'not_found.' } },
  {
    method: 'get', path: '/v1/orders/:id/events', summary: 'Events of an order, past and to come; with accept: application/json only those so far.',
    parameters: [ORDER, { name: 'after', in: 'query', description: 'Cursor: the `id` of the last event seen.' }, { name: 'Last-Event-ID', in: 'header', description: 'The same, as browsers send it.' }],
    answers: { 200: 'Server-sent events: id is the cursor, data the event.', 404: 'not_found.' }, media: 'text/event-stream',
  },
  { method: 'get', path: '/v1/orders/:id/award', summary: 'The accepted award, as the contract takes it.', parameters: [ORDER], answers: { 200: '{award, signature, reply, replySignature}.', 404: 'None is accepted.' } },
  { method: 'get', path: '/v1/orders/:id/auction', summary: 'Receipted bids (after the cut) and awards: enough to recompute the winner.', parameters: [ORDER], answers: { 200: 'Transcript.', 404: 'not_found.' } },
  {
    method: 'post', path: '/v1/orders/:id/lease', summary: 'Speak to the provider of a lease, signed by its meter key.', parameters: [ORDER], body: json(signedLeaseRequest),
    answers: { 200: 'The provider’s answer.', 401: 'bad_signature, stale.', 409: 'replayed.', 503: 'provider_away.', 504: 'no_answer.' },
  },
  { method: 'post', path: '/v1/artifacts', summary: 'Store bytes (at most 8 MiB) under their SHA-256.', body: { type: 'application/octet-stream' }, answers: { 201: '{sha256, bytes}.', 413: 'too_large.' } },
  { method: 'get', path: '/v1/artifacts/:sha256', summary: 'Bytes by their SHA-256.', parameters: [inPath('sha256', 'Hash, 0x and 64 hex digits.')], answers: { 200: 'The bytes.', 404: 'not_found.' }, media: 'application/octet-stream' },
  { method: 'post', path: '/v1/faucet', summary: 'Test tokens on local networks.', body: json(faucet), answers: { 200: '{txs}.', 400: 'no_faucet.', 429: 'too_many.' } },
  { method: 'get', path: '/v1/solver', summary: 'WebSocket of solvers.', answers: { 101: 'One JSON object for each frame; a signed challenge first.' } },
  { method: 'get', path: '/v1/attester', summary: 'WebSocket of attesters.', answers: { 101: 'One JSON object for each frame; a signed challenge first.' } },
];

const ERROR = {
  type: 'object', required: ['error'],
  properties: {
    error: {
      type: 'object', required: ['code', 'message'],
      properties: { code: { type: 'string' }, message: { type: 'string' }, hint: { type: 'string' }, param: { type: 'string' } },
    },
  },
};

/** The document. Built once for each network name. */
export function openApi(network: string): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const route of ROUTES) (paths[route.path.replaceAll(/:(\w+)/g, '{$1}')] ??= {})[route.method] = operationOf(route);
  return {
    openapi: '3.1.0',
    info: { title: 'Tender', version: '1', description: `The API of the network “${network}”. Errors are {error: {code, message, hint?, param?}}.` },
    paths,
    components: { schemas: { Error: ERROR } },
  };
}

function operationOf({ summary, parameters, body, answers, media = 'application/json' }: Route): object {
  const responses = Object.entries(answers).map(([status, description]) => {
    const good = Number(status) < 300;
    const content = good ? { [media]: {} } : { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } };
    return [status, { description, ...(Number(status) !== 101 && { content }) }];
  });
  return {
    summary,
    ...(parameters && { parameters: parameters.map((one) => ({ ...one, schema: { type: 'string' } })) }),
    ...(body && { requestBody: { required: true, content: { [body.type]: 'schema' in body ? { schema: body.schema } : {} } } }),
    responses: Object.fromEntries(responses),
  };
}
