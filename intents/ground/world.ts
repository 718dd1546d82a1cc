/** What grounding needs of the world, as ports; and the steps that every kind shares: chains, tokens, prices, balances. */
import type { Address, Hex } from 'viem';
import type { Draft, Leg, Option, Question, Quote, Rate, Refusal, Slot } from '../intent.ts';
import { type Order, NATIVE, type UnixSeconds } from '../order.ts';
import { type Chain, chainNamed, type Registry, tokenAt, tokenNamed } from '../registry.ts';
import { decimal, tidy, toUnits } from '../parse/decimal.ts';

export type World = {
  registry: Registry;
  /** Unix seconds. */
  now(): UnixSeconds;
  user: Address;
  /** The wallet's chain by name: where money comes from unless the user says otherwise. */
  chain: string;
  /** Base units; `NATIVE` for the chain's coin. */
  balanceOf(chainId: number, token: Address): Promise<bigint>;
  /** Best indicative price for an order that nobody signed. Its limit is as loose as can be. */
  quote(order: Order): Promise<Quote | undefined>;
  /** USD per unit of a token or currency, as a decimal string, with the time it was read and who says so. */
  price(symbol: string): Promise<Omit<Rate, 'symbol'> | undefined>;
  /** ENS or another name service: whose address a name is on a chain, and how the name is properly written. Absent: names are asked back. */
  resolveName?(name: string, chainId: number): Promise<{ name: string; address: Address } | undefined>;
  /** Ephemeral key of the buyer's client; leases need one. */
  meterKey?: Address;
  attachment(name: string): { sha256: Hex; bytes: number } | undefined;
};

export type Stop = { question: Question } | { refusal: Refusal };
export const isStop = (value: object): value is Stop => 'question' in value || 'refusal' in value;

export const refuse = (code: Refusal['code'], message: string, hint: string, param?: string): Stop => ({
  refusal: { code, message, hint, ...(param !== undefined && { param }) },
});
export function askFor(draft: Draft, slot: Slot, sentence: string, answers: string[], label = (answer: string) => answer): Stop {
  const options: Option[] = answers.map((answer, index) => ({ id: `o${index}`, label: label(answer), answer }));
  return {
    question: {
      slots: [slot],
      sentence,
      options,
      draft: { ...draft, said: draft.said as Record<string, unknown> },
    },
  };
}

/** A token of a chain by symbol or address, or why not. */
export function legOn(draft: Draft, world: World, chain: Chain, said: string, slot: 'sell' | 'buy'): Leg | Stop {
  const token = said.startsWith('0x') ? tokenAt(chain, said as Address) : tokenNamed(chain, said);
  if (token) return { chainId: chain.id, token: token.address, symbol: token.symbol, decimals: token.decimals };
  if (said.startsWith('0x'))
    return refuse(
      'unlisted_token',
      `${said} is not a listed token on ${chain.name}.`,
      'Name a listed token by its symbol.',
      `${slot}.token`,
    );
  const homes = world.registry.chains.filter((entry) => tokenNamed(entry, said)).map(({ name }) => name);
  return askFor(draft, `${slot}.chain`, `${said} is not on ${chain.name}. Which chain do you mean?`, homes);
}

export function chainSaid(world: World, name: string): Chain | Stop {
  return (
    chainNamed(world.registry, name) ??
    refuse('unsupported_chain', `${name} is not served here.`, `Use ${world.registry.chains.map((chain) => chain.name).join(', ')}.`)
  );
}

/** Left in the wallet so that it can still pay for transactions: 0.002 of the native coin. */
export const GAS_KEPT = 2_000_000_000_000_000n;
export const isNative = (leg: Leg) => leg.token.toLowerCase() === NATIVE.toLowerCase();

/** Base units of `value` in fiat, rounded down, and the rates that were used. */
export async function fromFiat(world: World, leg: Leg, fiat: string, value: string): Promise<{ amount: bigint; rates: Rate[] } | Stop> {
  const token = await world.price(leg.symbol);
  const currency = fiat === 'USD' ? { usd: '1', asOf: world.now() } : await world.price(fiat);
  if (!token || !currency)
    return refuse('no_price', `There is no price for ${token ? fiat : leg.symbol} now.`, `Say the amount in ${leg.symbol}.`);
  const [worth, unit, each] = [decimal(tidy(value)), decimal(tidy(currency.usd)), decimal(tidy(token.usd))];
  const numerator = worth.units * unit.units * 10n ** BigInt(each.places + leg.decimals);
  const amount = numerator / (each.units * 10n ** BigInt(worth.places + unit.places));
  const rates = [{ symbol: leg.symbol, ...token }, ...(fiat === 'USD' ? [] : [{ symbol: fiat, ...currency }])];
  return { amount, rates };
}

/** Money of a budget or price in the pay token's base units. Dollars become tokens by the price port. */
export async function payUnits(world: World, leg: Leg, value: string, currency: string): Promise<{ amount: bigint; rates: Rate[] } | Stop> {
  if (currency === leg.symbol) return { amount: toUnits(truncated(value, leg.decimals), leg.decimals), rates: [] };
  return fromFiat(world, leg, currency, value);
}
/** A ceiling with more decimals than the token has is rounded down: the user pays less. */
const truncated = (value: string, decimals: number) => {
  const [whole = '0', part = ''] = value.split('.');
  return part ? `${whole}.${part.slice(0, decimals)}` : whole;
};
