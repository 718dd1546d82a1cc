/** Uniswap v3: swaps on one chain at what the pools give. The only door to the @uniswap packages. */
import type * as Core from '@uniswap/sdk-core';
import type * as V3 from '@uniswap/v3-sdk';
import { createRequire } from 'node:module';
import { type Address, BaseError, ContractFunctionZeroDataError, type Hex, hexToBigInt, parseAbi, slice } from 'viem';
import type { Call } from '../../contracts/client/ledger.ts';
import { type Chain, type Token, tokenNamed } from '../../intents/registry.ts';
import { isNative } from '../bond.ts';
import { type Door, type Pass, type Promised, type Steps, termsOf, type Venue, type World } from '../ports.ts';
import { isError, look, minedOf, settleTokens, transact } from '../steps.ts';
import { gasIn, holdOf, legsOf } from './legs.ts';
import { coinOf, type Place, type Rate, type Rates } from './rates.ts';

// Both packages are broken as plain ES modules in Node, and take 0.3 s to load: required when first needed.
const require = createRequire(import.meta.url);
let loaded: { core: typeof Core; v3: typeof V3 } | undefined;
const uniswap = () => (loaded ??= { core: require('@uniswap/sdk-core') as typeof Core, v3: require('@uniswap/v3-sdk') as typeof V3 });

const FEES = [100, 500, 3_000, 10_000];
/** Tokens through which a swap may be routed, besides the wrapped coin. */
const HUBS = ['USDC', 'USDT', 'DAI'];
const POOL = parseAbi([
  'function slot0() view returns (uint160 sqrtPriceX96,int24 tick,uint16,uint16,uint16,uint8,bool)',
  'function liquidity() view returns (uint128)',
]);
/** How long it is believed that a pool is absent; how deep it is; what its price is. */
const ABSENT_MS = 60_000;
const DEPTH_MS = 10_000;
const PRICE_MS = 400;
const WARM_AFTER_MS = 400;
/** Pools of one pair that a route over a hub considers. */
const WIDTH = 2;

type SdkRoute = V3.Route<Core.Token, Core.Token>;
type Found = { route: SdkRoute; amount: bigint; gas: bigint };

export type UniswapOptions = {
  /** How much less than what was given a restocking swap may bring, basis points. */
  restockToleranceBps: number;
  /** Seconds for which a restocking swap is tried; then the stock stays as it is. */
  restockSeconds: number;
};

/** Sells what a pool would give, from working capital, and swaps what it earned back into it after the fill. */
export function uniswapV3(world: World, rates: Rates, options: UniswapOptions): Venue {
  const pools = poolsOf(world);
  return {
    name: 'amm',
    async quote(order) {
      const legs = legsOf(world.registry, order);
      if ('pass' in legs) return legs;
      if (legs.sell.chain.id !== legs.buy.chain.id) return { pass: 'swaps on one chain only' };
      const door = world.on(legs.sell.chain.id) as Door;
      const { side, amount } = legs.fixed;
      const best = await pools.best(door, legs.sell.token, legs.buy.token, side, amount);
      if ('pass' in best) return best;
      const gas = await gasIn(world, legs, side === 'sell' ? legs.buy : legs.sell, rates, best.gas);
      if (typeof gas === 'object') return gas;
      const sell = side === 'sell' ? amount : best.amount + gas;
      const buy = side === 'buy' ? amount : best.amount - gas;
      if (buy <= 0n) return { pass: 'worth less than its gas' };
      return { sell, buy, holds: [await holdOf(world, legs.buy, buy)], note: `${pathOf(best.route)}, gas ${gas}` };
    },
    async *settle(promised) {
      const outcome = yield* settleTokens(world, promised);
      if (outcome.outcome !== 'settled') return outcome;
      return { ...outcome, note: `${outcome.note}; ${yield* restock(world, pools, promised, options)}` };
    },
  };
}

