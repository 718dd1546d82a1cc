/** Many deals paid in one transaction: what `claimMany` takes. */
import { type Hex, isAddressEqual } from 'viem';
import { TenderError } from '../../intents/errors.ts';
import { coldHash, type Deal } from './deal.ts';

/** A deal, and the word that its record on the destination holds. */
export type Claim = { deal: Deal; word: bigint };

type Shared = Pick<Deal, 'sellToken' | 'solver' | 'verifier' | 'chain'>;
type Item = { dealId: Hex; amounts: bigint; progress: bigint; where: Hex; cold: Hex; word: bigint };

const pair = (high: bigint, low: bigint) => (high << 128n) | low;
const alike = (a: Shared, b: Shared) =>
  isAddressEqual(a.sellToken, b.sellToken) && isAddressEqual(a.solver, b.solver) && isAddressEqual(a.verifier, b.verifier) && a.chain === b.chain;

/** The group that the deals share, and one item for each. TenderErrors `no_records`, `not_alike`. */
export function claimManyArgs(claims: readonly Claim[]): [Shared, Item[]] {
  const [first] = claims;
  if (!first) throw new TenderError('no_records', 'There is no deal to claim.');
  const { sellToken, solver, verifier, chain } = first.deal;
  if (!claims.every(({ deal }) => alike(deal, first.deal))) {
    throw new TenderError('not_alike', 'Deals that are claimed together share sell token, solver, verifier and destination.', { hint: 'Group them first.' });
  }
  const items = claims.map(({ deal, word }) => ({
    dealId: deal.id, amounts: pair(deal.num, deal.den), progress: pair(deal.released, deal.delivered), where: deal.where, cold: coldHash(deal.cold), word,
  }));
  return [{ sellToken, solver, verifier, chain }, items];
}
