/** How soon random audits find a provider that cheats in 30 % of its jobs, and what a bond must be worth to deter it. */
import { concat, keccak256, numberToHex } from 'viem';
import { describe, expect, it } from 'vitest';

/** The contract's lot: uint(keccak256(block hash, job)) mod 10,000 < auditBps. */
const isDrawn = (blockHash: `0x${string}`, job: `0x${string}`, auditBps: number) => BigInt(keccak256(concat([blockHash, job]))) % 10_000n < BigInt(auditBps);
const word = (seed: string, n: number) => keccak256(concat([numberToHex(BigInt(`0x${Buffer.from(seed).toString('hex')}`)), numberToHex(n, { size: 32 })]));
/** An even number below 1 from a seed. */
const chance = (seed: string, n: number) => Number(BigInt(word(seed, n)) >> 203n) / 2 ** 53;

const JOBS = 15;
const CHEATS = 0.3;
/** Share of `providers` seeded ones that are found within their first 15 jobs. */
function found(auditBps: number, providers: number): number {
  let caught = 0;
  for (let p = 0; p < providers; p++) {
    const jobs = Array.from({ length: JOBS }, (_, j) => p * JOBS + j);
    if (jobs.some((n) => chance('cheats', n) < CHEATS && isDrawn(word('block', n), word('job', n), auditBps))) caught++;
  }
  return caught / providers;
}
/** The same by arithmetic: one minus the chance that none of 15 jobs is both wrong and drawn. */
const expected = (p: number) => 1 - (1 - CHEATS * p) ** JOBS;

describe('a provider that cheats in 30 % of its jobs', () => {
  it.each([
    [2_700, 0.7],
    [10_000, 0.995],
    [8_820, 0.99],
  ])('is found within 15 jobs at %i of 10,000 audited', (auditBps, least) => {
    const share = found(auditBps, 3_000);
    expect(expected(auditBps / 10_000)).toBeGreaterThanOrEqual(least);
    // Three standard deviations of a share of 3,000.
    const spread = 3 * Math.sqrt((expected(auditBps / 10_000) * (1 - expected(auditBps / 10_000))) / 3_000);
    expect(Math.abs(share - expected(auditBps / 10_000))).toBeLessThan(spread);
  });
  it('is not found in time at less: the bond must deter, not the rate', () => {
    expect(expected(0.1)).toBeLessThan(0.4);
    expect(expected(0.26)).toBeLessThan(0.71);
    expect(expected(0.87)).toBeLessThan(0.992);
  });
  it('is never found without audits', () => expect(found(0, 500)).toBe(0));
});

describe('a bond of price / p', () => {
  /** What cheating brings in the mean, in prices: the price if not drawn, minus the bond if drawn. */
  const gain = (p: number, bond: number) => (1 - p) - p * bond;
  it.each([0.01, 0.1, 0.27, 0.5, 1])('makes cheating a loss at p = %f', (p) => {
    expect(gain(p, 1 / p)).toBeLessThan(0);
    // A block builder that throws away one draw halves p: twice the bond holds.
    expect(gain(p / 2, 2 / p)).toBeLessThan(0);
  });
  it('is needed: half of it leaves cheating profitable at small p', () => expect(gain(0.1, 5)).toBeGreaterThan(0));
});
