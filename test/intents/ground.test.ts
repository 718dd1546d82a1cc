/** From sentences to intents in a world of balances, quotes and prices. */
import { sha256, stringToBytes } from 'viem';
import { describe, expect, it } from 'vitest';
import { GAS_KEPT, ground, type World } from '../../intents/ground.ts';
import type { Intent, JobIntent, LeaseIntent, Question, Refusal, SwapIntent } from '../../intents/intent.ts';
import { answer } from '../../intents/parse/answer.ts';
import { contextOf, parse } from '../../intents/parse/index.ts';
import { METER, NOW, PROGRAM, registry, USER, world } from './network.ts';

const context = contextOf(registry, new Date(NOW * 1000));
type Result = { intent?: Intent; question?: Question; refusal?: Refusal };
async function told(text: string, changes: Partial<World> = {}): Promise<Result> {
  const reading = parse(text, context);
  return 'draft' in reading ? ground(reading.draft, world(changes)) : reading;
}
const swapOf = async (text: string, changes: Partial<World> = {}) => {
  const result = await told(text, changes);
  if (result.intent?.kind !== 'swap') throw new Error(JSON.stringify(result));
  return result.intent as SwapIntent;
};
const noQuote = { quote: async () => undefined };
const ETH = 10n ** 18n;
const USDC = 10n ** 6n;

