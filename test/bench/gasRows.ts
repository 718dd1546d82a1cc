/** What `npm run bench:gas` measures: each case's bound, and the best peer measured by the same method. */
import type { Hex } from 'viem';

export type Row = {
  case: string;
  /** Full-transaction gas from the receipt; of batches, per order, rounded up. */
  gas: number;
  perOrder?: true;
  /** The transaction whose receipt says so; several for sums. */
  hash: Hex | Hex[];
  /** Gas of a contract that makes the same checks and nothing else, measured in the same run, and why it cannot be less. */
  floor?: number;
  why?: string;
};

export type Target = { most: number; peer?: { gas: number; who: string } };
const target = (most: number, gas?: number, who?: string): Target => ({ most, ...(gas && who && { peer: { gas, who } }) });

export const TARGETS: Record<string, Target> = {
  'fill.fresh': target(90_000, 91_508, '1inch LOP v4'),
  'fill.used': target(73_000, 74_420, '1inch LOP v4'),
  'fill.award.fresh': target(97_000, 124_045, 'UniswapX V2'),
  'fill.award.used': target(80_000, 106_945, 'UniswapX V2'),
  'fill.permit2.fresh': target(110_500, 112_121, 'UniswapX Limit'),
  'fill.permit2.used': target(93_500, 95_033, 'UniswapX Limit'),
  'batch50.inventory': target(36_300, 53_205, 'UniswapX Limit'),
  'batch50.cow': target(32_200, 58_357, 'CoW'),
  open: target(74_500, 79_490, 'OIF'),
  openFor: target(79_000, 107_438, 'OIF'),
  'openFor.award': target(85_500),
  deliver: target(65_800, 72_682, 'OIF'),
  'deliver.10': target(38_800, 48_173, 'Across'),
  'deliver.50': target(36_300),
  claim: target(64_000, 63_810, 'OIF, + 117,000 for its oracle'),
  'claim.10': target(16_200),
  'claim.50': target(11_900),
  close: target(52_000),
  'lease.open': target(98_500),
  'lease.start': target(38_500),
  'lease.voucher': target(60_500),
  'lease.close': target(79_500),
  'lease.noshow': target(81_500),
  'lease.whole': target(217_000, 1_653_268, 'a Lilypad job'),
  'crosschain.50': target(127_500, 148_456, 'Across, + its bundle'),
};

/** A row is met within its bound, or within 2 % of its floor. */
export const isMet = ({ case: name, gas, floor }: Row): boolean => {
  const most = TARGETS[name]?.most;
  return most === undefined || gas <= most || (floor !== undefined && gas <= floor * 1.02);
};

const sum = (rows: readonly Row[], names: readonly string[]): Omit<Row, 'case'> | undefined => {
  const parts = names.map((name) => rows.find((row) => row.case === name));
  if (parts.some((part) => part === undefined)) return undefined;
  return { gas: parts.reduce((total, part) => total + part!.gas, 0), hash: parts.flatMap((part) => part!.hash) };
};

/** The sums: a whole lease, and the whole path across chains with deliveries and claims batched by 50. */
export function sums(rows: readonly Row[]): Row[] {
  const lease = sum(rows, ['lease.open', 'lease.start', 'lease.close']);
  const path = sum(rows, ['openFor', 'deliver.50', 'claim.50']);
  return [...(lease ? [{ case: 'lease.whole', ...lease }] : []), ...(path ? [{ case: 'crosschain.50', ...path, perOrder: true as const }] : [])];
}
