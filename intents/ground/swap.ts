/** A swap draft in the world: chains, tokens, amounts, the limit, the times. */
import { type Address, getAddress, isAddress } from 'viem';
import { compose } from '../compose.ts';
import type { AmountSaid, DeadlineSaid, Draft, Leg, LegSaid, LimitSaid, Rate, SwapIntent, SwapSaid } from '../intent.ts';
import { decimal, tidy, toUnits } from '../parse/decimal.ts';
import { secondsOf } from '../parse/grammar/times.ts';
import type { Chain } from '../registry.ts';
import { chainOf } from '../registry.ts';
import { askFor, chainSaid, fromFiat, GAS_KEPT, isNative, isStop, legOn, refuse, type Stop, type World } from './world.ts';

/** Seconds until delivery when the user says none, and the share of the best quote that may be lost, in 1/100 %. */
const SAME_CHAIN = 120;
const CROSS_CHAIN = 600;
const LIMIT_ORDER = 86_400;
const SLIPPAGE_BPS = 50;
const LOOSEST = 2n ** 127n;

type Fixed = { amount: bigint; rates?: Rate[]; gasKept?: bigint };

export async function groundSwap(draft: Draft, said: SwapSaid | LimitSaid, world: World): Promise<{ intent: SwapIntent } | Stop> {
  const chains = chainsOf(draft, said, world);
  if (isStop(chains)) return chains;
  const sell = legOn(draft, world, chains.sell, said.sell.token as string, 'sell');
  if (isStop(sell)) return sell;
  const buy = legOn(draft, world, chains.buy, said.buy.token as string, 'buy');
  if (isStop(buy)) return buy;
  if (sell.chainId === buy.chainId && sell.token === buy.token)
    return refuse('same_token', 'Both sides are the same token on the same chain.', 'Name another token or another chain to receive on.');
  const to = await recipientOf(draft, said, world, buy, chains.buy);
  if (isStop(to)) return to;
  const times = timesOf(draft, said, world, sell, buy);
  if (isStop(times)) return times;
  const fixed = await exactSide(draft, said, world, sell, buy);
  if (isStop(fixed)) return fixed;
  const { exact } = said;
  const intent: SwapIntent = {
    kind: 'swap',
    exact,
    user: world.user,
    sell: { ...sell, amount: exact === 'in' ? fixed.amount : LOOSEST },
    buy: { ...buy, amount: exact === 'out' ? fixed.amount : 1n },
    ...to,
    ...times,
    defaults: {
      deadline: said.deadline ? 'said' : 'default',
      chain: said.sell.chain || said.buy.chain ? 'said' : 'default',
      to: said.recipient ? 'said' : 'default',
      amount: 'said',
    },
    ...(fixed.rates?.length && { rates: fixed.rates }),
    ...(fixed.gasKept && { gasKept: fixed.gasKept }),
  };
  return limited(said, world, intent);
}

/** The chain that was named, or the wallet's; a side that was not named is on the chain of the other. */
function chainsOf(draft: Draft, said: SwapSaid | LimitSaid, world: World): { sell: Chain; buy: Chain } | Stop {
  const moves = said.sell.token === said.buy.token;
  const sellName = said.sell.chain ?? world.chain;
  const buyName = said.buy.chain ?? said.sell.chain ?? world.chain;
  if (moves && sellName === buyName && !said.sell.chain)
    return askFor(
      draft,
      'sell.chain',
      `From which chain should ${said.sell.token} come?`,
      world.registry.chains.map(({ name }) => name).filter((name) => name !== buyName),
    );
  const sell = chainSaid(world, sellName);
  if (isStop(sell)) return sell;
  const buy = chainSaid(world, buyName);
  return isStop(buy) ? buy : { sell, buy };
}

async function recipientOf(
  draft: Draft,
  said: SwapSaid | LimitSaid,
  world: World,
  buy: Leg,
  chain: Chain,
): Promise<{ to: Address; toName?: string } | Stop> {
  if (!said.recipient) return { to: world.user };
  const named = !isAddress(said.recipient, { strict: false });
  const found = named ? await world.resolveName?.(said.recipient, chain.id) : { name: undefined, address: said.recipient as Address };
  if (!found || !isAddress(found.address, { strict: false }) || BigInt(found.address) === 0n)
    return askFor(draft, 'recipient', `I cannot resolve ${said.recipient}. Type the full address.`, []);
  const to = getAddress(found.address);
  const forbidden = [buy.token, ...Object.values(chain.contracts), ...chain.tokens.map(({ address }) => address)].map((address) =>
    address.toLowerCase(),
  );
  if (forbidden.includes(to.toLowerCase()))
    return refuse(
      'invalid_address',
      `${to} is a contract of a token or of this network, not a person.`,
      'Name the address of a wallet.',
      'recipient',
    );
  return { to, ...(found.name !== undefined && { toName: found.name }) };
}