/** The mid price of the deepest pools, on whichever chain lists both tokens. */
export function poolRates(world: World): Rates {
  const pools = poolsOf(world);
  return async (sell, buy) => {
    const chains = [sell.chain, buy.chain, ...world.registry.chains].filter((chain, index, all) => all.indexOf(chain) === index);
    for (const chain of chains) {
      const from = tokenNamed(chain, sell.token.symbol);
      const to = tokenNamed(chain, buy.token.symbol);
      const door = world.on(chain.id);
      if (!from || !to || !door || !chain.uniswap) continue;
      const mid = await pools.mid(door, from, to);
      if (mid) return rescaled(mid, { chain, token: from }, { chain, token: to }, sell, buy);
    }
    return { pass: `no pool prices ${sell.token.symbol} in ${buy.token.symbol}` };
  };
}

/** A rate between tokens of one chain, as a rate between the tokens of the same names elsewhere. */
function rescaled(mid: Rate, from: Place, to: Place, sell: Place, buy: Place): Rate {
  return {
    ...mid,
    num: mid.num * 10n ** BigInt(from.token.decimals) * 10n ** BigInt(buy.token.decimals),
    den: mid.den * 10n ** BigInt(to.token.decimals) * 10n ** BigInt(sell.token.decimals),
  };
}

/** Swaps what a fill earned back into what it gave; gives up quietly when the pool stays below the minimum. */
async function* restock(world: World, pools: Pools, promised: Promised, options: UniswapOptions): Steps<string> {
  const { id, signed, at } = promised;
  const legs = legsOf(world.registry, signed.order);
  if ('pass' in legs) return legs.pass;
  const door = world.on(legs.sell.chain.id) as Door;
  const key = `restock:${id}`;
  const { sell: amount, buy } = termsOf(promised);
  const least = (buy * BigInt(10_000 - options.restockToleranceBps)) / 10_000n;
  for (;;) {
    const mined = await minedOf(world, key);
    if (mined) return `restocked by ${mined}`;
    if (world.clock() > at + options.restockSeconds * 1_000) return 'not restocked: the pool stayed below the minimum';
    yield* allowed(world, door, legs.sell.token, amount);
    const best = await pools.best(door, legs.sell.token, legs.buy.token, 'sell', amount);
    if ('pass' in best || best.amount < least) {
      yield look(door, 'waiting for the pool to restock');
      continue;
    }
    const sent = yield* transact(world, door, key, pools.swapCall(door, best.route, legs.sell.token, legs.buy.token, amount, least));
    if (isError(sent)) yield look(door, `restocking would fail: ${sent.message}`);
  }
}

async function* allowed(world: World, door: Door, token: Token, amount: bigint): Steps<void> {
  const router = door.chain.uniswap?.router;
  if (!router || isNative(token.address)) return;
  if ((await door.ledger.allowanceOf(world.account.address, token.address, router)) >= amount) return;
  yield* transact(
    world,
    door,
    `approve:${door.chain.id}:${token.address}:${router}`,
    door.ledger.approveCall(token.address, router, 2n ** 256n - 1n),
  );
}

type Pools = ReturnType<typeof openPools>;

const made = new WeakMap<World, Pools>();
/** One view of the pools per world: what one venue has read, the next need not. */
function poolsOf(world: World): Pools {
  const known = made.get(world);
  if (known) return known;
  const pools = openPools(world);
  made.set(world, pools);
  // Not at once: a solver that starts again after a crash should be back in its session first.
  setTimeout(() => void pools.warm().catch(() => {}), WARM_AFTER_MS).unref();
  return pools;
}

