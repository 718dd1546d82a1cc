/** The surface: what is described is what is there; what is too large, too deep, too fast or unknown is refused in one form. */
import { randomBytes } from 'node:crypto';
import { sha256 } from 'viem';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MOST_ARTIFACT_BYTES } from '../../../api/server/app.ts';
import { apiConfig } from '../../../api/config.ts';
import { amountsOn } from '../../../api/server/faucet.ts';
import { buckets } from '../../../api/server/limits.ts';
import { ROUTES } from '../../../api/server/openapi.ts';
import { type Place, refusalOf, startPlace } from './place.ts';

let place: Place;
beforeAll(async () => void (place = await startPlace()));
afterAll(() => place.stop());
const at = (path: string, init?: RequestInit) => fetch(`${place.served.url}${path}`, init);
const json = (body: string) => ({ method: 'POST', headers: { 'content-type': 'application/json' }, body });

describe('the description', () => {
  it('names exactly the routes that exist', async () => {
    const served = new Set(place.built.app.routes.filter(({ method, path }) => method !== 'ALL' && path.startsWith('/v1') || ['/health', '/openapi.json'].includes(path)).filter(({ method }) => method !== 'ALL').map(({ method, path }) => `${method.toLowerCase()} ${path}`));
    expect(new Set(ROUTES.map(({ method, path }) => `${method} ${path}`))).toEqual(served);
    const document = (await (await at('/openapi.json')).json()) as { openapi: string; paths: Record<string, Record<string, { requestBody?: { content: Record<string, { schema?: object }> }; responses: object }>> };
    expect(document.openapi).toBe('3.1.0');
    for (const { method, path, body } of ROUTES) {
      const operation = document.paths[path.replaceAll(/:(\w+)/g, '{$1}')]![method]!;
      expect(Object.keys(operation.responses).length).toBeGreaterThan(0);
      if (body?.type === 'application/json') expect(operation.requestBody!.content['application/json']!.schema).toMatchObject({ type: 'object' });
    }
  });
  it('says how amounts travel', async () => {
    const text = await (await at('/openapi.json')).text();
    expect(text).toContain('"perBillionFuelAtMost"');
    expect(text).toMatch(/"exactly":\{[^}]*\[0-9\]/);
  });
  it('answers health and the registry', async () => {
    expect(await (await at('/health')).json()).toEqual({ ok: true, solvers: 0, attesters: 0 });
    expect(await (await at('/v1/network')).json()).toEqual(place.registry);
  });
});

describe('bounds', () => {
  it.each<[string, number, string, () => Promise<Response>]>([
    ['an unknown path', 404, 'no_route', () => at('/v1/nothing')],
    ['a wrong method', 404, 'no_route', () => at('/v1/ask')],
    ['text that is not JSON', 400, 'invalid', () => at('/v1/ask', json('{'))],
    ['JSON that is a list', 400, 'invalid', () => at('/v1/ask', json('[]'))],
    ['nesting without end', 400, 'invalid', () => at('/v1/ask', json('['.repeat(20_000)))],
    ['a body of 65 KiB', 413, 'too_large', () => at('/v1/ask', json(JSON.stringify({ text: 'x'.repeat(65 * 1024) })))],
    ['a chunked body of 65 KiB', 413, 'too_large', () => at('/v1/ask', { method: 'POST', body: new Blob(['x'.repeat(65 * 1024)]).stream(), duplex: 'half' } as RequestInit)],
    ['an artifact of more than 8 MiB', 413, 'too_large', () => at('/v1/artifacts', { method: 'POST', body: new Uint8Array(MOST_ARTIFACT_BYTES + 1) })],
    ['a hash that is none', 400, 'invalid', () => at('/v1/artifacts/0x12')],
    ['the faucet where there is none', 400, 'no_faucet', () => at('/v1/faucet', json('{"address":"0x00000000000000000000000000000000000000bb"}'))],
  ])('refuses %s with %i %s', async (_, status, code, call) => {
    const answer = await call();
    expect([answer.status, (await refusalOf(answer)).code]).toEqual([status, code]);
  });
  it('keeps __proto__ out', async () => {
    const answer = await at('/v1/ask', json('{"text":"x","__proto__":{"user":"0x00000000000000000000000000000000000000bb"}}'));
    expect(await answer.json()).toMatchObject({ kind: 'refusal' });
    expect(({} as { user?: string }).user).toBeUndefined();
  });
  it('limits each caller and forgets nobody’s debt too early', () => {
    let now = 0;
    const take = buckets({ burst: 3, rate: 1 }, () => now);
    expect([1, 2, 3, 4].map(() => take('a'))).toEqual([true, true, true, false]);
    expect(take('b')).toBe(true);
    now = 1_500;
    expect([take('a'), take('a')]).toEqual([true, false]);
  });
  it('answers too many requests with 429', async () => {
    const answers = await Promise.all(Array.from({ length: 90 }, () => at('/v1/artifacts', { method: 'POST', body: 'x' })));
    const last = answers.filter(({ status }) => status === 429);
    expect(last.length).toBeGreaterThan(0);
    expect((await refusalOf(last[0]!)).code).toBe('too_many');
  });
});