const instant = (said: DeadlineSaid, now: number) => ('in' in said ? now + secondsOf(said.in) : Math.floor(Date.parse(said.at) / 1000));

/** A fill is taken when it is delivered. Under escrow the money is taken before: half of the time across chains, three quarters on one. */
function timesOf(
  draft: Draft,
  said: SwapSaid | LimitSaid,
  world: World,
  sell: Leg,
  buy: Leg,
): { takenBy: number; deliverBy: number } | Stop {
  const now = world.now();
  const across = sell.chainId !== buy.chainId;
  const usual = said.kind === 'limit' ? LIMIT_ORDER : across ? CROSS_CHAIN : SAME_CHAIN;
  const deliverBy = said.deadline ? instant(said.deadline, now) : now + usual;
  const escrow = across || isNative(sell);
  const early = now + Math.floor(((deliverBy - now) * (across ? 1 : 3)) / (across ? 2 : 4));
  const takenBy = said.takenBy ? instant(said.takenBy, now) : escrow ? early : deliverBy;
  if (deliverBy <= now || takenBy <= now || takenBy > deliverBy)
    return askFor(
      draft,
      'deadline',
      'That time has passed. By when?',
      ['PT10M', 'PT1H', 'P1D'],
      (answer) => ({ PT10M: 'within 10 minutes', PT1H: 'within an hour', P1D: 'within a day' })[answer] ?? answer,
    );
  return { takenBy, deliverBy };
}

/** The exact side in base units: a number, a share of the balance, all of it, or fiat at a rate. */
async function exactSide(draft: Draft, said: SwapSaid | LimitSaid, world: World, sell: Leg, buy: Leg): Promise<Fixed | Stop> {
  const side: LegSaid = said.exact === 'in' ? said.sell : said.buy;
  const leg = said.exact === 'in' ? sell : buy;
  const amount = await unitsOf(side.amount as AmountSaid, leg, world);
  if (isStop(amount)) return amount;
  if (amount.amount <= 0n)
    return refuse('invalid_amount', 'That comes to nothing.', 'Say a larger amount.', `${said.exact === 'in' ? 'sell' : 'buy'}.amount`);
  if (said.exact === 'out') return amount;
  const balance = await world.balanceOf(sell.chainId, sell.token);
  return balance < amount.amount ? poor(world, sell, balance) : amount;
}

async function unitsOf(said: AmountSaid, leg: Leg, world: World): Promise<Fixed | Stop> {
  if (typeof said === 'object' && 'fiat' in said) return fromFiat(world, leg, said.fiat, said.value);
  if (typeof said === 'string' && said !== 'max') {
    const whole = tidy(said);
    if (decimal(whole).places > leg.decimals)
      return refuse('invalid_amount', `${leg.symbol} has ${leg.decimals} decimals.`, 'Use fewer decimals.');
    return { amount: toUnits(whole, leg.decimals) };
  }
  const balance = await world.balanceOf(leg.chainId, leg.token);
  const kept = isNative(leg) ? GAS_KEPT : 0n;
  const spendable = balance > kept ? balance - kept : 0n;
  if (spendable === 0n) return poor(world, leg, balance);
  const amount = said === 'max' ? spendable : share(said as { percent: string } | { fraction: string }, spendable);
  return { amount, ...(kept && { gasKept: kept }) };
}

/** Rounded down: never more than was asked. */
function share(said: { percent: string } | { fraction: string }, spendable: bigint): bigint {
  if ('percent' in said) {
    const { units, places } = decimal(said.percent);
    return (spendable * units) / (100n * 10n ** BigInt(places));
  }
  const [over = '1', under = '1'] = said.fraction.split('/');
  return BigInt(under) === 0n ? 0n : (spendable * BigInt(over)) / BigInt(under);
}

