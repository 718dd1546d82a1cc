/** Events as they come out of JSON: decimal strings become bigints again, by the field's name. */
import type { OrderEvent } from '../../intents/lifecycle.ts';
import type { EventJson } from './shapes.ts';

/** Fields of facts and of what they hold that are bigints. `seconds`, times and block numbers are numbers. */
const BIG = new Set(['sold', 'bought', 'deposited', 'maxUnits', 'amount', 'fuel', 'delivered', 'released', 'refunded', 'penalty', 'part', 'sell', 'buy', 'bond']);

/** The event that JSON stands for. */
export const eventFrom = (json: EventJson): OrderEvent => revive(json) as OrderEvent;

function revive(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(revive);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, typeof inner === 'string' && BIG.has(name) ? BigInt(inner) : revive(inner)]));
}
