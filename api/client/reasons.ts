/** Why a user's own transaction was refused, in words: the few errors that it can meet. Operators get them all from `./contracts`. */
import { type Hex, toFunctionSelector } from 'viem';
import { TenderError } from '../../intents/errors.ts';

/** Signature → sentence, hint. Every signature stands in the contracts' ABIs or is a common token's; a test holds that. */
export const REASONS: Record<string, readonly [says: string, hint: string]> = {
  'Expired(uint256)': ['It was too late for this order.', 'Nothing moved. Ask again if you still want it.'],
  'NotYet(uint256)': ['It is too early for this.', 'Wait a moment and try again.'],
  'Exclusive(uint256)': ['Only the winner of the auction may take this order now.', 'Wait for its award.'],
  'NotAwarded(address)': ['The winner has not accepted.', 'The next award is tried by itself.'],
  'BadSignature(address)': ['A signature of this award is not valid.', 'Nothing moved. Wait for the next award.'],
  'LimitNotMet(uint256)': ['The award does not meet your limit.', 'Nothing moved. Wait for the next award.'],
  'NonceUsed(uint256)': ['This order was taken or cancelled before.', 'Look at its receipt.'],
  'WrongDeal(bytes32)': ['This order was opened before.', 'Look at its receipt.'],
  'WrongValue(uint256)': ['The value of the transaction is not the sold amount.', 'Nothing moved. Try again.'],
  'BondTooSmall(uint256)': ['The winner’s bond does not cover this order.', 'Nothing moved. Wait for the next award.'],
  'GapTooShort(uint256)': ['The order leaves too little time for its delivery to be proven.', 'Ask again with a later deadline.'],
  'DealTooLong(uint256)': ['The order may wait for too long.', 'Ask again with an earlier deadline.'],
  'InsufficientBalance()': ['The wallet holds too little of this token.', 'Get more of it, or ask for less.'],
  'InsufficientAllowance()': ['The contract may not pull enough of this token.', 'Approve it again.'],
};
let bySelector: Map<string, string> | undefined;

/** The refusal behind revert data. Unknown data gives the code `reverted`. */
export function reasonOf(data: Hex): TenderError {
  bySelector ??= new Map(Object.keys(REASONS).map((signature) => [toFunctionSelector(signature), signature]));
  const signature = bySelector.get(data.slice(0, 10).toLowerCase());
  if (!signature) return new TenderError('reverted', `The contract refused (${data.slice(0, 10)}).`, { hint: 'Nothing moved.' });
  const [says, hint] = REASONS[signature] as readonly [string, string];
  const code = signature.replace(/\(.*/, '').replaceAll(/(?<=[a-z])([A-Z])/g, '_$1').toLowerCase();
  return new TenderError(code, says, { hint });
}
