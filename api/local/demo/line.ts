/** What the demo prints of one sentence: one JSON object per line with `--json`. */
export type Line = {
  sentence: string;
  kind: string;
  outcome: 'settled' | 'refunded' | 'unopened' | 'question' | 'refused' | 'failed';
  orderId?: string;
  /** Decimal string with symbol: "100 USDC". */
  sold?: string;
  bought?: string;
  solver?: string;
  bids?: number;
  txs: { chain: string; hash: string; what: string }[];
  /** Wall time from typing to the end. */
  ms: number;
  /** The same in blocks of the origin chain. */
  blocks?: number;
  asked?: { slot: string; options: string[]; chosen: string };
  refund?: { amount: string; hash: string };
  code?: string;
  /** Output of a job, or of the commands in a leased machine. */
  output?: string[];
  fuel?: string;
  seconds?: number;
  /** What was compared on chain, and what differed; empty when every unit is where it should be. */
  checked: number;
  wrong: string[];
};
