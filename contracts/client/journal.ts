/**
 * The journal port: every transaction has a row before it is broadcast (intended → sent → mined → final), so that a
 * crash at any line, a replacement, a drop or a reorg is found again. The journal allocates nonces.
 */
import type { Address, Hex } from 'viem';
import type { Call } from './ledger.ts';

export type JournalState = 'intended' | 'sent' | 'mined' | 'final' | 'failed';
export type JournalRow = {
  /** Natural key of the effect ("fill:<order>"): the same effect asked for twice is one row. */
  key: string;
  from: Address;
  call: Call;
  nonce: number;
  state: JournalState;
  /** All hashes ever broadcast for this nonce, oldest first; any of them may be the one that is mined. */
  hashes: Hex[];
  /** Signed transactions of `hashes`, to broadcast again as they are. */
  raw: Hex[];
  mined?: { hash: Hex; block: number; blockHash: Hex; status: 'success' | 'reverted' };
  /** Why it failed. */
  error?: string;
  /** Unix milliseconds. */
  createdAt: number;
  updatedAt: number;
};

export interface Journal {
  /**
   * Makes the row with the next nonce of (chain, from), or returns the row that is there under this key. Next is the larger
   * of `nextOnChain` and one more than the highest nonce among `pending`; rows that are final or failed do not count.
   */
  intend(key: string, from: Address, call: Call, nextOnChain: number): Promise<JournalRow>;
  /** Writes changes of one row, durably, before it returns. A member given as undefined is cleared. */
  update(key: string, change: Partial<Omit<JournalRow, 'key' | 'from' | 'call'>>): Promise<JournalRow>;
  get(key: string): Promise<JournalRow | undefined>;
  /** Rows of (chain, from) that are not final or failed, by nonce. */
  pending(chainId: number, from: Address): Promise<JournalRow[]>;
}
