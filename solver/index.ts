/** The door `./solver`: what an operator builds a desk from, and what runs it. */
export { boundsOf } from '../intents/order.ts';
export { readConfig, type SolverConfig } from './config.ts';
export { createLog, type Log } from './log.ts';
export type { Desk, DeskOf, Hold, Offer, Outcome, Pass, Promised, Step, Steps, Strategy, Venue, World } from './ports.ts';
export { isPass } from './ports.ts';
export { startSolver, type StartOptions } from './start.ts';
export { settleTokens } from './steps.ts';
export { spread, type SpreadOptions, withSpread } from './strategies/spread.ts';
export { inventory } from './venues/inventory.ts';
export { rack, type RackOptions } from './venues/rack.ts';
export { type Place, type Rate, type Rates, ratesFrom, tableRates } from './venues/rates.ts';
export { poolRates, uniswapV3, type UniswapOptions } from './venues/uniswapV3.ts';
