/** Random orders and market messages over the whole range of every signed type, from a seed. */
import { createHash } from 'node:crypto';
import { type Address, getAddress, type Hex, toHex } from 'viem';
import type { Award, Deliveries, Header, Reply, Verdict, Voucher } from '../../intents/market.ts';
import { type KindName, NATIVE, type Options, type Order, type OrderBodies } from '../../intents/order.ts';

const TEXTS = ['', 'Sell exactly 1 ETH.', 'Prix : 3 000 €', '日本語の文', 'line\nbreak "quotes" \\', 'x'.repeat(300), '🦊'];

export function randomOf(seed: string) {
  let counter = 0;
  const bytes = (size: number): Buffer => {
    const block = createHash('sha256').update(`${seed}:${counter++}`).digest();
    return size <= 32 ? block.subarray(0, size) : Buffer.concat([block, bytes(size - 32)]);
  };
  /** Any value of the width; one in eight is an edge. */
  const uint = (bits: number): bigint => {
    const edge = bytes(1)[0]! % 16;
    if (edge === 0) return 0n;
    if (edge === 1) return (1n << BigInt(bits)) - 1n;
    return BigInt(toHex(bytes(32))) >> BigInt(256 - bits);
  };
  const number = (bits: number) => Number(uint(bits));
  const word = (): Hex => toHex(bytes(32));
  const address = (): Address => (bytes(1)[0]! % 16 === 0 ? NATIVE : getAddress(toHex(bytes(20))));
  const text = () => (bytes(1)[0]! % 2 === 0 ? TEXTS[bytes(1)[0]! % TEXTS.length]! : bytes(1 + (bytes(1)[0]! % 90)).toString('hex'));

  const common = () => ({ sentence: text(), user: address(), nonce: uint(256) });
  const terms = () => ({ auctioneer: address(), exclusiveUntil: number(40), fillBy: number(40) });
  const escrow = () => ({ auctioneer: address(), exclusiveUntil: number(40), openBy: number(40), closeAfter: number(40), verifier: address() });
  const far = () => ({ chainId: uint(256), token: address(), to: address(), deliverBy: number(40) });
  const bodies: { [K in KindName]: () => OrderBodies[K] } = {
    fillIn: () => ({ ...common(), sell: { token: address(), exactly: uint(128) }, buy: { token: address(), atLeast: uint(128), to: address() }, terms: terms() }),
    fillOut: () => ({ ...common(), sell: { token: address(), atMost: uint(128) }, buy: { token: address(), exactly: uint(128), to: address() }, terms: terms() }),
    openIn: () => ({ ...common(), sell: { token: address(), exactly: uint(128) }, buy: { ...far(), atLeast: uint(128) }, terms: escrow() }),
    openOut: () => ({ ...common(), sell: { token: address(), atMost: uint(128) }, buy: { ...far(), exactly: uint(128) }, terms: escrow() }),
    lease: () => ({
      ...common(),
      sell: { token: address(), perHourAtMost: uint(128), totalAtMost: uint(128) },
      buy: {
        resources: { cpuMilli: number(32), memoryMiB: number(32), diskGiB: number(32), gpus: number(8), gpuModel: text(), gpuMemoryMiB: number(32) },
        place: { regions: text(), level: text() },
        workload: { runtime: text(), image: text(), command: text(), artifactSha256: word(), sealedInputs: word() },
        secondsAtMost: number(32),
      },
      terms: {
        auctioneer: address(), exclusiveUntil: number(40), openBy: number(40), startBy: number(40), ackSeconds: number(32),
        windowSeconds: number(32), noShowPenalty: uint(96), meterKey: address(), verifier: address(),
      },
    }),
    job: () => ({
      ...common(),
      sell: { token: address(), perBillionFuelAtMost: uint(128), totalAtMost: uint(128), auditBudget: uint(128) },
      buy: { runtime: text(), command: text(), programSha256: word(), inputSha256: word(), fuelAtMost: uint(64), memoryMiB: number(32), outputMiB: number(32) },
      terms: {
        auctioneer: address(), exclusiveUntil: number(40), openBy: number(40), resultBy: number(40), challengeSeconds: number(32), verdictSeconds: number(32),
        auditBps: number(16), bondAtLeast: uint(96), verifier: address(),
      },
    }),
  };
  const options = (): Options => ({
    smallestPart: uint(128), decayFrom: uint(128), decayUntil: number(40), parts: number(32), every: number(32), start: number(40), feeTo: address(), feeBps: number(16),
  });
  return {
    word, uint, options,
    order: (kind: KindName, chainId: number, settlement: Address) => ({ kind, chainId, settlement, message: bodies[kind]() }) as Order,
    award: (): Award => ({
      order: word(), part: uint(128), solver: address(), sell: uint(128), buy: uint(128), bond: uint(96),
      cutAt: number(40), notBefore: number(40), fillBy: number(40), after: word(),
    }),
    reply: (): Reply => ({ award: word(), authorisation: word(), accepted: bytes(1)[0]! % 2 === 0 }),
    voucher: (): Voucher => ({ lease: word(), seconds: number(32), meter: word(), last: bytes(1)[0]! % 2 === 0 }),
    header: (): Header => ({ chain: word(), number: uint(64), hash: word() }),
    deliveries: (): Deliveries => ({ chain: word(), delivery: address(), number: uint(64), asOf: number(40), root: word() }),
    verdict: (): Verdict => ({ job: word(), result: word(), fuel: uint(64) }),
  };
}
