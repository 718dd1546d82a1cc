/** An example desk to copy: own prices over the venues that come with Tender. Run it: `tender-solver run --desk FILE`. */
import type { DeskOf, SolverConfig, Strategy } from '../index.ts';
import { inventory, poolRates, ratesFrom, tableRates, uniswapV3, withSpread } from '../index.ts';

/** Keeps 4 bps of small orders and 20 of large ones, and sells no PEPE. */
const cautious: Strategy = {
  name: 'cautious',
  price(order, cost) {
    if (cost.note.includes('PEPE')) return { pass: 'no PEPE today' };
    const [goods] = cost.holds;
    const large = goods !== undefined && goods.amount * 20n > goods.capacity;
    return withSpread(order, cost, large ? 20 : 4);
  },
};

export default (config: SolverConfig): DeskOf =>
  (world) => {
    const rates = ratesFrom([poolRates(world), tableRates(world.registry)], config.maxPriceAgeSeconds, world.clock);
    return { name: 'example', venues: [uniswapV3(world, rates, config), inventory(world, rates)], strategy: cautious };
  };