describe('pages of others', () => {
  it.each([['http://localhost:5173', true], ['http://127.0.0.1:3000', true], ['https://evil.example', false], ['http://localhost.evil.example', false]])('from %s: %s', async (origin, may) => {
    const answer = await at('/v1/network', { headers: { origin } });
    expect(answer.headers.get('access-control-allow-origin')).toBe(may ? origin : null);
  });
  it('are not served from what strangers upload', async () => {
    const bytes = new TextEncoder().encode('<script>alert(1)</script>');
    await place.store.artifacts.put(bytes);
    const answer = await at(`/v1/artifacts/${sha256(bytes)}`);
    expect(answer.headers.get('content-type')).toBe('application/octet-stream');
    expect(answer.headers.get('content-disposition')).toBe('attachment');
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
  });
});

describe('artifacts', () => {
  it('come back as they were, under the hash of their bytes', async () => {
    await new Promise((resolve) => setTimeout(resolve, 1_200));
    const bytes = new Uint8Array(randomBytes(MOST_ARTIFACT_BYTES));
    expect(await place.client.attach(bytes)).toEqual({ sha256: sha256(bytes), bytes: bytes.length });
    expect(Buffer.compare(await place.client.artifact(sha256(bytes)), bytes)).toBe(0);
  });
});

describe('configuration', () => {
  it('tells every problem at once, and no secret', () => {
    const secret = 'postgres:/me:hunter2@h/d';
    try {
      apiConfig({ TENDER_DATABASE: secret, TENDER_AUCTIONEER_KEY: '0xabcdef', TENDER_PORT: '99999999', TENDER_NETWORK: '/nowhere/network.json' });
      expect.unreachable();
    } catch (error) {
      const { code, message } = error as { code: string; message: string };
      expect(code).toBe('bad_config');
      for (const name of ['TENDER_DATABASE', 'TENDER_AUCTIONEER_KEY', 'TENDER_PORT', 'TENDER_NETWORK']) expect(message).toContain(name);
      expect(message).not.toMatch(/hunter2|abcdef/);
    }
  });
});

describe('the faucet', () => {
  it('gives ten thousand dollars’ worth of each priced token', () => {
    const tokens = [{ symbol: 'ETH', decimals: 18 }, { symbol: 'USDC', decimals: 6 }, { symbol: 'XYZ', decimals: 18 }] as Parameters<typeof amountsOn>[0]['tokens'];
    expect(amountsOn({ tokens }, { ETH: '2500', USDC: '1.00', PEPE: '0.1' })).toEqual({ ETH: 4n * 10n ** 18n, USDC: 10n ** 10n });
  });
});
