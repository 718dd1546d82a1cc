/** What the commands show: lines for people, JSON lines for programs. */
import type { Hex } from 'viem';
import type { Change, Refusal } from '../../intents/intent.ts';
import { stringify } from '../../intents/json.ts';
import type { Receipt } from '../../intents/receipt.ts';
import type { Client } from '../client/client.ts';
import type { CardRow } from '../client/shapes.ts';

export type Print = {
  readonly json: boolean;
  /** A line for people only. */
  line(text?: string): void;
  /** A value for programs only. */
  value(value: object): void;
};

export const printer = (json: boolean): Print => ({
  json,
  line: (text = '') => void (json || process.stdout.write(`${text}\n`)),
  value: (value) => void (json && process.stdout.write(`${stringify(value)}\n`)),
});

/** Rows in two columns; defaults are marked. */
export function printCard(print: Print, rows: readonly CardRow[]): void {
  const width = Math.max(...rows.map(({ label }) => label.length), 0);
  for (const { label, value, source } of rows) print.line(`  ${label.padEnd(width)}  ${value}${source === 'default' ? '  (default)' : ''}`);
}

/** What a message changed, old and new. */
export function printChanges(print: Print, changes: readonly Change[]): void {
  const words = (value: unknown) => (value === undefined ? 'not said' : typeof value === 'object' ? stringify(value) : String(value));
  for (const { slot, from, to } of changes) print.line(`  ${slot}: ${words(from)} → ${words(to)}`);
}

export function printRefusal(print: Print, refusal: Refusal): void {
  print.value({ refusal });
  print.line(`Refused (${refusal.code}): ${refusal.message}${refusal.hint ? `\n${refusal.hint}` : ''}`);
}

export function printReceipt(print: Print, receipt: Receipt): void {
  const { outcome, sold, bought, refund, penalty, solver, bids, job, txs } = receipt;
  print.line();
  print.line(ENDINGS[outcome]);
  const rows: [string, string | undefined][] = [
    ['sold', sold], ['bought', bought], ['came back', refund && `${refund.amount} on ${refund.chain} (${refund.why})`], ['from the bond', penalty],
    ['solver', solver], ['bids', bids > 0 ? String(bids) : undefined], ['result', job && `exit code ${job.exitCode}, ${job.fuel} fuel, ${job.result}`],
    ...txs.map(({ chain, hash, what }): [string, string] => [`${what} on ${chain}`, hash]), ['order', receipt.order],
  ];
  printCard(print, rows.flatMap(([label, value]) => (value === undefined ? [] : [{ label, value, source: 'said' as const }])));
}

/** What a job printed, shortened; nothing if it is gone. */
export async function printOutput(print: Print, client: Client, { job }: Receipt): Promise<void> {
  if (!job?.output || !/^0x[0-9a-f]{64}$/.test(job.output)) return;
  const bytes = await client.artifact(job.output as Hex).catch(() => undefined);
  if (!bytes) return;
  const text = new TextDecoder().decode(bytes.subarray(0, OUTPUT_MOST));
  print.value({ output: text, bytes: bytes.length });
  print.line(`\n${text.trimEnd()}${bytes.length > OUTPUT_MOST ? `\n… ${bytes.length} bytes in all` : ''}`);
}
const OUTPUT_MOST = 10_000;

const ENDINGS: Record<Receipt['outcome'], string> = {
  settled: 'Settled.',
  refunded: 'Refunded: everything that was in escrow came back.',
  unopened: 'Nobody took it in time: nothing left the wallet.',
  cancelled: 'Cancelled: nothing left the wallet.',
  pending: 'Not over yet.',
};
