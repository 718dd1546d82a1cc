/** Many same-chain orders in one `fillMany`: packs them into lines, plans the transfers between them, and checks plans. */
import { type Address, encodeFunctionData, type Hex, isAddressEqual, keccak256, numberToHex, recoverAddress, size, slice, stringToHex, zeroHash } from 'viem';
import { TenderError } from '../../intents/errors.ts';
import { type Awards, foldAwards } from '../../intents/market.ts';
import { boundsOf, kindOf, NATIVE, orderId, type OrderOf, type SignedOrder } from '../../intents/order.ts';
import { settlementAbi } from './abi.ts';
import type { Call } from './ledger.ts';
import { type Amounts, checkPlan, packStep, type Plan } from './plan.ts';

/** Nonces of lines are smaller. */
export const LINE_NONCES = 1n << 152n;
const MOST_TOKENS = 256;
const MOST_LINES = 0xffff;

type Swap = OrderOf<'fillIn' | 'fillOut'>;
export type Line = { sentence: Hex; user: Address; amounts: bigint; terms: bigint; r: Hex; vs: Hex };
/** Lines of one auctioneer, on one chain, with the tokens that they name by index. */
export type Packed = { chainId: number; settlement: Address; auctioneer: Address; tokens: Address[]; lines: Line[]; ids: Hex[] };

/**
 * Packs signed orders into lines, in their order. Throws TenderError, `param` being the order's index and the field: `wrong_kind`,
 * `line_options`, `line_recipient` (not the user itself), `line_nonce` (≥ 2¹⁵²), `line_native`, `line_signature` (not by the user's
 * key: ERC-1271, Permit2, the user's own transaction), `batch_mixed` (chain, contract or auctioneer differ), `batch_size`.
 * What cannot be packed is filled alone.
 */
export async function packLines(signed: readonly SignedOrder[]): Promise<Packed> {
  const orders = signed.map(({ order }, index) => lineOrder(order, index));
  const [first] = orders;
  if (!first || orders.length > MOST_LINES) throw new TenderError('batch_size', `A batch has 1 to ${MOST_LINES} orders, not ${orders.length}.`);
  const { chainId, settlement } = first;
  const { auctioneer } = first.message.terms;
  for (const [index, order] of orders.entries()) {
    const same = order.chainId === chainId && isAddressEqual(order.settlement, settlement) && isAddressEqual(order.message.terms.auctioneer, auctioneer);
    if (!same) throw refused('batch_mixed', index, 'terms.auctioneer', 'is of another chain, contract or auctioneer than the first.', 'Make one batch for each.');
  }
  const tokens = tokenTable(orders);
  const lines = await Promise.all(signed.map(async (one, index) => lineOf(orders[index]!, tokens, await keySignature(one, index))));
  return { chainId, settlement, auctioneer, tokens, lines, ids: orders.map(orderId) };
}

function lineOrder(order: SignedOrder['order'], index: number): Swap {
  if (order.kind !== 'fillIn' && order.kind !== 'fillOut') throw refused('wrong_kind', index, 'kind', `is of kind ${order.kind}.`, 'Only same-chain orders are filled.');
  const { user, nonce, sell, buy, options } = order.message;
  if (options) throw refused('line_options', index, 'options', 'has options.');
  if (!isAddressEqual(buy.to, user)) throw refused('line_recipient', index, 'buy.to', 'pays to another address than its user.');
  if (nonce >= LINE_NONCES) throw refused('line_nonce', index, 'nonce', 'has a nonce of more than 152 bits.');
  if (isAddressEqual(sell.token, NATIVE)) throw refused('line_native', index, 'sell.token', 'sells the native coin.');
  if (isAddressEqual(buy.token, NATIVE)) throw refused('line_native', index, 'buy.token', 'buys the native coin.');
  return order;
}

const refused = (code: string, index: number, field: string, what: string, hint = 'Fill it alone.') =>
  new TenderError(code, `Order ${index} of the batch ${what}`, { hint, param: `${index}.${field}` });

function tokenTable(orders: readonly Swap[]): Address[] {
  const tokens = new Map<string, Address>();
  for (const { message } of orders) for (const { token } of [message.sell, message.buy]) tokens.set(token.toLowerCase(), tokens.get(token.toLowerCase()) ?? token);
  if (tokens.size > MOST_TOKENS) throw new TenderError('batch_size', `A batch names at most ${MOST_TOKENS} tokens, not ${tokens.size}.`, { hint: 'Make two batches.' });
  return [...tokens.values()];
}

