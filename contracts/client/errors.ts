/** What a contract's custom error means to a person: a stable code, a sentence with the limit that was broken, a hint. */
import { BaseError, decodeErrorResult, type Hex, parseAbi } from 'viem';
import type { ErrorValue } from '../../intents/errors.ts';
import { errorsAbi } from './abi.ts';
import { JOB_PHASES } from './job.ts';
import { shortReason } from './rpc.ts';

/** Errors of common tokens: they show when a token is called directly (`approve`, local tokens). */
const tokenErrorsAbi = parseAbi([
  'error InsufficientBalance()',
  'error InsufficientAllowance()',
  'error InsufficientBalance(uint256 balance)',
  'error InsufficientAllowance(uint256 allowance)',
  'error ERC20InsufficientBalance(address sender, uint256 balance, uint256 needed)',
  'error ERC20InsufficientAllowance(address spender, uint256 allowance, uint256 needed)',
]);
const knownErrors = [...errorsAbi, ...tokenErrorsAbi];

type Values = readonly unknown[];
type Explain = { says: (values: Values) => string; hint: string };
export type ContractError = (typeof errorsAbi)[number]['name'];

const time = (seconds: unknown) => {
  const ms = Number(seconds) * 1000;
  return Number.isSafeInteger(ms) && ms < 8.64e15 ? new Date(ms).toISOString().replace('.000Z', 'Z') : String(seconds);
};
const explain = (says: Explain['says'] | string, hint: string): Explain => ({ says: typeof says === 'string' ? () => says : says, hint });

