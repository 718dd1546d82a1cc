/** When which process is killed: the fixed plan of `npm test`, and plans drawn from a seed for longer storms. */
import type { OrderEvent } from '../../intents/lifecycle.ts';
import type { Kill } from './storm.ts';

const at = (target: string, on: OrderEvent['type'], nth: number, seconds: number): Kill => ({ target, on, nth, withinMs: seconds * 1000 });

/** The keeper, a solver and the database at three points each. */
export const KILLS: Kill[] = [
  at('keeper', 'opened', 1, 20),
  at('keeper', 'delivered', 3, 32),
  at('keeper', 'filled', 5, 44),
  at('solver-inventory', 'accepted', 2, 24),
  at('solver-inventory', 'opened', 3, 36),
  at('solver-inventory', 'delivered', 5, 48),
  at('database', 'bid', 5, 28),
  at('database', 'accepted', 7, 40),
  at('database', 'opened', 6, 52),
];

const TARGETS = ['api', 'keeper', 'attester-1', 'attester-2', 'solver-amm', 'solver-inventory', 'database'];
const MOMENTS: OrderEvent['type'][] = ['posted', 'bid', 'awarded', 'accepted', 'filled', 'opened', 'delivered', 'closed'];

/** `count` kills among `orders` orders, the same for the same seed. */
export function drawnKills(seed: number, count: number, orders: number): Kill[] {
  let state = seed >>> 0 || 1;
  const draw = (below: number) => {
    // xorshift32 (Marsaglia 2003)
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
  return Array.from({ length: count }, (_, index) =>
    at(TARGETS[draw(TARGETS.length)] as string, MOMENTS[draw(MOMENTS.length)] as OrderEvent['type'], 1 + draw(orders), 10 + ((index + 1) * orders * 1.5) / count),
  );
}
