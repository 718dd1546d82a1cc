/** Plans of the transfers in a batch: made so that opposite orders pay each other, and checked as the contract checks them. */
import { type Address, isAddressEqual } from 'viem';
import { TenderError } from '../../intents/errors.ts';
import type { Packed } from './batch.ts';

/** A line by its index in the batch, or whoever sends the transaction. */
export type Party = number | 'caller';
/** A transfer: of the sell token of `from`, which is the buy token of `to`. */
export type Step = { from: Party; to: Party; amount: bigint };
/** The caller is called back after the first `split` steps, if it wants to be. */
export type Plan = { steps: Step[]; split: number };
/** What leaves a line's user, and what reaches it; base units. */
export type Amounts = { sold: bigint; bought: bigint };

const CALLER = 0xffffn;
const index = (party: Party) => (party === 'caller' ? CALLER : BigInt(party));
export const packStep = ({ from, to, amount }: Step): bigint => (index(from) << 144n) | (index(to) << 128n) | amount;

type Trade = Pick<Packed, 'lines' | 'tokens'>;
type Terms = { sellToken: Address; buyToken: Address; out: boolean; sell: bigint; buy: bigint };
function termsOf({ lines, tokens }: Trade, line: number): Terms {
  const { terms, amounts } = lines[line]!;
  const token = (shift: bigint) => tokens[Number((terms >> shift) & 0xffn)]!;
  return { sellToken: token(248n), buyToken: token(240n), out: ((terms >> 232n) & 0xffn) === 1n, sell: amounts >> 128n, buy: amounts & ((1n << 128n) - 1n) };
}

/** What each line trades at its signed limit. */
export const limitsOf = (trade: Trade): Amounts[] => trade.lines.map(({ amounts }) => ({ sold: amounts >> 128n, bought: amounts & ((1n << 128n) - 1n) }));

/** The caller takes what every line sells, then pays what every line buys: two transfers per order. */
export function inventoryPlan(amounts: readonly Amounts[]): Plan {
  const sells = amounts.map(({ sold }, line): Step => ({ from: line, to: 'caller', amount: sold }));
  const buys = amounts.map(({ bought }, line): Step => ({ from: 'caller', to: line, amount: bought }));
  return { steps: [...sells, ...buys], split: sells.length };
}

type Side = { line: number; amount: bigint };

/**
 * Lines that sell a token pay those that buy it; the caller takes what is over and pays what is missing. Equal amounts are joined
 * first: a matched pair, or a ring of any length, costs one transfer per order. Never more transfers than `inventoryPlan`.
 */
export function nettedPlan(trade: Trade, amounts: readonly Amounts[]): Plan {
  const before: Step[] = [];
  const after: Step[] = [];
  const terms = trade.lines.map((_, line) => termsOf(trade, line));
  for (const token of trade.tokens) {
    const side = (of: 'sellToken' | 'buyToken', amount: 'sold' | 'bought') =>
      terms.flatMap((one, line): Side[] => (isAddressEqual(one[of], token) ? [{ line, amount: amounts[line]![amount] }] : []));
    const [sellers, buyers] = joinEqual(side('sellToken', 'sold'), side('buyToken', 'bought'), before);
    const [over, missing] = joinRest(sellers, buyers, before);
    for (const { line, amount } of over) before.push({ from: line, to: 'caller', amount });
    for (const { line, amount } of missing) after.push({ from: 'caller', to: line, amount });
  }
  return { steps: [...before, ...after], split: before.length };
}

/** Joins sellers and buyers of the same amount; returns the others. */
function joinEqual(sellers: readonly Side[], buyers: readonly Side[], steps: Step[]): [Side[], Side[]] {
  const byAmount = new Map<bigint, Side[]>();
  for (const seller of sellers) byAmount.set(seller.amount, [...(byAmount.get(seller.amount) ?? []), seller]);
  const rest: Side[] = [];
  for (const buyer of buyers) {
    const seller = byAmount.get(buyer.amount)?.shift();
    if (seller) steps.push({ from: seller.line, to: buyer.line, amount: buyer.amount });
    else rest.push(buyer);
  }
  return [[...byAmount.values()].flat(), rest];
}

/** One side is used up, step by step; returns what is left of the other. */
function joinRest(sellers: Side[], buyers: Side[], steps: Step[]): [Side[], Side[]] {
  const [left, right] = [sellers.map((side) => ({ ...side })), buyers.map((side) => ({ ...side }))];
  while (left[0] && right[0]) {
    const amount = left[0].amount < right[0].amount ? left[0].amount : right[0].amount;
    steps.push({ from: left[0].line, to: right[0].line, amount });
    for (const side of [left, right]) if ((side[0]!.amount -= amount) === 0n) side.shift();
  }
  return [left, right];
}

/**
 * Runs a plan as the contract does, without tokens: the amounts of each line. Throws TenderError `wrong_step` (no such line, caller
 * to caller, tokens that differ, an amount that does not fit, a split behind the end) and `line_not_met` (not what was signed).
 */
export function checkPlan(trade: Trade, { steps, split }: Plan): Amounts[] {
  if (!Number.isInteger(split) || split < 0 || split > steps.length) throw new TenderError('wrong_step', `The plan has no step ${split} to split at.`, { param: 'split' });
  const result = trade.lines.map((): Amounts => ({ sold: 0n, bought: 0n }));
  for (const [at, step] of steps.entries()) {
    const why = whyWrong(trade, step);
    if (why) throw new TenderError('wrong_step', `Step ${at} of the plan ${why}.`, { param: `steps.${at}` });
    if (step.from !== 'caller') result[step.from]!.sold += step.amount;
    if (step.to !== 'caller') result[step.to]!.bought += step.amount;
  }
  for (const [line, amounts] of result.entries()) {
    if (isMet(termsOf(trade, line), amounts)) continue;
    throw new TenderError('line_not_met', `Line ${line} would sell ${amounts.sold} for ${amounts.bought}: not what its user signed.`, { param: `lines.${line}` });
  }
  return result;
}

function whyWrong(trade: Trade, { from, to, amount }: Step): string | undefined {
  const unknown = [from, to].find((party) => party !== 'caller' && !trade.lines[party]);
  if (unknown !== undefined) return `names line ${unknown}, which does not exist`;
  if (amount < 0n || amount >= 1n << 128n) return 'has an amount that does not fit 128 bits';
  if (from === 'caller') return to === 'caller' ? 'is from the caller to the caller' : undefined;
  if (to === 'caller') return undefined;
  return isAddressEqual(termsOf(trade, from).sellToken, termsOf(trade, to).buyToken) ? undefined : 'joins lines with different tokens';
}

const isMet = ({ out, sell, buy }: Terms, { sold, bought }: Amounts) =>
  out ? bought === buy && sold <= sell && sold > 0n : sold === sell && bought >= buy && bought < 1n << 128n;
