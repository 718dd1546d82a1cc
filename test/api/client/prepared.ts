/** Prepared orders as an honest server would answer them, made by the language itself: for the tests of what wallets check. */
import { compose } from '../../../intents/compose.ts';
import { describe } from '../../../intents/describe.ts';
import { ground } from '../../../intents/ground.ts';
import { toJson } from '../../../intents/json.ts';
import { NATIVE, orderId, typedDataOf } from '../../../intents/order.ts';
import { contextOf, parse } from '../../../intents/parse/index.ts';
import type { Prepared } from '../../../api/client/shapes.ts';
import { NOW, registry, world } from '../../intents/network.ts';

export { METER, NOW, PROGRAM, registry, USER } from '../../intents/network.ts';

/** One sentence for each kind of order. */
export const SENTENCES = {
  fillIn: 'swap 100 USDC to ETH on base',
  fillOut: 'get exactly 250 USDC for DAI on base',
  openIn: 'swap 0.05 ETH on ethereum to USDC on arbitrum',
  openOut: 'get exactly 250 USDC on base for DAI on ethereum',
  lease: 'rent 1 vCPU for 2 minutes for at most 0.10 USDC',
  job: 'run primes.wasm with input 20000 for at most 0.05 USDC',
} as const;

export async function prepared(text: string): Promise<Prepared> {
  const reading = parse(text, contextOf(registry, new Date(NOW * 1000)));
  if (!('draft' in reading)) throw new Error(`not a draft: ${JSON.stringify(reading)}`);
  const grounded = await ground(reading.draft, world());
  if (!('intent' in grounded)) throw new Error(`not an intent: ${JSON.stringify(grounded)}`);
  const { intent } = grounded;
  const sentence = describe(intent, registry);
  const order = compose(intent, { registry, auctioneer: registry.auctioneer, sentence, nonce: 7n, now: NOW });
  return {
    sentence, intent: toJson(intent), order: toJson(order), id: orderId(order), typedData: toJson(typedDataOf(order)), quotes: 2,
    own: order.message.sell.token === NATIVE, card: [], evidence: reading.draft.evidence, draft: reading.draft,
  };
}
