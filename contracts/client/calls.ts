/** Builders of every transaction that Tender sends: pure, nothing is signed or sent. */
import { type Abi, type Address, type ContractFunctionArgs, type ContractFunctionName, encodeFunctionData, erc20Abi, type Hex, isAddressEqual } from 'viem';
import { TenderError } from '../../intents/errors.ts';
import { KIND, kindOf, NATIVE, type Order, type OrderOf, type SignedOrder } from '../../intents/order.ts';
import type { Chain } from '../../intents/registry.ts';
import { bondsAbi, deliveryAbi, escrowAbi, settlementAbi } from './abi.ts';
import { claimManyArgs } from './claims.ts';
import { dealStruct } from './deal.ts';
import type { Awarded, Call, Drop, Ledger } from './ledger.ts';
import { orderRef } from './reference.ts';
import { awardedStruct, awardStruct, jobStruct, leaseStruct, optionsStruct, packedAward, replyStruct, swapStruct, tokenStruct } from './structs.ts';
import { isSender, myDelivery, straightAdvance, tightClaim } from './terse.ts';

type Builders = Pick<
  Ledger,
  'approveCall' | 'fillCall' | 'openCall' | 'voidCall' | 'deliverCall' | 'claimCall' | 'claimManyCall' | 'closeFinalCall' | 'advanceCall' | 'closeCall' | 'cancelCall' | 'slashCall' | 'bondCall' | 'withdrawCall'
>;

const isNative = (token: Address) => token.toLowerCase() === NATIVE.toLowerCase();
const signatureOf = ({ auth }: SignedOrder): Hex => {
  if (auth.mode === 'signature') return auth.signature;
  throw new TenderError('signature_needed', 'This order is the user’s own transaction: nobody can send it for the user.', { param: 'auth' });
};

