/** Signing of one journalled transaction: EIP-1559 fees, the fee of a replacement, and the filler of an abandoned nonce. */
import { type Address, type Hex, keccak256, type LocalAccount, parseTransaction, type PublicClient } from 'viem';
import type { JournalRow } from './journal.ts';

export type Fees = { maxFeePerGas: bigint; maxPriorityFeePerGas: bigint };
export type Signed = { hash: Hex; raw: Hex };

/** What a transfer of nothing costs. */
export const FILLER_GAS = 21_000n;
/** Head room over an estimate: state moves between estimate and inclusion. */
export const withMargin = (gas: bigint) => gas + (gas * 3n) / 10n;

/** Fees that pay for inclusion now: twice the base fee (six full blocks of rise) and the node's tip. Wei. */
export async function feesNow(client: PublicClient): Promise<Fees> {
  const [block, tip] = await Promise.all([client.getBlock({ blockTag: 'latest' }), client.estimateMaxPriorityFeePerGas()]);
  return { maxFeePerGas: (block.baseFeePerGas ?? 0n) * 2n + tip, maxPriorityFeePerGas: tip };
}

/** Fees that replace `raw`: a quarter more than it offered, and at least `now`. Nodes ask for an eighth. */
export function feesToReplace(raw: Hex, now: Fees): Fees {
  const old = feesOf(raw);
  return {
    maxFeePerGas: max(now.maxFeePerGas, quarterMore(old.maxFeePerGas)),
    maxPriorityFeePerGas: max(now.maxPriorityFeePerGas, quarterMore(old.maxPriorityFeePerGas)),
  };
}
export function feesOf(raw: Hex): Fees {
  const { maxFeePerGas = 0n, maxPriorityFeePerGas = 0n } = parseTransaction(raw as `0x02${string}`);
  return { maxFeePerGas, maxPriorityFeePerGas };
}
export const gasOf = (raw: Hex): bigint => parseTransaction(raw as `0x02${string}`).gas ?? FILLER_GAS;

/** Signs the call of a row. `gas` is the limit. */
export const signCall = (account: LocalAccount, { call, nonce }: JournalRow, gas: bigint, fees: Fees) =>
  sign(account, { chainId: call.chainId, to: call.to, data: call.data, value: call.value, nonce, gas }, fees);
/** Signs a transfer of nothing to oneself, which uses up the nonce of a row whose call can no longer succeed. */
export const signFiller = (account: LocalAccount, { call, nonce }: JournalRow, fees: Fees) =>
  sign(account, { chainId: call.chainId, to: account.address, data: '0x', value: 0n, nonce, gas: FILLER_GAS }, fees);

/** True if the mined transaction of this row is only its filler. */
export function isFilled(row: JournalRow): boolean {
  const raw = row.mined && row.raw[row.hashes.indexOf(row.mined.hash)];
  return raw !== undefined && isFiller(raw, row);
}
export const isFiller = (raw: Hex, { call }: JournalRow) => {
  const { to, data = '0x' } = parseTransaction(raw as `0x02${string}`);
  return to?.toLowerCase() !== call.to.toLowerCase() || data !== call.data.toLowerCase();
};

type Unsigned = { chainId: number; to: Address; data: Hex; value: bigint; nonce: number; gas: bigint };
async function sign(account: LocalAccount, transaction: Unsigned, fees: Fees): Promise<Signed> {
  const raw = await account.signTransaction({ type: 'eip1559', ...transaction, ...fees });
  return { hash: keccak256(raw), raw };
}
const quarterMore = (fee: bigint) => (fee * 5n) / 4n + 1n;
const max = (a: bigint, b: bigint) => (a > b ? a : b);
