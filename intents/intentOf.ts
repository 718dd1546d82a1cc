/** Order → the Intent that its fields stand for: how a wallet finds out what a stranger's order really says. */
import { type Address, sha256, stringToBytes } from 'viem';
import { buyChainOf } from './amounts.ts';
import { describe } from './describe.ts';
import { TenderError } from './errors.ts';
import type { Intent, Leg } from './intent.ts';
import { boundsOf, type Order, takenBy } from './order.ts';
import { chainOf, type Registry, tokenAt } from './registry.ts';

/**
 * `input`: a job's standard input as text, which the order names by its hash only. Throws TenderError `unknown_chain`,
 * `unlisted_token` or `wrong_input`.
 */
export function intentOf(order: Order, registry: Registry, input = ''): Intent {
  const { kind, message } = order;
  const { user, terms } = message;
  const sell = legAt(registry, order.chainId, message.sell.token);
  if (kind === 'lease') {
    const { perHourAtMost, totalAtMost } = message.sell;
    const { startBy, meterKey } = message.terms;
    return { kind: 'lease', user, pay: { ...sell, perHourAtMost, totalAtMost }, ...message.buy, startBy, meterKey, defaults: {} };
  }
  if (kind === 'job') {
    if (sha256(stringToBytes(input)) !== message.buy.inputSha256) {
      throw new TenderError('wrong_input', 'The input of this job is not the text that it names by its hash.', { param: 'input' });
    }
    const { perBillionFuelAtMost, totalAtMost } = message.sell;
    return { kind: 'job', user, pay: { ...sell, perBillionFuelAtMost, totalAtMost }, ...message.buy, input, resultBy: message.terms.resultBy, defaults: {} };
  }
  const { sellAtMost, buyAtLeast, exact } = boundsOf(order);
  const buy = legAt(registry, buyChainOf(order), message.buy.token);
  return {
    kind: 'swap',
    exact: exact === 'sell' ? 'in' : 'out',
    user,
    sell: { ...sell, amount: sellAtMost },
    buy: { ...buy, amount: buyAtLeast },
    to: message.buy.to,
    takenBy: takenBy(order),
    deliverBy: 'deliverBy' in message.buy ? message.buy.deliverBy : 'fillBy' in terms ? terms.fillBy : takenBy(order),
    defaults: {},
  };
}

/** The canonical sentence that an order's own fields say. Throws as `intentOf`. */
export const sentenceOf = (order: Order, registry: Registry, input?: string): string => describe(intentOf(order, registry, input), registry);

function legAt(registry: Registry, chainId: number, address: Address): Leg {
  const chain = chainOf(registry, chainId);
  if (!chain) throw new TenderError('unknown_chain', `Chain ${chainId} is not in this network.`, { param: 'chainId' });
  const token = tokenAt(chain, address);
  if (!token) throw new TenderError('unlisted_token', `${address} is not a listed token of ${chain.name}.`, { param: 'token' });
  return { chainId: chain.id, token: token.address, symbol: token.symbol, decimals: token.decimals };
}