describe('swaps', () => {
  it('stay on the named chain and take the best quote less 0.5 % and two minutes as defaults', async () => {
    const intent = await swapOf('swap 3000 USDC to ETH on base');
    expect(intent).toMatchObject({ exact: 'in', user: USER, to: USER, takenBy: NOW + 120, deliverBy: NOW + 120 });
    expect([intent.sell.chainId, intent.buy.chainId, intent.sell.amount, intent.buy.amount]).toEqual([
      31302,
      31302,
      3000n * USDC,
      (ETH * 995n) / 1000n,
    ]);
    expect(intent.defaults).toEqual({ limit: 'default', deadline: 'default', chain: 'said', to: 'default', amount: 'said' });
  });
  it('across chains take ten minutes, half of them for taking the money', async () => {
    expect(await swapOf('swap 0.05 ETH on ethereum to USDC on arbitrum')).toMatchObject({
      sell: { chainId: 31301, symbol: 'ETH', amount: ETH / 20n },
      buy: { chainId: 31303, symbol: 'USDC', amount: (150n * USDC * 995n) / 1000n },
      takenBy: NOW + 300,
      deliverBy: NOW + 600,
    });
  });
  it('with the bought side exact put the ceiling half a per cent above the quote', async () => {
    expect(await swapOf('get exactly 250 USDC on base for DAI on ethereum')).toMatchObject({
      exact: 'out',
      sell: { chainId: 31301, symbol: 'DAI', amount: (250n * ETH * 1005n) / 1000n },
      buy: { chainId: 31302, symbol: 'USDC', amount: 250n * USDC },
    });
  });
  it('need no quote when the user states the limit', async () => {
    const intent = await swapOf('sell 1 ETH for at least 3 million USDC within 20 seconds', noQuote);
    expect(intent).toMatchObject({ sell: { amount: ETH }, buy: { amount: 3_000_000n * USDC }, deliverBy: NOW + 20 });
    expect(intent.takenBy).toBeLessThan(NOW + 20);
    expect(intent.defaults).toMatchObject({ limit: 'said', deadline: 'said' });
    expect(await swapOf('buy 1 ETH for at most 2900.5 USDC', noQuote)).toMatchObject({ exact: 'out', sell: { amount: 2_900_500_000n } });
  });
  it('without quote and limit are refused with a hint', async () => {
    const { refusal } = await told('swap 100 USDC to ETH', noQuote);
    expect(refusal?.code).toBe('no_quote');
    expect(refusal?.hint).toMatch(/at least/);
  });
  it('of a share or of everything leave gas, and say how much', async () => {
    const balanceOf = async () => ETH + GAS_KEPT;
    expect(await swapOf('swap all my ETH to USDC', { balanceOf })).toMatchObject({ sell: { amount: ETH }, gasKept: GAS_KEPT });
    expect(await swapOf('swap a third of my ETH to USDC', { balanceOf })).toMatchObject({ sell: { amount: ETH / 3n } });
    expect(await swapOf('swap 12.5% of my ETH to USDC', { balanceOf })).toMatchObject({ sell: { amount: ETH / 8n } });
    expect((await told('swap all my ETH to USDC', { balanceOf: async () => GAS_KEPT })).refusal?.code).toBe('insufficient_balance');
  });
  it('in fiat keep the rate and its age', async () => {
    expect(await swapOf('swap $50 of ETH to USDC')).toMatchObject({
      sell: { amount: (50n * ETH) / 3000n },
      rates: [{ symbol: 'ETH', usd: '3000', asOf: NOW - 60 }],
    });
    expect((await swapOf('swap €30 of ETH to USDC')).sell.amount).toBe((33n * ETH) / 3000n);
    expect((await told('swap £30 of ETH to USDC')).refusal?.code).toBe('no_price');
  });
  it('say where the money is when there is too little', async () => {
    const { refusal } = await told('swap 100 USDC to ETH', { balanceOf: async () => 99n * USDC });
    expect(refusal).toMatchObject({ code: 'insufficient_balance' });
    expect(refusal?.message).toContain('ethereum');
  });
  it('honour a slippage, a recipient and a limit price', async () => {
    const to = '0xd8dA6BF26964aF9D7eEd9e03E53415D37aA96045';
    expect(await swapOf(`swap 100 USDC to DAI with 1% slippage, send it to ${to}`)).toMatchObject({
      to,
      buy: { amount: 99n * ETH },
      defaults: { to: 'said', limit: 'said' },
    });
    expect(await swapOf('sell 1000 LINK at 25 USDC each, valid for 3 days', noQuote)).toMatchObject({
      sell: { symbol: 'LINK' },
      buy: { symbol: 'USDC', amount: 25_000n * USDC },
      deliverBy: NOW + 3 * 86400,
    });
    expect(await swapOf('buy 1 WETH with USDC if the price drops below 2500', noQuote)).toMatchObject({
      exact: 'out',
      sell: { amount: 2500n * USDC },
    });
  });
  it('ask for a chain on which the token exists, and refuse contracts as recipients', async () => {
    expect((await told('swap 100 USDC to PEPE on base')).question).toMatchObject({
      slots: ['buy.chain'],
      options: [{ answer: 'ethereum' }],
    });
    expect((await told('bridge 1 ETH to ethereum')).question?.slots).toEqual(['sell.chain']);
    const settlement = registry.chains[0]?.contracts.settlement;
    expect((await told(`swap 100 USDC to DAI, send it to ${settlement}`)).refusal?.code).toBe('invalid_address');
    expect((await told('swap 1 ETH to USDC and send it to vitalik.eth')).question?.slots).toEqual(['recipient']);
    expect(await swapOf('swap 1 ETH to USDC and send it to vitalik.eth', { resolveName: async (name) => ({ name, address: METER }) })).toMatchObject({
      to: METER,
      toName: 'vitalik.eth',
    });
  });
});

