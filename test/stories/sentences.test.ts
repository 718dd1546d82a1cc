/** The eight sentences of the demo, on a network of its own: each ends as it must, and the chains agree to the last unit. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isGood, playAll } from '../../api/local/demo/demo.ts';
import type { Line } from '../../api/local/demo/line.ts';
import { SENTENCES } from '../../api/local/demo/sentences.ts';
import { loadKeys } from '../../api/local/keys.ts';
import { type LocalNetwork, startNetwork } from '../../api/local/start.ts';

describe('the eight sentences', () => {
  const dir = mkdtempSync(join(tmpdir(), 'tender-story-'));
  let network: LocalNetwork;
  const lines = new Map<string, Line>();

  beforeAll(async () => {
    network = await startNetwork({ dir, page: false });
    await playAll({ api: network.api, registry: network.registry, minterKey: loadKeys(dir).minter, say: () => undefined }, (line) => void lines.set(line.sentence, line));
  }, 240_000);
  afterAll(async () => {
    await network?.erase();
    rmSync(dir, { recursive: true, force: true });
  }, 60_000);

  it.each(SENTENCES.map((sentence) => [sentence.text, sentence] as const))('%s', (text, sentence) => {
    const line = lines.get(text);
    expect(line && { outcome: line.outcome, wrong: line.wrong }).toEqual({ outcome: sentence.ends, wrong: [] });
    expect(line && isGood(sentence, line)).toBe(true);
  });
  it('asks before it guesses, and says what was tapped', () => {
    const asked = lines.get('swap some ETH to USDC')?.asked;
    expect(asked?.slot).toBe('sell.amount');
    expect(asked?.options).toContain(asked?.chosen);
  });
  it('pays a job by fuel, after attesters ran it again, and returns its output', () => {
    const line = lines.get('run primes.wasm with input 20000 for at most 0.05 USDC');
    expect(BigInt(line?.fuel ?? 0)).toBeGreaterThan(0n);
    expect(line?.output?.[0]).toContain('2262');
  });
  it('pays a lease by the second and refunds the rest in the same transaction', () => {
    const line = lines.get('rent 1 vCPU for 2 minutes for at most 0.10 USDC');
    expect(line?.seconds).toBeGreaterThanOrEqual(15);
    expect(line?.seconds).toBeLessThan(60);
    expect(line?.output?.[1]).toBe('42');
    expect(line?.txs.find(({ what }) => what === 'closed')?.hash).toBe(line?.refund?.hash);
  });
});
