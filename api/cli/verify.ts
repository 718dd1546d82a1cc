/** `tender verify`: recomputes a receipt from the chains alone, and compares it with the one that was told. */
import { evmLedger } from '../../contracts/client/evm.ts';
import type { Ledger } from '../../contracts/client/ledger.ts';
import { buyChainOf } from '../../intents/amounts.ts';
import { TenderError } from '../../intents/errors.ts';
import { sentenceOf } from '../../intents/intentOf.ts';
import type { OrderEvent } from '../../intents/lifecycle.ts';
import { type Order, orderId } from '../../intents/order.ts';
import { type Receipt, receiptOf } from '../../intents/receipt.ts';
import type { Registry } from '../../intents/registry.ts';
import { type Arguments, onlyPositional, usage } from './arguments.ts';
import { nodesBy, registryOf } from './chains.ts';
import { readOrderFile } from './orderFile.ts';
import { printer, printReceipt } from './print.ts';

export type Check = { what: string; ok: boolean; said?: unknown; found?: unknown };
/** `receipt` holds what the chains show, whatever was told. */
export type Verification = { ok: boolean; checks: Check[]; receipt: Receipt };

const BATCH = 5_000;

export async function run(args: Arguments): Promise<number> {
  const { order, receipt } = readOrderFile(onlyPositional(args, 'order file'));
  if (args.rpc.length === 0) throw usage('tender verify needs --rpc URL: of the origin, and of the destination if that is another chain.');
  const registry = await registryOf(order, await nodesBy(args.rpc), args.fromBlock);
  const ledgers = registry.chains.map((chain) => evmLedger({ chain }));
  const verification = await verifyReceipt(receipt, order, ledgers, registry);
  const print = printer(args.json);
  print.value({ order: orderId(order), ...verification });
  for (const { what, ok, said, found } of verification.checks) print.line(`${ok ? '✓' : '✗'} ${what}${ok ? '' : `: it was said ${JSON.stringify(said)}, the chain shows ${JSON.stringify(found)}`}`);
  printReceipt(print, verification.receipt);
  return verification.ok ? 0 : 1;
}

/**
 * Recomputes the receipt of `order` from the facts on `ledgers` (origin first) and compares what chains can show. Without a
 * `receipt` only the order itself is checked. A missing destination ledger is a failed check, never a silent pass.
 */
export async function verifyReceipt(receipt: Receipt | undefined, order: Order, ledgers: readonly Ledger[], registry: Registry): Promise<Verification> {
  const id = orderId(order);
  const events = (await Promise.all(ledgers.map((ledger) => eventsOn(ledger, order)))).flat().sort((a, b) => a.at - b.at || a.seq - b.seq);
  const found = receiptOf(order, events.map((event, seq) => ({ ...event, seq })), registry);
  const destination = buyChainOf(order);
  const checks: Check[] = [
    ...sentenceCheck(order, registry, receipt),
    { what: 'a node of every chain was asked', ok: [order.chainId, destination].every((chainId) => ledgers.some(({ chain }) => chain.id === chainId)), said: [order.chainId, destination], found: ledgers.map(({ chain }) => chain.id) },
  ];
  if (receipt) checks.push(...compare(receipt, found, id));
  return { ok: checks.every(({ ok }) => ok), checks, receipt: found };
}

/** The sentence must say what the fields say. A job names its input by hash only, so that its sentence cannot be rebuilt. */
function sentenceCheck(order: Order, registry: Registry, receipt: Receipt | undefined): Check[] {
  const told = receipt ? [{ what: 'the receipt tells the signed sentence', ok: receipt.sentence === order.message.sentence, said: receipt.sentence, found: order.message.sentence }] : [];
  if (order.kind === 'job') return told;
  try {
    const found = sentenceOf(order, registry);
    return [...told, { what: 'the signed sentence says what the signed fields say', ok: found === order.message.sentence, said: order.message.sentence, found }];
  } catch (error) {
    if (error instanceof TenderError && error.code === 'unknown_chain') return told;
    throw error;
  }
}

function compare(receipt: Receipt, found: Receipt, id: string): Check[] {
  const same = (what: string, said: unknown, shown: unknown): Check => ({ what, ok: JSON.stringify(said) === JSON.stringify(shown), said, found: shown });
  const hashes = ({ txs }: Receipt) => [...new Set(txs.map(({ hash }) => hash.toLowerCase()))].sort();
  // An order that ran out leaves no trace on a chain: the chain then shows an order that nobody took.
  const ended = receipt.outcome === 'unopened' && found.txs.length === 0 ? 'unopened' : found.outcome;
  return [
    same('the receipt is of this order', receipt.order.toLowerCase(), id.toLowerCase()),
    same('outcome', receipt.outcome, ended),
    same('sold', receipt.sold, found.sold),
    same('bought', receipt.bought, found.bought),
    same('came back', receipt.refund?.amount, found.refund?.amount),
    same('paid by the bond', receipt.penalty, found.penalty),
    same('solver', receipt.solver?.toLowerCase(), found.solver?.toLowerCase()),
    same('transactions', hashes(receipt), hashes(found)),
  ];
}

/** The facts of one order on one chain, as events. `at`: block number within a chain does for order; chains meet by block time. */
async function eventsOn(ledger: Ledger, order: Order): Promise<OrderEvent[]> {
  const id = orderId(order);
  const { number: head } = await ledger.head();
  const events: OrderEvent[] = [];
  for (let from = ledger.chain.deployedAt; from <= head; from += BATCH) {
    for (const { order: of, fact } of await ledger.facts(from, Math.min(head, from + BATCH - 1))) {
      if (of.toLowerCase() !== id.toLowerCase()) continue;
      const block = await ledger.block(fact.tx.block);
      const key = `${fact.tx.chainId}:${fact.tx.blockHash}:${fact.tx.logIndex}`;
      events.push({ ...fact, order: id, key, at: block?.at ?? 0, seq: events.length });
    }
  }
  return events;
}
