/** The line between the buyer of a lease and its provider: only what the meter key signed, only once, only while it is fresh. */
import { type Address, type Hex, isAddressEqual, keccak256, recoverMessageAddress, sha256, stringToHex } from 'viem';
import { TenderError } from '../../intents/errors.ts';
import type { UnixSeconds } from '../../intents/order.ts';
import { type LeaseAnswer, leaseText } from '../client/wire.ts';
import type { Store } from '../store/index.ts';
import { decodeLeaseRequest } from './frames.ts';
import type { Market } from './market.ts';
import { holderOf } from './reports.ts';

export type Relay = {
  /** `body`: the signed request as it came. Throws `not_found`, `bad_signature`, `stale`, `replayed`, `provider_away` … */
  carry(order: Hex, body: unknown): Promise<LeaseAnswer>;
};

/** A request's own time may differ so much from ours, seconds. */
const FRESH_SECONDS = 60;
const SCOPE = 'lease';

export function createRelay({ store, market, now }: { store: Store; market: Pick<Market, 'relay'>; now(chainId?: number): UnixSeconds }): Relay {
  let swept = 0;
  /** Marks that are past their freshness can repeat nothing. */
  async function sweep(at: UnixSeconds) {
    if (at - swept < FRESH_SECONDS) return;
    swept = at;
    await store.forgetUsed(at - 3 * FRESH_SECONDS);
  }

  async function parties(order: Hex): Promise<{ meterKey: Address; provider: Address; chainId: number }> {
    const [stored, events] = await Promise.all([store.orders.get(order), store.events.of(order)]);
    if (!stored || stored.signed.order.kind !== 'lease') throw new TenderError('not_found', 'There is no such lease.', { param: 'id' });
    const provider = holderOf(events);
    if (!provider) throw new TenderError('provider_away', 'No provider holds this lease yet.', { hint: 'Wait until its award is accepted.' });
    return { meterKey: stored.signed.order.message.terms.meterKey, provider, chainId: stored.signed.order.chainId };
  }

  return {
    async carry(order, body) {
      const { request, at, signature } = decodeLeaseRequest(body);
      const { meterKey, provider } = await parties(order);
      // The hash is of the request as the client wrote it, whose order of members is part of the text.
      const text = leaseText(order, at, sha256(stringToHex(JSON.stringify((body as { request: unknown }).request))));
      const signer = await recoverMessageAddress({ message: text, signature }).catch(() => undefined);
      if (!signer || !isAddressEqual(signer, meterKey)) {
        throw new TenderError('bad_signature', 'The request is not signed by the meter key of this lease.', { param: 'signature', hint: 'Sign it with the key that the order names.' });
      }
      const here = now();
      if (Math.abs(here - at) > FRESH_SECONDS) throw new TenderError('stale', `The request is ${Math.abs(here - at)} s off.`, { param: 'at', hint: 'Check the clock and sign again.' });
      // Keyed by what was signed: a signature has more than one form.
      if (!(await store.useOnce(SCOPE, keccak256(stringToHex(text)), at))) throw new TenderError('replayed', 'This request was made before.', { param: 'signature', hint: 'Sign a new one.' });
      await sweep(here);
      return market.relay(provider, order, request);
    },
  };
}
