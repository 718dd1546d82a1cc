/**
 * Draft → Intent: what was said, resolved in the world. Complete, or a question, or a refusal that says where the money is.
 * `intents/compose.ts` makes an Order of an Intent.
 */
import type { Draft, Intent } from './intent.ts';
import { groundJob, groundLease } from './ground/compute.ts';
import { groundSwap } from './ground/swap.ts';
import { refuse, type Stop, type World } from './ground/world.ts';

export { GAS_KEPT, type World } from './ground/world.ts';

/** Amounts become base units, names become addresses, missing limits become defaults that are marked as such. */
export async function ground(draft: Draft, world: World): Promise<{ intent: Intent } | Stop> {
  const { said } = draft;
  switch (said.kind) {
    case 'swap':
    case 'limit':
      return groundSwap(draft, said, world);
    case 'compute':
      return said.task === 'job' ? groundJob(draft, said, world) : groundLease(draft, said, world);
    case 'dca':
    case 'twap':
      return refuse(
        'unsupported_action',
        'Orders in several parts are not offered by this network yet.',
        'Say one part now, for example “buy 50 USDC of ETH”.',
      );
    case 'cancel':
      return refuse(
        'unsupported_action',
        'A sentence cannot cancel an order by itself.',
        'Press “cancel” on the order, or use `tender refund`.',
      );
  }
}
