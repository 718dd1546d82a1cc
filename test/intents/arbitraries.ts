/** Random intents that this language can say: for the round trip through sentences. */
import fc from 'fast-check';
import { type Address, getAddress, sha256, stringToBytes } from 'viem';
import { auditBudgetOf } from '../../intents/compose.ts';
import type { JobIntent, LeaseIntent, SwapIntent } from '../../intents/intent.ts';
import { GPU_MODELS } from '../../intents/parse/context.ts';
import type { Chain, Token } from '../../intents/registry.ts';
import { METER, NOW, PROGRAM, registry, USER } from './network.ts';

const chains = fc.constantFrom(...registry.chains);
const leg = (chain: Chain) =>
  fc
    .constantFrom(...chain.tokens)
    .map((token: Token) => ({ chainId: chain.id, token: token.address, symbol: token.symbol, decimals: token.decimals }));
const amount = fc.oneof(
  fc.bigInt(1n, 10n ** 12n),
  fc.bigInt(1n, 10n ** 27n),
  fc.bigInt(1n, 10n ** 9n).map((units) => units * 10n ** 15n),
);
const someone = fc.oneof(
  fc.constant(USER),
  fc
    .uint8Array({ minLength: 20, maxLength: 20 })
    .map((bytes) => getAddress(`0x${Buffer.from(bytes).toString('hex')}`))
    .filter((to) => !/^0x0{30}/.test(to)),
);

export const swap: fc.Arbitrary<SwapIntent> = fc.tuple(chains, chains).chain(([from, at]) =>
  fc
    .record({
      exact: fc.constantFrom('in' as const, 'out' as const),
      sell: leg(from),
      buy: leg(at),
      sold: amount,
      bought: amount,
      to: someone,
      taken: fc.integer({ min: 1, max: 600_000 }),
      more: fc.nat(100_000),
    })
    .filter(({ sell, buy }) => sell.chainId !== buy.chainId || sell.token !== buy.token)
    .map(({ exact, sell, buy, sold, bought, to, taken, more }) => ({
      kind: 'swap' as const,
      exact,
      user: USER,
      sell: { ...sell, amount: sold },
      buy: { ...buy, amount: bought },
      to: to as Address,
      takenBy: NOW + taken,
      deliverBy: NOW + taken + more,
      defaults: {},
    })),
);

const pay = chains.map((chain) => {
  const token = chain.tokens.find(({ symbol }) => symbol === 'USDC') as Token;
  return { chainId: chain.id, token: token.address, symbol: token.symbol, decimals: token.decimals };
});
export const lease: fc.Arbitrary<LeaseIntent> = fc
  .record({
    pay,
    cpu: fc.integer({ min: 1, max: 64_000 }),
    memory: fc.integer({ min: 1, max: 500_000 }),
    disk: fc.integer({ min: 1, max: 5000 }),
    seconds: fc.integer({ min: 1, max: 3_000_000 }),
    total: fc.bigInt(10n ** 6n, 10n ** 12n),
    start: fc.integer({ min: 1, max: 10_000 }),
    gpus: fc.nat(8),
    model: fc.constantFrom(...GPU_MODELS),
    region: fc.constantFrom('', 'eu', 'us-east'),
  })
  .map(({ pay: leg_, cpu, memory, disk, seconds, total, start, gpus, model, region }) => ({
    kind: 'lease' as const,
    user: USER,
    pay: { ...leg_, totalAtMost: total, perHourAtMost: (total * 3600n) / BigInt(seconds) },
    resources: { cpuMilli: cpu, memoryMiB: memory, diskGiB: disk, gpus, gpuModel: gpus ? model : '', gpuMemoryMiB: 0 },
    place: { regions: region, level: '' },
    workload: {
      runtime: 'sandbox',
      image: '',
      command: '',
      artifactSha256: `0x${'00'.repeat(32)}` as const,
      sealedInputs: `0x${'00'.repeat(32)}` as const,
    },
    secondsAtMost: seconds,
    startBy: NOW + start,
    meterKey: METER,
    defaults: {},
  }));

export const job: fc.Arbitrary<JobIntent> = fc
  .record({
    pay,
    name: fc.constantFrom('primes.wasm', 'my-tool_2.wasm'),
    input: fc.oneof(fc.nat().map(String), fc.stringMatching(/^[a-z0-9 ,.:]{1,40}$/)),
    fuel: fc.bigInt(10n ** 6n, 10n ** 12n),
    total: fc.bigInt(10n ** 6n, 10n ** 12n),
    by: fc.integer({ min: 10, max: 90_000 }),
  })
  .map(({ pay: leg_, name, input, fuel, total, by }) => ({
    kind: 'job' as const,
    user: USER,
    pay: { ...leg_, totalAtMost: total, perBillionFuelAtMost: ((total - auditBudgetOf(total)) * 10n ** 9n) / fuel },
    runtime: 'wasi',
    command: name,
    programSha256: PROGRAM.sha256,
    inputSha256: sha256(stringToBytes(input)),
    input,
    fuelAtMost: fuel,
    memoryMiB: 128,
    outputMiB: 4,
    resultBy: NOW + by,
    defaults: {},
  }));
