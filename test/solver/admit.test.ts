/** Awards that a provider must not accept: those that could bind it to a start it has no time for. */
import { zeroAddress, zeroHash } from 'viem';
import { describe, expect, it } from 'vitest';
import type { Award, Bid } from '../../intents/market.ts';
import { orderId, type OrderOf, type SignedOrder } from '../../intents/order.ts';
import type { Registry } from '../../intents/registry.ts';
import { faulty } from '../../solver/admit.ts';

const NOW = 1_800_000_000;
const SOLVER = '0x00000000000000000000000000000000000000aa';
const registry: Registry = { network: 'test', chains: [], auctioneer: zeroAddress, attesters: { signers: [], k: 0 } };

function lease(startBy: number): OrderOf<'lease'> {
  return {
    kind: 'lease',
    chainId: 1,
    settlement: SOLVER,
    message: {
      sentence: 'a machine',
      user: SOLVER,
      nonce: 1n,
      sell: { token: SOLVER, perHourAtMost: 3_600n, totalAtMost: 3_600n },
      buy: {
        resources: { cpuMilli: 1_000, memoryMiB: 512, diskGiB: 1, gpus: 0, gpuModel: '', gpuMemoryMiB: 0 },
        place: { regions: '', level: '' },
        workload: { runtime: 'sandbox', image: '', command: '', artifactSha256: zeroHash, sealedInputs: zeroHash },
        secondsAtMost: 60,
      },
      terms: {
        auctioneer: zeroAddress, exclusiveUntil: NOW + 200, openBy: startBy, startBy, ackSeconds: 30, windowSeconds: 600,
        noShowPenalty: 1n, meterKey: SOLVER, verifier: SOLVER,
      },
    },
  };
}

async function accepts(startBy: number): Promise<string | undefined> {
  const order = lease(startBy);
  const id = orderId(order);
  const fillBy = NOW + 20;
  const bid: Bid = { order: id, part: 0n, solver: SOLVER, sell: 3_600n, buy: 60n, bond: 1n, validUntil: NOW + 60, salt: zeroHash };
  const award: Award = { order: id, part: 0n, solver: SOLVER, sell: 3_600n, buy: 60n, bond: 1n, cutAt: NOW, notBefore: 0, fillBy, after: zeroHash };
  const signed: SignedOrder = { order, auth: { mode: 'signature', signature: '0x' } };
  return (await faulty(registry, signed, award, `0x${'11'.repeat(65)}`, bid, NOW))?.pass;
}

describe('an award of a lease', () => {
  it('is refused when its last second leaves no time to start', async () => {
    expect(await accepts(NOW + 20)).toMatch(/too little time/);
    expect(await accepts(NOW + 34)).toMatch(/too little time/);
  });
  it('is judged by everything else when there is time', async () => {
    expect(await accepts(NOW + 35)).not.toMatch(/too little time/);
  });
});
