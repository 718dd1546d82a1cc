/** A market maker: sells from its own balances, on one chain or across two, at the mid price of its sources. */
import { type Venue, type World } from '../ports.ts';
import { settleTokens } from '../steps.ts';
import { gasIn, holdOf, legsOf } from './legs.ts';
import { inFor, outFor, type Rates } from './rates.ts';

/** Sells whatever `world.account` holds. The cost is the mid price and gas; the spread is the strategy's. */
export function inventory(world: World, rates: Rates): Venue {
  return {
    name: 'inventory',
    async quote(order) {
      const legs = legsOf(world.registry, order);
      if ('pass' in legs) return legs;
      const rate = await rates(legs.sell, legs.buy);
      if ('pass' in rate) return rate;
      const { side, amount } = legs.fixed;
      const gas = await gasIn(world, legs, side === 'sell' ? legs.buy : legs.sell, rates);
      if (typeof gas === 'object') return gas;
      const sell = side === 'sell' ? amount : inFor(rate, amount) + gas;
      const buy = side === 'buy' ? amount : outFor(rate, amount) - gas;
      if (buy <= 0n) return { pass: `worth less than the gas of ${gas} ${legs.buy.token.symbol} base units` };
      return { sell, buy, holds: [await holdOf(world, legs.buy, buy)], note: `${rate.source}, gas ${gas}` };
    },
    settle: (promised) => settleTokens(world, promised),
  };
}