describe('an answered question', () => {
  it('grounds with the tap as evidence', async () => {
    const reading = parse('swap some ETH to USDC', context);
    if (!('question' in reading)) throw new Error('no question');
    expect(reading.question.slots).toEqual(['sell.amount']);
    const [option] = reading.question.options;
    const answered = answer(reading.question, option?.id as string, context);
    if (!('draft' in answered)) throw new Error('no draft');
    expect(answered.draft.said).toMatchObject({ kind: 'swap', sell: { token: 'ETH', amount: '0.05' }, buy: { token: 'USDC' } });
    expect(answered.draft.evidence['sell.amount']).toEqual({ quote: '0.05', start: 0, end: 0, by: 'tap' });
    expect(await ground(answered.draft, world())).toMatchObject({ intent: { sell: { amount: ETH / 20n } } });
  });
  it('goes on to the next slot, and an unknown option changes nothing', () => {
    const reading = parse('swap 1 eht for udsc', context);
    if (!('question' in reading)) throw new Error('no question');
    expect(answer(reading.question, 'nonsense', context)).toEqual(reading);
    const first = reading.question.options.find(({ answer: symbol }) => symbol === 'ETH');
    const next = answer(reading.question, first?.id as string, context);
    expect(next).toMatchObject({ question: { slots: ['buy.token'], draft: { said: { sell: { token: 'ETH', amount: '1' } } } } });
  });
  it('keeps what was said of a direction, a currency and a scope', () => {
    const drafts = (text: string) => {
      const reading = parse(text, context);
      if (!('question' in reading)) throw new Error(`no question: ${text}`);
      return reading.question.options
        .map(({ id }) => answer(reading.question, id, context))
        .map((result) => ('draft' in result ? result.draft.said : result));
    };
    expect(drafts('sell 1 ETH for 3000 USDC')).toMatchObject([
      { exact: 'in', sell: { amount: '1' }, buy: { min: '3000' } },
      { exact: 'out', sell: { max: '1' }, buy: { amount: '3000' } },
    ]);
    expect(drafts('buy ¥5000 of ETH with USDC')).toMatchObject([
      { buy: { amount: { fiat: 'JPY', value: '5000' } } },
      { buy: { amount: { fiat: 'CNY' } } },
    ]);
    expect(drafts('DCA 1000 USDC into ETH weekly over 10 weeks')).toMatchObject([
      { sell: { amountPer: '1000' }, for: 'P70D' },
      { sell: { amountPer: '100' } },
    ]);
  });
});

describe('compute', () => {
  it('rents within a budget', async () => {
    const { intent } = await told('rent 1 vCPU for 2 minutes for at most 0.10 USDC', noQuote);
    expect(intent).toMatchObject({
      kind: 'lease',
      secondsAtMost: 120,
      meterKey: METER,
      startBy: NOW + 120,
      resources: { cpuMilli: 1000, memoryMiB: 512, diskGiB: 1, gpus: 0 },
      pay: { symbol: 'USDC', chainId: 31301, totalAtMost: 100_000n, perHourAtMost: 3_000_000n },
    } satisfies Partial<Record<keyof LeaseIntent, unknown>>);
  });
  it('takes a budget from the best quote when none is said', async () => {
    const { intent } = await told('rent 2 vCPU for 30 minutes on base');
    expect(intent).toMatchObject({
      pay: { chainId: 31302, perHourAtMost: 2_010_000n, totalAtMost: 1_005_000n },
      defaults: { budget: 'default' },
    });
    expect((await told('rent 2 vCPU for 30 minutes', noQuote)).refusal?.code).toBe('no_quote');
    expect((await told('rent 1 vCPU for 2 minutes', { meterKey: undefined as never })).refusal?.code).toBe('unsupported_action');
  });
  it('never lets rate and seconds pass the total', async () => {
    for (const [seconds, budget] of [
      [7, '0.000013'],
      [3599, '1.999999'],
      [86_399, '3.333333'],
    ] as const) {
      const { intent } = await told(`rent 1 vCPU for ${seconds} seconds for at most ${budget} USDC`);
      const { pay, secondsAtMost } = intent as LeaseIntent;
      expect((pay.perHourAtMost * BigInt(secondsAtMost)) / 3600n).toBeLessThanOrEqual(pay.totalAtMost);
    }
  });
  it('runs an attached program on the bytes of the stated input', async () => {
    const { intent } = await told('run primes.wasm with input 20000 for at most 0.05 USDC', noQuote);
    expect(intent).toMatchObject({
      kind: 'job',
      command: 'primes.wasm',
      programSha256: PROGRAM.sha256,
      inputSha256: sha256(stringToBytes('20000')),
      input: '20000',
      fuelAtMost: 10_000_000_000n,
      pay: { totalAtMost: 50_000n, perBillionFuelAtMost: 4_500n }, // a tenth is the judges’
      resultBy: NOW + 300,
    } satisfies Partial<Record<keyof JobIntent, unknown>>);
    expect((await told('run primes.wasm with input 20000 for at most 0.05 USDC', { attachment: () => undefined })).refusal).toMatchObject({
      code: 'no_attachment',
      param: 'module',
    });
  });
  it('refuses what no provider sells', async () => {
    expect((await told('store 500 GB for 90 days, budget 40 USDC')).refusal?.code).toBe('unsupported_action');
    expect((await told('confidential H100 (TEE) for 4 hours, pay with ETH')).refusal?.code).toBe('unsupported_action');
  });
});