const indexOf = (tokens: readonly Address[], token: Address) => BigInt(tokens.findIndex((one) => isAddressEqual(one, token)));

function lineOf(order: Swap, tokens: readonly Address[], signature: { r: Hex; vs: Hex }): Line {
  const { sentence, user, sell, buy, terms, nonce } = order.message;
  const { sellAtMost, buyAtLeast } = boundsOf(order);
  const times = (BigInt(terms.exclusiveUntil) << 40n) | BigInt(terms.fillBy);
  const head = (indexOf(tokens, sell.token) << 16n) | (indexOf(tokens, buy.token) << 8n) | BigInt(kindOf(order));
  return {
    sentence: keccak256(stringToHex(sentence)), user, amounts: (sellAtMost << 128n) | buyAtLeast,
    terms: (head << 232n) | (times << 152n) | nonce, ...signature,
  };
}

/** The signature as EIP-2098, if it is the user's key's. */
async function keySignature({ order, auth }: SignedOrder, index: number): Promise<{ r: Hex; vs: Hex }> {
  const wrong = (what: string) => refused('line_signature', index, 'auth', what);
  if (auth.mode !== 'signature') throw wrong('is not signed.');
  const pair = compact(auth.signature);
  const signer = pair && (await recoverAddress({ hash: orderId(order), signature: expanded(pair) }).catch(() => undefined));
  if (!pair || !signer || !isAddressEqual(signer, order.message.user)) throw wrong('is not signed by its user’s key.');
  return pair;
}

const HALF_ORDER = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0n;
const LOW_255 = (1n << 255n) - 1n;
const word = (value: bigint) => numberToHex(value, { size: 32 });
const expanded = ({ r, vs }: { r: Hex; vs: Hex }) => ({ r, s: word(BigInt(vs) & LOW_255), yParity: Number(BigInt(vs) >> 255n) });

/** A signature of 65 or 64 bytes as EIP-2098; undefined for what contracts refuse (other lengths, v other than 27 and 28, high s). */
export function compact(signature: Hex): { r: Hex; vs: Hex } | undefined {
  if (size(signature) !== 64 && size(signature) !== 65) return undefined;
  const [r, last] = [slice(signature, 0, 32), BigInt(slice(signature, 32, 64))];
  const v = size(signature) === 65 ? Number(slice(signature, 64)) : 27 + Number(last >> 255n);
  const s = size(signature) === 65 ? last : last & LOW_255;
  if ((v !== 27 && v !== 28) || s > HALF_ORDER) return undefined;
  return { r, vs: word((BigInt(v - 27) << 255n) | s) };
}

export type SignedAwards = { awards: Awards; signature: Hex };

/**
 * The call that fills all of them. `awarded` is needed while the orders are in their exclusive windows. `callback`: what the caller
 * is called with at the plan's split. Throws TenderError as `checkPlan`, and `wrong_awards`, `awards_signature`.
 */
export function fillManyCall(packed: Packed, plan: Plan, { awarded, callback = '0x' }: { awarded?: SignedAwards; callback?: Hex } = {}): Call {
  const { chainId, settlement, tokens, auctioneer, lines } = packed;
  const amounts = checkPlan(packed, plan);
  const award = awarded ? awardOf(packed, amounts, awarded) : { award: 0n, r: zeroHash, vs: zeroHash };
  const args = [{ tokens, auctioneer, ...award }, lines, plan.steps.map(packStep), BigInt(plan.split), callback] as const;
  return { chainId, to: settlement, data: encodeFunctionData({ abi: settlementAbi, functionName: 'fillMany', args }), value: 0n, what: 'fillMany' };
}

function awardOf({ ids }: Packed, amounts: readonly Amounts[], { awards, signature }: SignedAwards) {
  const folded = foldAwards(ids.map((order, index) => ({ order, sell: amounts[index]!.sold, buy: amounts[index]!.bought })));
  if (awards.orders !== folded.orders) throw new TenderError('wrong_awards', 'The awards are for other orders, or in another order.', { param: 'awards.orders' });
  if (awards.amounts !== folded.amounts) throw new TenderError('wrong_awards', 'The plan moves other amounts than were awarded.', { param: 'awards.amounts' });
  const pair = compact(signature);
  if (!pair) throw new TenderError('awards_signature', 'The auctioneer’s signature is not a key’s.', { param: 'signature' });
  const { bond, cutAt, notBefore, fillBy } = awards;
  return { award: (bond << 120n) | (BigInt(cutAt) << 80n) | (BigInt(notBefore) << 40n) | BigInt(fillBy), ...pair };
}