/** One entry per error in the ABIs; the compiler holds it complete. */
const EXPLAINED: Record<ContractError, Explain> = {
  AlreadyPenalised: explain(([penalty]) => `The auctioneer has paid ${penalty} for this order already.`, 'For one order it pays the largest penalty once.'),
  AlreadySlashed: explain(([award]) => `The bond of award ${award} was taken before.`, 'Nothing is left to do for it.'),
  AlreadyWon: explain(([winner]) => `${winner} delivered first.`, 'Nothing moved; there is no second place.'),
  AwardRequired: explain('A lease or a job that asks for a bond needs an award.', 'Wait for the auction, or sign a new order.'),
  AwardTooLong: explain(([until]) => `The award ends too close to ${time(until)}, when anyone may fill.`, 'The auctioneer must give an award that ends 24 s before.'),
  AwardTooShort: explain(([least]) => `The award lasts less than ${least} s, so nobody is to blame for missing it.`, 'It cannot be slashed; wait for the next award.'),
  BadAccount: explain('What lies at Delivery’s address is no account.', 'Name a verifier that fits the destination’s state.'),
  BadEvidence: explain('The evidence ends before it should.', 'Encode it again.'),
  BadHeader: explain('The block header is none, or its number or time is beyond belief.', 'Fetch it again from another endpoint.'),
  BadKey: explain(([key]) => `${key} is no key that can be set or removed.`, 'Set a key that is not zero; remove one that is set and not yet leaving.'),
  BadKind: explain(([kind]) => `This call does not take orders of kind ${kind}.`, 'Use the call that belongs to the kind.'),
  BadLength: explain(([length]) => `An order of this kind is not ${length} bytes long.`, 'Encode the order as its kind asks.'),
  BadNode: explain(([index]) => `Node ${index} of the proof is missing or another’s.`, 'Fetch the proof again, for the block of the header.'),
  BadOption: explain(([member]) => `Option ${member} of the order is out of its range, or contradicts another.`, 'Sign a new order with valid options.'),
  BadRecipient: explain(([to]) => `${to} cannot receive.`, 'Name a recipient that is neither zero, nor the token, nor a contract of Tender.'),
  AuditTooHigh: explain(([most]) => `At most ${most} of 10,000 jobs can be audited.`, 'Sign an order with a lower auditBps.'),
  BadRlp: explain(([at]) => `The header or a node of the proof is malformed at byte ${at}.`, 'Fetch it again from another endpoint.'),
  BadSet: explain('The set of attesters is not valid.', 'Give 1 to 32 different signers, and k between 1 and their number.'),
  BadSignature: explain(([account]) => `${account} did not sign this.`, 'Check the key, the chain id and the contract that were signed for.'),
  BadStep: explain('The verifier answered outside of its bounds.', 'Nothing moved. The rest is refunded after closeAfter.'),
  BadTable: explain('The table of chains and gaps is not valid.', 'Give each chain once, with a gap above zero.'),
  BidExpired: explain(([until]) => `The bid expired at ${time(until)}, before an award to it could be honoured.`, 'Only bids that were still valid can be challenged with.'),
  BondTooSmall: explain(([free]) => `Only ${free} of the bond is free.`, 'Deposit more with Bonds.deposit, for this auctioneer.'),
  BrokenChain: explain(([index]) => `Award ${index} of the chain is not the one that the next names.`, 'Hand in the awards from the challenged one back, without a gap.'),
  CancelInPermit2: explain('Permit2 guards this order, so it is withdrawn there.', 'Call invalidateUnorderedNonces(word, mask) of Permit2 with these values.'),
  DealTooLong: explain(([latest]) => `The refund may open at ${time(latest)} at the latest.`, 'Sign an order with an earlier closeAfter.'),
  DirtyWord: explain('A value of the order is too large for its type.', 'Encode the order anew from its typed message.'),
  Exclusive: explain(([until]) => `Until ${time(until)} only the holder of an award may take this order.`, 'Win the auction, or wait.'),
  Expired: explain(([limit]) => `This was possible until ${time(limit)}.`, 'It is too late; sign a new order if it is still wanted.'),
  GapTooShort: explain(([least]) => `The refund must open at least ${least} s after the last delivery.`, 'Sign an order with a later closeAfter.'),
  GasTooLow: explain(([least]) => `At least ${least} gas must be left when money is paid out.`, 'Send it again with a higher gas limit.'),
  GuardedByPermit2: explain(([nonce]) => `Nonce ${nonce} belongs to Permit2 (bit 255).`, 'Sign with a nonce below 2²⁵⁵.'),
  LimitNotMet: explain(([limit]) => `The award does not meet the signed limit of ${limit}.`, 'Ask for a better award; the limit holds whoever signs.'),
  LineNotMet: explain(([line, sold, bought]) => `The plan makes line ${line} sell ${sold} for ${bought}: not what its user signed.`, 'Make the plan again from the signed amounts.'),
  NativeSell: explain('An order that sells the native coin is opened by its user, so no solver can miss it.', 'There is nothing to slash.'),
  NoBond: explain('Neither bid nor award carries a bond.', 'There is nothing to slash.'),
  NoConsent: explain(([account]) => `${account} neither called nor signed.`, 'Get its signature over the voucher.'),
  NoCredit: explain(([token, account]) => `No ${token} waits for ${account}.`, 'It was withdrawn before, or was never held.'),
  NoEquivocation: explain('The two awards are one, or do not stand in the same place.', 'Show two different awards with the same order, part and predecessor.'),
  NoRotation: explain('No set of attesters waits.', 'Nothing is left to do for it.'),
  NoSolver: explain('A race must know whom to pay before it begins.', 'Name the solver in the offer.'),
  NoSuchPart: explain(([part]) => `The order has no part ${part}.`, 'Name a part that was signed; orders without parts have part 0.'),
  NonceUsed: explain(([nonce]) => `Nonce ${nonce} of this user is spent: the order was filled or cancelled.`, 'Sign a new order with another nonce.'),
  NotAccepted: explain('The solver did not accept this award.', 'Only an accepted award binds a solver.'),
  NotAwarded: explain(([solver]) => `The award is for ${solver}, which neither calls nor has accepted.`, 'Show its signed acceptance, or let it call.'),
  MustBeAudited: explain('The lot demands that this job is judged.', 'Record the draw, then show the judges’ verdicts.'),
  NotBetter: explain('The bid is not better than the award.', 'Only a strictly better price, for as much, can be challenged with.'),
  NotDeclined: explain('The reply is an acceptance.', 'Show the refusal, or that the offer ran out.'),
  NotDrawnYet: explain(([number]) => `The lot is drawn by block ${number}.`, 'Wait until the block after it.'),
  NotFullyAudited: explain(([bps]) => `Only ${bps} of 10,000 such jobs are judged without being asked for.`, 'Show the result first.'),
  NotMine: explain('This verifier judges no leases and no jobs.', 'The order named the wrong verifier; it is refunded after closeAfter.'),
  NotMissed: explain('The order was filled, opened or cancelled: nobody missed it.', 'There is nothing to slash.'),
  NotStarted: explain('The lease has not started.', 'The provider starts it; without a start by startBy everything is refunded.'),
  NotTheBid: explain('The chain does not end with an award to the challenged bid.', 'Hand in the awards back to the one that offered it.'),
  NotTheSet: explain('The evidence is not signed by exactly k of the verifier’s attesters.', 'Collect their signatures again, for the set that counts now.'),
  NotTokens: explain('Leases and jobs are advanced, not claimed.', 'Use advance.'),
  NotWork: explain('A deal about tokens is claimed, not advanced.', 'Use claim.'),
  NotYet: explain(([limit]) => `This is possible only after ${time(limit)}.`, 'Wait, then send it again.'),
  NothingNew: explain(([delivered]) => `The evidence shows no more than the ${delivered} that are settled.`, 'Deliver more, or fetch newer evidence.'),
  OfferCutShort: explain(([until]) => `The offer stood until ${time(until)}, and the next award began before.`, 'Show the signed refusal of its solver.'),
  OfferTooEarly: explain(([at]) => `The offer was cut before the bid came at ${time(at)}.`, 'Show an offer that was made to this bid.'),
  Only: explain(([account]) => `Only ${account} may do this.`, 'Send it from that account.'),
  OwnBond: explain(([auctioneer]) => `The solver is the auctioneer ${auctioneer}, whose own bond answers for its fairness only.`, 'Use a solver with a bond of its own.'),
  PartTaken: explain(([stored]) => `This part was filled, or the order was cancelled (progress ${stored}).`, 'Read the progress of the order again.'),
  PartTooBig: explain(([rest]) => `Only ${rest} is left of this order.`, 'Take at most that.'),
  PartTooSmall: explain(([least]) => `No part, and no rest, may be smaller than ${least}.`, 'Take more, or all of it.'),
  Reentered: explain('A token called back into the contract.', 'This token cannot be used here.'),
  RotationPending: explain(([at]) => `Another set waits until ${time(at)}.`, 'Activate it first.'),
  SameToken: explain(([token]) => `${token} cannot be sold for itself.`, 'Choose another token.'),
  ShortDelivery: explain(([declared, arrived]) => `Only ${arrived} of ${declared} arrived.`, 'A race is won by the whole amount only.'),
  ShortDeposit: explain(([declared, arrived]) => `Only ${arrived} of ${declared} arrived.`, 'Tokens that take a fee on transfer cannot enter escrow.'),
  SpareNodes: explain(([used]) => `The first ${used} nodes prove it already.`, 'Hand in the proof without the others.'),
  Started: explain(([at]) => (BigInt(at as bigint) === 0n ? 'The lease has not started.' : `The lease started at ${time(at)}.`), 'Use the act that fits a running lease.'),
  StepFailed: explain(([step]) => `The token refused the transfer of step ${step} of the plan.`, 'Drop the order that pays or receives in that step from the batch.'),
  Stopped: explain(([at]) => `The lease was stopped at ${time(at)}.`, 'Show the newest voucher, or finish after the window.'),
  Taken: explain(([order]) => `Order ${order} is filled, cancelled, or open under other terms.`, 'Take another order.'),
  TooFewSeconds: explain(([above]) => `Everything up to second ${above} is settled already.`, 'Show a voucher for more.'),
  TooLate: explain(([at]) => `The bid came at ${time(at)}, after the award was cut.`, 'Only bids that were in the auction can be challenged with.'),
  TooManySeconds: explain(([most]) => `Only ${most} seconds can have been served so far.`, 'Sign no second before it has passed.'),
  TooMuchFuel: explain(([most]) => `The order pays for ${most} fuel at most.`, 'A result above the ceiling is worth nothing.'),
  TooShort: explain(([least]) => `This deployment must wait at least ${least} s there.`, 'Deploy with a longer time.'),
  TotalTooHigh: explain(([total]) => `The whole price of ${total} is above the signed ceiling.`, 'Bid less, or sign a higher total.'),
  TransferFailed: explain(([token]) => `The token ${token} refused the transfer.`, 'Check balance and allowance of whoever pays it.'),
  UnknownBlock: explain(([number]) => `The hash of block ${number} is not known here.`, 'Use a newer block: the chain remembers 256, or 8,191 with EIP-2935.'),
  UnknownChain: explain(([chain]) => `The verifier does not know chain ${chain}.`, 'Name a verifier that serves the destination.'),
  UnknownSettler: explain(([settler]) => `${settler} is no contract of this deployment.`, 'Name the Settlement or the Escrow that executes the order.'),
  Unsayable: explain(([token]) => `ERC-7683 has no words for the native coin (${token}).`, 'Fill it by Tender’s own calls.'),
  Voided: explain('The solver tried to honour the award in time, and the user’s side failed.', 'There is nothing to slash, and that acceptance opens nothing any more.'),
  WindowTooShort: explain(([least]) => `The window must last at least ${least} s.`, 'Sign a lease with a longer window.'),
  WrongAward: explain(([order]) => `The award is for order ${order}.`, 'Use the award of this order.'),
  WrongBid: explain(([order]) => `The bid is for order ${order}.`, 'Use a bid for this order and part.'),
  WrongCount: explain(([keys]) => `Each of the ${keys} records needs its own word and proof.`, 'Encode the evidence for exactly these records.'),
  WrongDeal: explain(([stored]) => `The deal is in another state (its slot holds ${stored}).`, 'Read the deal again: someone was quicker.'),
  WrongHash: explain(([actual]) => `The block’s hash is ${actual}.`, 'Use the header of this chain’s own block.'),
  WrongMember: explain(([index]) => `Member ${index} is not what the order inside says.`, 'Encode the old struct from the order.'),
  WrongPhase: explain(([phase]) => `The job is ${JOB_PHASES[Number(phase)] ?? 'elsewhere'}: this fits another phase.`, 'Read the deal again, and use the act that fits.'),
  WrongPlace: explain('The place is not the one that was signed.', 'Take token, recipient and deliverBy from the signed order.'),
  WrongReceipt: explain(([bid]) => `The receipt is for bid ${bid}.`, 'Use the receipt of this bid.'),
  WrongState: explain('The challenge is not open, or was made before.', 'Each bid challenges each award once.'),
  WrongStep: explain(([step]) => `Step ${step} of the plan is not a transfer between these lines.`, 'Make the plan again from the signed amounts.'),
  WrongTerms: explain('The terms are not the ones that were signed.', 'Take them from the signed order.'),
  WrongValue: explain(([expected]) => `Exactly ${expected} wei must come with this call.`, 'Send that value.'),
  WrongWord: explain(([, actual]) => `The record holds ${actual}.`, 'Claim what it holds at the block of the header.'),
  ZeroAmount: explain('The amount is zero.', 'Name an amount above zero.'),
};
const TOKEN_HINT = 'Get more of the token, or approve more of it.';