function poor(world: World, leg: Leg, balance: bigint): Stop {
  const chain = chainOf(world.registry, leg.chainId)?.name ?? '';
  const held = Number(balance) / 10 ** leg.decimals;
  return refuse(
    'insufficient_balance',
    `There is not enough ${leg.symbol} on ${chain}: about ${held}. It all stays in your wallet.`,
    'Use a smaller amount, or “all my …”.',
    'sell.amount',
  );
}

/** The other side's limit: what the user said, or the best quote less the slippage. No quote and no word: no intent. */
async function limited(said: SwapSaid | LimitSaid, world: World, intent: SwapIntent): Promise<{ intent: SwapIntent } | Stop> {
  const stated = statedLimit(said, intent);
  if (stated !== undefined) return withLimit(intent, stated, 'said', world);
  const order = compose(intent, {
    registry: world.registry,
    auctioneer: world.registry.auctioneer,
    sentence: '',
    nonce: 0n,
    now: world.now(),
    indicative: true,
  });
  const quote = await world.quote(order);
  if (!quote)
    return refuse(
      'no_quote',
      'No solver offers a price for this now.',
      'Say the least you accept (“for at least …”) or try again in a moment.',
    );
  const bps = BigInt(said.slippageBps ?? SLIPPAGE_BPS);
  const limit = intent.exact === 'in' ? (quote.buy * (10_000n - bps)) / 10_000n : (quote.sell * (10_000n + bps) + 9_999n) / 10_000n;
  return withLimit(
    intent,
    limit,
    said.slippageBps === undefined ? 'default' : 'said',
    world,
    intent.exact === 'out' ? quote.sell : undefined,
  );
}

async function withLimit(
  intent: SwapIntent,
  limit: bigint,
  source: 'said' | 'default',
  world: World,
  quoted?: bigint,
): Promise<{ intent: SwapIntent } | Stop> {
  const defaults = { ...intent.defaults, limit: source };
  if (intent.exact === 'in') {
    if (limit <= 0n) return refuse('no_quote', 'That amount is too small to trade.', 'Say a larger amount.');
    return { intent: { ...intent, buy: { ...intent.buy, amount: limit }, defaults } };
  }
  const balance = await world.balanceOf(intent.sell.chainId, intent.sell.token);
  // A default ceiling may be cut down to what is there, as long as the quote itself fits.
  const most = source === 'default' && limit > balance && quoted !== undefined && quoted <= balance ? balance : limit;
  if (most > balance) return poor(world, intent.sell, balance);
  return { intent: { ...intent, sell: { ...intent.sell, amount: most }, defaults } };
}

function statedLimit(said: SwapSaid | LimitSaid, intent: SwapIntent): bigint | undefined {
  if (said.kind === 'limit') return atPrice(said, intent);
  if (intent.exact === 'in') return said.buy.min === undefined ? undefined : ceilUnits(said.buy.min, intent.buy.decimals);
  return said.sell.max === undefined ? undefined : floorUnits(said.sell.max, intent.sell.decimals);
}

/** The limit that a price means for these amounts, rounded in the user's favour. */
function atPrice({ price }: LimitSaid, { exact, sell, buy }: SwapIntent): bigint {
  const { units, places } = decimal(price.value);
  const scale = 10n ** BigInt(places);
  const baseIsSell = price.cmp === '>=';
  if (exact === 'in') {
    const [over, under] = baseIsSell ? [units, scale] : [scale, units];
    return ceil(sell.amount * over * 10n ** BigInt(buy.decimals), under * 10n ** BigInt(sell.decimals));
  }
  const [over, under] = baseIsSell ? [scale, units] : [units, scale];
  return (buy.amount * over * 10n ** BigInt(sell.decimals)) / (under * 10n ** BigInt(buy.decimals));
}
const ceil = (a: bigint, b: bigint) => (a + b - 1n) / b;
const ceilUnits = (text: string, decimals: number) => {
  const { units, places } = decimal(tidy(text));
  return places <= decimals ? units * 10n ** BigInt(decimals - places) : ceil(units, 10n ** BigInt(places - decimals));
};
const floorUnits = (text: string, decimals: number) => {
  const { units, places } = decimal(tidy(text));
  return places <= decimals ? units * 10n ** BigInt(decimals - places) : units / 10n ** BigInt(places - decimals);
};
