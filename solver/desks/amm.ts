/** The desk `amm`: swaps on one chain at what the Uniswap v3 pools give. */
import type { SolverConfig } from '../config.ts';
import type { DeskOf } from '../ports.ts';
import { spread } from '../strategies/spread.ts';
import { ratesFrom } from '../venues/rates.ts';
import { poolRates, uniswapV3 } from '../venues/uniswapV3.ts';

export const amm =
  (config: SolverConfig): DeskOf =>
  (world) => {
    const rates = ratesFrom([poolRates(world)], config.maxPriceAgeSeconds, world.clock);
    return {
      name: 'amm',
      venues: [uniswapV3(world, rates, config)],
      strategy: spread({ bps: config.spreadBps ?? 3, largestShareBps: config.largestShareBps }),
    };
  };
