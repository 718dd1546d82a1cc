/** The desk `inventory`: a market maker on all chains, at pool mid prices, or the price table's while that is young enough. */
import type { SolverConfig } from '../config.ts';
import type { DeskOf } from '../ports.ts';
import { spread } from '../strategies/spread.ts';
import { inventory } from '../venues/inventory.ts';
import { ratesFrom, tableRates } from '../venues/rates.ts';
import { poolRates } from '../venues/uniswapV3.ts';

export const inventoryDesk =
  (config: SolverConfig): DeskOf =>
  (world) => {
    const rates = ratesFrom([poolRates(world), tableRates(world.registry)], config.maxPriceAgeSeconds, world.clock);
    return {
      name: 'inventory',
      venues: [inventory(world, rates)],
      strategy: spread({ bps: config.spreadBps ?? 12, acrossBps: config.spreadAcrossBps ?? 15, largestShareBps: config.largestShareBps }),
    };
  };