function openPools(world: World) {
  const { account, clock } = world;
  const tokenOf = (chain: Chain, token: Token) =>
    new (uniswap().core.Token)(chain.id, isNative(token.address) ? chain.weth : token.address, token.decimals, token.symbol);
  /** Pools seen lately; a promise, so that whoever asks at the same time waits for the same answer. */
  const seen = new Map<string, { at: number; pool: Promise<V3.Pool | undefined> }>();
  const fetchPool = async (door: Door, address: Address, [a, b]: [Core.Token, Core.Token], fee: number): Promise<V3.Pool | undefined> => {
    const at = { address, abi: POOL } as const;
    const liquidity = await door.rpc.readContract({ ...at, functionName: 'liquidity' }).catch((error: unknown) => {
      if (error instanceof BaseError && error.walk((cause) => cause instanceof ContractFunctionZeroDataError)) return 0n;
      throw error;
    });
    if (liquidity === 0n) return undefined;
    const [sqrtPriceX96, tick] = await door.rpc.readContract({ ...at, functionName: 'slot0' });
    return new (uniswap().v3.Pool)(a, b, fee, String(sqrtPriceX96), String(liquidity), tick);
  };
  const read = async (door: Door, pair: [Core.Token, Core.Token], fee: number, maxAgeMs: number): Promise<V3.Pool | undefined> => {
    const factoryAddress = (door.chain.uniswap as NonNullable<Chain['uniswap']>).factory;
    const address = uniswap().v3.computePoolAddress({ factoryAddress, tokenA: pair[0], tokenB: pair[1], fee }) as Address;
    const key = `${door.chain.id}:${address}`;
    const known = seen.get(key);
    if (known && clock() - known.at < ((await known.pool) ? maxAgeMs : ABSENT_MS)) return known.pool;
    const pool = fetchPool(door, address, pair, fee);
    seen.set(key, { at: clock(), pool });
    pool.catch(() => seen.delete(key));
    return pool;
  };
  /** Deepest first. */
  const between = async (door: Door, a: Core.Token, b: Core.Token, maxAgeMs: number): Promise<V3.Pool[]> => {
    if (a.equals(b)) return [];
    const pools = await Promise.all(FEES.map((fee) => read(door, [a, b], fee, maxAgeMs)));
    return pools.filter((pool) => pool !== undefined).sort((one, other) => (depthOf(one) < depthOf(other) ? 1 : -1));
  };
  const hubsOf = ({ chain }: Door) =>
    [coinOf(chain).token, ...HUBS.flatMap((symbol) => tokenNamed(chain, symbol) ?? [])].map((token) => tokenOf(chain, token));
  const overHubs = async (door: Door, from: Core.Token, to: Core.Token, maxAgeMs: number): Promise<SdkRoute[]> => {
    const hubs = hubsOf(door).filter((hub) => !hub.equals(from) && !hub.equals(to));
    const routes = await Promise.all(
      hubs.map(async (hub) => {
        const [first, second] = await Promise.all([between(door, from, hub, maxAgeMs), between(door, hub, to, maxAgeMs)]);
        return first.slice(0, WIDTH).flatMap((a) => second.slice(0, WIDTH).map((b) => new (uniswap().v3.Route)([a, b], from, to)));
      }),
    );
    return routes.flat();
  };

  const quote = async (door: Door, route: SdkRoute, side: 'sell' | 'buy', amount: bigint): Promise<Found | undefined> => {
    const { core, v3 } = uniswap();
    const [token, type] = side === 'sell' ? [route.input, core.TradeType.EXACT_INPUT] : [route.output, core.TradeType.EXACT_OUTPUT];
    const { calldata } = v3.SwapQuoter.quoteCallParameters(route, core.CurrencyAmount.fromRawAmount(token, String(amount)), type, {
      useQuoterV2: true,
    });
    const { data } = await door.rpc.call({ to: door.chain.uniswap?.quoter, data: calldata as Hex }).catch(() => ({ data: undefined }));
    // Both forms of the quoter's answer begin with the amount and have the gas estimate in the fourth word.
    if (!data || data.length < 2 + 4 * 64) return undefined;
    return { route, amount: hexToBigInt(slice(data, 0, 32)), gas: hexToBigInt(slice(data, 96, 128)) };
  };

  return {
    /** Looks at all pairs with a hub, so that the first quote need not. */
    async warm(): Promise<void> {
      for (const door of world.registry.chains.flatMap((chain) => (chain.uniswap ? (world.on(chain.id) ?? []) : []))) {
        const hubs = hubsOf(door);
        await Promise.all(
          door.chain.tokens.flatMap((token) => hubs.map((hub) => between(door, tokenOf(door.chain, token), hub, DEPTH_MS))),
        );
      }
    },
    /** The best route for an exact amount on one side: most out for a sell, least in for a buy. */
    async best(door: Door, sell: Token, buy: Token, side: 'sell' | 'buy', amount: bigint): Promise<Found | Pass> {
      if (!door.chain.uniswap) return { pass: `no pools on ${door.chain.name}` };
      const [from, to] = [tokenOf(door.chain, sell), tokenOf(door.chain, buy)];
      // The quoter knows the present state; what is remembered here only says which pools to ask about.
      const [direct, over] = await Promise.all([between(door, from, to, DEPTH_MS), overHubs(door, from, to, DEPTH_MS)]);
      const candidates = [...direct.map((pool) => new (uniswap().v3.Route)([pool], from, to)), ...over];
      const quotes = (await Promise.all(candidates.map((route) => quote(door, route, side, amount)))).filter(
        (found) => found !== undefined && found.amount > 0n,
      ) as Found[];
      const [first, ...rest] = quotes;
      if (!first) return { pass: `no pool swaps ${sell.symbol} to ${buy.symbol} for this amount` };
      return rest.reduce((best, next) => ((side === 'sell' ? next.amount > best.amount : next.amount < best.amount) ? next : best), first);
    },
    /** The mid price of the deepest direct route, else of the deepest one over a hub. */
    async mid(door: Door, sell: Token, buy: Token): Promise<Rate | undefined> {
      const [from, to] = [tokenOf(door.chain, sell), tokenOf(door.chain, buy)];
      const [pool] = await between(door, from, to, PRICE_MS);
      const route = pool ? new (uniswap().v3.Route)([pool], from, to) : (await overHubs(door, from, to, PRICE_MS))[0];
      if (!route) return undefined;
      const { numerator, denominator } = route.midPrice;
      const { at } = await door.ledger.head();
      return {
        num: BigInt(numerator.toString()),
        den: BigInt(denominator.toString()),
        at,
        source: `pool ${pathOf(route)} on ${door.chain.name}`,
      };
    },
    /** A swap of exactly `amount` for at least `least`, to this solver; coin in and out, not its wrapped form. */
    swapCall(door: Door, route: SdkRoute, sell: Token, buy: Token, amount: bigint, least: bigint): Call {
      const { core, v3 } = uniswap();
      const currency = (token: Token) => (isNative(token.address) ? coin(door.chain, token) : tokenOf(door.chain, token));
      const trade = v3.Trade.createUncheckedTrade({
        route: new v3.Route(route.pools, currency(sell), currency(buy)),
        inputAmount: core.CurrencyAmount.fromRawAmount(currency(sell), String(amount)),
        outputAmount: core.CurrencyAmount.fromRawAmount(currency(buy), String(least)),
        tradeType: core.TradeType.EXACT_INPUT,
      });
      const { calldata, value } = v3.SwapRouter.swapCallParameters(trade, {
        // The trade's output is the minimum itself.
        slippageTolerance: new core.Percent(0),
        recipient: account.address,
        deadline: Math.floor(clock() / 1_000) + 600,
      });
      const to = (door.chain.uniswap as NonNullable<Chain['uniswap']>).router;
      return { chainId: door.chain.id, to, data: calldata as Hex, value: BigInt(value), what: `restock ${buy.symbol} with ${sell.symbol}` };
    },
  };
}

/** The SDK knows the native coins of public chains only. */
function coin(chain: Chain, token: Token): Core.NativeCurrency {
  const { core } = uniswap();
  class Coin extends core.NativeCurrency {
    // The base class hides its constructor.
    public constructor() {
      super(chain.id, token.decimals, token.symbol, token.name);
    }
    equals(other: Core.Currency) {
      return other.isNative && other.chainId === this.chainId;
    }
    get wrapped() {
      return new core.Token(chain.id, chain.weth, token.decimals, `W${token.symbol}`);
    }
  }
  return new Coin();
}

const depthOf = (pool: V3.Pool) => BigInt(pool.liquidity.toString());
const pathOf = (route: SdkRoute) =>
  route.tokenPath
    .map(({ symbol }, index) => (index === 0 ? symbol : `–${(route.pools[index - 1] as V3.Pool).fee / 10_000}%–${symbol}`))
    .join('');