/** Builders for one chain. They throw TenderErrors `wrong_kind`, `signature_needed` for what cannot be built. */
export function callsOf(chain: Chain): Builders {
  const { settlement, escrow, delivery, bonds } = chain.contracts;
  const call = <const A extends Abi, N extends ContractFunctionName<A, 'nonpayable' | 'payable'>>(
    to: Address, abi: A, functionName: N, args: ContractFunctionArgs<A, 'nonpayable' | 'payable', N>, what: string, value = 0n,
  ): Call => ({ chainId: chain.id, to, data: encodeFunctionData({ abi, functionName, args } as Parameters<typeof encodeFunctionData>[0]), value, what });

  const terse = (to: Address, data: Hex, what: string, value = 0n): Call => ({ chainId: chain.id, to, data, value, what });

  function openTokens(signed: SignedOrder, order: OrderOf<'openIn' | 'openOut'>, awarded: Awarded | undefined) {
    const kind = KIND[order.kind];
    const struct = tokenStruct(order);
    const value = isNative(struct.sellToken) ? (awarded?.award.sell ?? struct.sell) : 0n;
    if (signed.auth.mode === 'own') {
      if (awarded) return call(escrow, escrowAbi, 'open', [kind, struct, awardedStruct(awarded)], 'open', value);
      return call(escrow, escrowAbi, 'openUnawarded', [kind, struct], 'open', value);
    }
    if (awarded) return call(escrow, escrowAbi, 'openWithAward', [kind, struct, signatureOf(signed), packedAward(awarded)], 'openFor');
    return call(escrow, escrowAbi, 'openUnawardedOnBehalf', [kind, struct, signatureOf(signed)], 'openFor');
  }

  return {
    approveCall: (token, spender, amount) => call(token, erc20Abi, 'approve', [spender, amount], 'approve'),
    fillCall(signed, awarded) {
      const order = swapOf(signed.order);
      const kind = kindOf(order);
      const struct = swapStruct(order);
      const signature = signatureOf(signed);
      if (!isNative(struct.buyToken) && !order.message.options) {
        if (!awarded) return call(settlement, settlementAbi, 'fill', [kind, struct, signature], 'fill');
        return call(settlement, settlementAbi, 'fillAwarded', [kind, struct, signature, packedAward(awarded)], 'fillAwarded');
      }
      const { award, auctioneerSig } = awardedStruct(awarded);
      const value = isNative(struct.buyToken) ? (awarded?.award.buy ?? struct.buy) : 0n;
      return call(settlement, settlementAbi, 'fillWith', [kind, struct, optionsStruct(order), signature, award, auctioneerSig, award.part, '0x'], 'fillWith', value);
    },
    openCall(signed, awarded) {
      const { order } = signed;
      if (order.kind === 'lease') {
        const [struct, signature] = [leaseStruct(order), signatureOf(signed)];
        if (awarded) return call(escrow, escrowAbi, 'openLeaseByProvider', [struct, signature, packedAward(awarded)], 'openLease');
        return call(escrow, escrowAbi, 'openLease', [struct, signature, awardedStruct(awarded)], 'openLease');
      }
      if (order.kind === 'job') return call(escrow, escrowAbi, 'openJob', [jobStruct(order), signatureOf(signed), awardedStruct(awarded)], 'openJob');
      return openTokens(signed, escrowOf(order), awarded);
    },
    voidCall(signed, awarded) {
      const { order } = signed;
      const [signature, { award, auctioneerSig }] = [signatureOf(signed), awardedStruct(awarded)];
      if (order.kind === 'fillIn' || order.kind === 'fillOut') {
        const struct = swapStruct(order);
        const value = isNative(struct.buyToken) ? awarded.award.buy : 0n;
        return call(settlement, settlementAbi, 'fillOrVoid', [kindOf(order), struct, optionsStruct(order), signature, award, auctioneerSig], 'fillOrVoid', value);
      }
      const { kind, order: bytes } = orderRef(order);
      return call(escrow, escrowAbi, 'openOrVoid', [kind, bytes, signature, award, auctioneerSig], 'openOrVoid');
    },
    deliverCall(drops, from) {
      const value = drops.reduce((sum, { token, amount }) => (isNative(token) ? sum + amount : sum), 0n);
      const [only, ...more] = drops;
      const mine = only && more.length === 0 && isSender(from, only.solver) ? myDelivery(only) : undefined;
      if (mine) return terse(delivery, mine, 'deliver', value);
      if (only && more.length === 0) return call(delivery, deliveryAbi, 'deliver', [dropStruct(only)], 'deliver', value);
      const alike = only && more.every(({ token, solver }) => isAddressEqual(token, only.token) && isAddressEqual(solver, only.solver));
      if (!alike) return call(delivery, deliveryAbi, 'deliverMany', [drops.map(dropStruct)], 'deliverMany', value);
      return call(delivery, deliveryAbi, 'deliverLines', [only.token, only.solver, drops.map(lineStruct)], 'deliverLines', value);
    },
    claimCall(deal, evidence) {
      const tight = tightClaim(deal, evidence);
      return tight ? terse(escrow, tight, 'claim') : call(escrow, escrowAbi, 'claim', [deal.id, dealStruct(deal), evidence], 'claim');
    },
    claimManyCall: (claims, evidence) => call(escrow, escrowAbi, 'claimMany', [...claimManyArgs(claims), evidence], 'claimMany'),
    closeFinalCall: (deal, place, evidence) => call(escrow, escrowAbi, 'closeFinal', [deal.id, dealStruct(deal), deal.cold, place, evidence], 'closeFinal'),
    advanceCall(deal, evidence) {
      const short = straightAdvance(deal, evidence);
      return short ? terse(escrow, short, 'advance') : call(escrow, escrowAbi, 'advance', [deal.id, dealStruct(deal), deal.cold, evidence], 'advance');
    },
    closeCall: (deal) => call(escrow, escrowAbi, 'close', [deal.id, dealStruct(deal), deal.cold], 'close'),
    cancelCall(order) {
      if (order.kind === 'lease') return call(escrow, escrowAbi, 'cancelLease', [leaseStruct(order)], 'cancel');
      if (order.kind === 'job') return call(escrow, escrowAbi, 'cancelJob', [jobStruct(order)], 'cancel');
      if (order.kind === 'openIn' || order.kind === 'openOut') return call(escrow, escrowAbi, 'cancelOpen', [KIND[order.kind], tokenStruct(order)], 'cancel');
      return call(settlement, settlementAbi, 'cancel', [kindOf(order), swapStruct(order), optionsStruct(order)], 'cancel');
    },
    slashCall({ order }, { award, signature, reply, replySignature }) {
      const { settler, kind, order: bytes } = orderRef(order);
      return call(bonds, bondsAbi, 'slashNoShow', [settler, kind, bytes, awardStruct(award), signature, replyStruct(reply), replySignature], 'slash');
    },
    bondCall: (holder, auctioneer, amount) => call(bonds, bondsAbi, 'deposit', [holder, auctioneer, amount], 'bond'),
    withdrawCall: (token, account, to) => call(escrow, escrowAbi, 'withdraw', [token, account, to], 'withdraw'),
  };
}

export const dropStruct = ({ output, ...drop }: Drop) => ({ ...drop, output: BigInt(output) });
const lineStruct = ({ dealId, to, amount, output, deliverBy }: Drop) => ({ dealId, to, terms: (amount << 128n) | (BigInt(output) << 40n) | BigInt(deliverBy) });

function swapOf(order: Order): OrderOf<'fillIn' | 'fillOut'> {
  if (order.kind === 'fillIn' || order.kind === 'fillOut') return order;
  throw new TenderError('wrong_kind', `An order of kind ${order.kind} is opened, not filled.`, { param: 'kind' });
}
function escrowOf(order: Order): OrderOf<'openIn' | 'openOut'> {
  if (order.kind === 'openIn' || order.kind === 'openOut') return order;
  throw new TenderError('wrong_kind', `An order of kind ${order.kind} is filled, not opened.`, { param: 'kind' });
}
