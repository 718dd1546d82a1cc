/** What a solver has promised, sent and holds, read beside a running one. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatUnits } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { createClient } from '../api/client/client.ts';
import { evmLedger } from '../contracts/client/evm.ts';
import type { SolverConfig } from './config.ts';
import { type Entry, readBook } from './desk.ts';
import { reasonOf } from './log.ts';
import { termsOf } from './ports.ts';

export type Status = {
  address: string;
  open: { order: string; venue: string; sell: bigint; buy: bigint; since: string }[];
  ended: Record<string, number>;
  recent: { order: string; outcome: string; note: string; at: string }[];
  journal: Record<string, number>;
  pending: { key: string; what: string; nonce: number; state: string }[];
  balances: { chain: string; symbol: string; amount: string }[];
  bonds: { chain: string; balance: string; locked: string }[];
  problems: string[];
};

const RECENT = 10;

const openOf = (entry: Entry) => {
  const { sell, buy } = termsOf(entry);
  return { order: entry.id, venue: entry.venue, sell, buy, since: iso(entry.at) };
};

/** Files are read as they are; what the chains or the network do not answer becomes a problem, not an error. */
export async function statusOf(config: SolverConfig): Promise<Status> {
  const { address } = privateKeyToAccount(config.key);
  const bookPath = join(config.dir, 'book.jsonl');
  const entries = existsSync(bookPath) ? [...readBook(bookPath).values()] : [];
  const rows = [...journalRows(join(config.dir, 'journal.jsonl')).values()];
  const problems: string[] = [];
  const ended = entries.filter((entry): entry is Entry & { ended: NonNullable<Entry['ended']> } => entry.ended !== undefined);
  return {
    address,
    open: entries.filter((entry) => !entry.ended).map(openOf),
    ended: count(ended.map((entry) => entry.ended.outcome)),
    recent: ended.slice(-RECENT).map(({ id, ended: { outcome, note, at } }) => ({ order: id, outcome, note, at: iso(at) })),
    journal: count(rows.map(({ state }) => state)),
    pending: rows
      .filter(({ state }) => state !== 'final' && state !== 'failed')
      .map(({ key, call, nonce, state }) => ({ key, what: call.what, nonce, state })),
    ...(await holdings(config, address, problems)),
    problems,
  };
}

async function holdings(config: SolverConfig, address: `0x${string}`, problems: string[]): Promise<Pick<Status, 'balances' | 'bonds'>> {
  const balances: Status['balances'] = [];
  const bonds: Status['bonds'] = [];
  const registry = await createClient(config.api)
    .network()
    .catch((error: unknown) => void problems.push(reasonOf(error)));
  for (const chain of registry?.chains ?? []) {
    const ledger = evmLedger({ chain, rpc: config.rpc[String(chain.id)] ?? chain.rpc });
    try {
      const amounts = await Promise.all(chain.tokens.map((token) => ledger.balanceOf(address, token.address)));
      for (const [index, token] of chain.tokens.entries()) {
        const amount = amounts[index] ?? 0n;
        if (amount > 0n) balances.push({ chain: chain.name, symbol: token.symbol, amount: formatUnits(amount, token.decimals) });
      }
      const { balance, locked } = await ledger.bondOf(address, registry!.auctioneer);
      const decimals = chain.tokens.find((token) => token.address.toLowerCase() === chain.bondToken.toLowerCase())?.decimals ?? 0;
      bonds.push({ chain: chain.name, balance: formatUnits(balance, decimals), locked: formatUnits(locked, decimals) });
    } catch (error) {
      problems.push(reasonOf(error));
    }
  }
  return { balances, bonds };
}

type Row = { key: string; state: string; nonce: number; call: { what: string } };
/** The journal without its lock: the newest line of each key, a torn last line left out. */
function journalRows(path: string): Map<string, Row> {
  const rows = new Map<string, Row>();
  if (!existsSync(path)) return rows;
  for (const line of readFileSync(path, 'utf8').split('\n').slice(0, -1)) {
    const row = JSON.parse(line) as Row;
    rows.set(row.key, row);
  }
  return rows;
}

const count = (names: string[]) => names.reduce<Record<string, number>>((sums, name) => ({ ...sums, [name]: (sums[name] ?? 0) + 1 }), {});
const iso = (at: number) => new Date(at).toISOString();

/** For people. */
export function sayStatus(status: Status): string {
  const list = (title: string, lines: string[]) => (lines.length === 0 ? [] : [title, ...lines.map((line) => `  ${line}`)]);
  const counts = (sums: Record<string, number>) =>
    Object.entries(sums)
      .map(([name, n]) => `${n} ${name}`)
      .join(', ') || 'none';
  return [
    `solver ${status.address}`,
    `promises: ${status.open.length} open; ended: ${counts(status.ended)}`,
    ...list(
      'open:',
      status.open.map(({ order, venue, sell, buy, since }) => `${order} ${venue}: sell ${sell}, buy ${buy}, since ${since}`),
    ),
    ...list(
      'recent:',
      status.recent.map(({ order, outcome, note, at }) => `${at} ${order} ${outcome}: ${note}`),
    ),
    `journal: ${counts(status.journal)}`,
    ...list(
      'under way:',
      status.pending.map(({ key, what, nonce, state }) => `${state} #${nonce} ${what} (${key})`),
    ),
    ...list(
      'balances:',
      status.balances.map(({ chain, symbol, amount }) => `${chain.padEnd(10)} ${amount} ${symbol}`),
    ),
    ...list(
      'bonds:',
      status.bonds.map(({ chain, balance, locked }) => `${chain.padEnd(10)} ${balance}, of it locked ${locked}`),
    ),
    ...list('not known:', status.problems),
  ].join('\n');
}