/** `LimitNotMet` → `limit_not_met`. */
export const codeOf = (name: string) => name.replaceAll(/(?<=[a-z0-9])([A-Z])/g, '_$1').toLowerCase();

/** Explains revert data. Unknown data gives the code `reverted`. */
export function explainRevert(data: Hex): ErrorValue {
  try {
    const { errorName, args = [] } = decodeErrorResult({ abi: knownErrors, data }) as { errorName: string; args?: Values };
    if (errorName === 'Error') return { code: 'reverted', message: `The contract refused: ${String(args[0]).slice(0, 200)}` };
    if (errorName === 'Panic') return { code: 'panic', message: `A contract failed an internal check (panic ${args[0]}).` };
    const known = EXPLAINED[errorName as ContractError] as Explain | undefined;
    if (known) return { code: codeOf(errorName), message: known.says(args), hint: known.hint };
    return { code: codeOf(errorName).replace(/^erc20_/, ''), message: `The token refused: ${errorName}(${args.join(', ')}).`, hint: TOKEN_HINT };
  } catch {
    return { code: 'reverted', message: data === '0x' ? 'The contract refused without a reason.' : `The contract refused with unknown data ${data.slice(0, 10)}.` };
  }
}

/** The refusal inside a failed call, or undefined if the failure was not the call's (no answer, no such block …). */
export function refusalOf(error: unknown): ErrorValue | undefined {
  if (!(error instanceof BaseError)) return undefined;
  const data = revertData(error);
  if (data !== undefined) return explainRevert(data);
  const text = `${error.shortMessage} ${error.details}`;
  if (/insufficient funds|exceeds the balance|InsufficientFunds/i.test(text)) {
    return { code: 'insufficient_funds', message: 'The account cannot pay the value and the gas of this transaction.', hint: 'Send it some of the native coin.' };
  }
  if (/revert/i.test(text)) return { code: 'reverted', message: `The contract refused: ${shortReason(error)}` };
  return undefined;
}

/** Nodes put revert data in different places; viem keeps what they sent. */
function revertData(error: BaseError): Hex | undefined {
  let found: Hex | undefined;
  error.walk((inner) => {
    const data = (inner as { data?: unknown }).data;
    const hex = typeof data === 'object' && data !== null ? (data as { data?: unknown }).data : data;
    if (typeof hex === 'string' && /^0x([0-9a-f]{2})*$/i.test(hex)) found = hex as Hex;
    return found !== undefined;
  });
  return found;
}
