/** What a wallet must know before it signs: the order says what its sentence says, and serves nobody but the registry's contracts. */
import { type Address, type Hex, isAddressEqual } from 'viem';
import { buyChainOf } from '../../intents/amounts.ts';
import { TenderError } from '../../intents/errors.ts';
import { sentenceOf } from '../../intents/intentOf.ts';
import { decodeOrder, toJson } from '../../intents/json.ts';
import { NATIVE, type Order, orderId, settlerOf, typedDataOf } from '../../intents/order.ts';
import { type Chain, chainOf, type Registry, tokenAt } from '../../intents/registry.ts';
import type { Prepared } from './shapes.ts';

/** What the asker knows and no sentence says: its own meter key, and the files that it attached. */
export type Expected = { meterKey?: Address; attachments?: readonly { sha256: Hex }[] };

/**
 * The order inside `prepared`, checked field by field against the registry, its own sentence and the typed data that came
 * with it. Throws TenderError `sentence_mismatch`, `typed_data_mismatch`, `wrong_user`, `wrong_settlement`,
 * `wrong_auctioneer`, `wrong_verifier`, `unknown_chain`, `unlisted_token`, `wrong_approval`, `wrong_meter_key` or `wrong_program`: never sign
 * then. The last two only with what was `expected`.
 */
export function checkPrepared(prepared: Prepared, user: Address, registry: Registry, expected: Expected = {}): Order {
  const order = decodeOrder(prepared.order);
  checkOrder(order, user, registry, inputOf(prepared));
  if (prepared.sentence !== order.message.sentence) throw distrust('sentence_mismatch', 'The sentence that is shown is not the one that would be signed.');
  if (prepared.id !== orderId(order) || !isSame(prepared.typedData, toJson(typedDataOf(order)))) {
    throw distrust('typed_data_mismatch', 'The data to sign are not those of the order that is shown.');
  }
  if (prepared.own !== isAddressEqual(order.message.sell.token, NATIVE)) throw distrust('wrong_approval', 'Who opens this order is not what its sell token says.');
  const { approval } = prepared;
  if (approval && !(isAddressEqual(approval.spender, order.settlement) && isAddressEqual(approval.token, order.message.sell.token))) {
    throw distrust('wrong_approval', 'The approval that is asked for is not the one that this order needs.');
  }
  checkExpected(order, expected);
  return order;
}

function checkExpected(order: Order, { meterKey, attachments }: Expected): void {
  if (order.kind === 'lease' && meterKey && !isAddressEqual(order.message.terms.meterKey, meterKey)) {
    throw distrust('wrong_meter_key', 'This lease would be acknowledged by a key that is not yours.', 'meterKey');
  }
  if (order.kind === 'job' && attachments && !attachments.some(({ sha256 }) => sha256.toLowerCase() === order.message.buy.programSha256.toLowerCase())) {
    throw distrust('wrong_program', 'This job would run another program than the one that was attached.', 'programSha256');
  }
}

/** The same checks for an order alone. `input`: a job's standard input. */
export function checkOrder(order: Order, user: Address, registry: Registry, input = ''): void {
  const { message } = order;
  const chain = chainIn(registry, order.chainId);
  const { auctioneer } = message.terms;
  if (!isAddressEqual(message.user, user)) throw distrust('wrong_user', `This order is for ${message.user}, not for this wallet.`, 'user');
  if (!isAddressEqual(order.settlement, settlerOf(chain.contracts, order.kind))) throw distrust('wrong_settlement', 'This order names a contract that is not this network’s.', 'settlement');
  if (!isAddressEqual(auctioneer, registry.auctioneer)) throw distrust('wrong_auctioneer', 'This order names an auctioneer that is not this network’s.', 'auctioneer');
  const verifier = verifierOf(order, chain);
  if (verifier && !('verifier' in message.terms && isAddressEqual(message.terms.verifier, verifier))) {
    throw distrust('wrong_verifier', 'This order would let a contract judge the delivery that is not this network’s.', 'verifier');
  }
  listed(chain, message.sell.token);
  if (order.kind !== 'lease' && order.kind !== 'job') listed(chainIn(registry, buyChainOf(order)), order.message.buy.token);
  if (message.sentence !== sentenceOf(order, registry, input)) {
    throw distrust('sentence_mismatch', 'The sentence of this order is not what its fields say.', 'sentence');
  }
}

const inputOf = ({ intent }: Prepared) => (intent.kind === 'job' ? intent.input : '');

/** The contract that must judge deliveries of this order; undefined where nothing waits in escrow. */
function verifierOf(order: Order, { id, contracts }: Chain): Address | undefined {
  switch (order.kind) {
    case 'fillIn':
    case 'fillOut':
      return undefined;
    case 'openIn':
    case 'openOut':
      return Number(order.message.buy.chainId) === id ? contracts.local : contracts.attested;
    case 'lease':
      return contracts.lease;
    case 'job':
      return contracts.rerun;
  }
}

function chainIn(registry: Registry, id: number): Chain {
  const chain = chainOf(registry, id);
  if (!chain) throw distrust('unknown_chain', `This order names chain ${id}, which is not in this network.`, 'chainId');
  return chain;
}
function listed(chain: Chain, token: Address): void {
  if (!tokenAt(chain, token)) throw distrust('unlisted_token', `${token} is not a listed token of ${chain.name}.`, 'token');
}

const distrust = (code: string, message: string, param?: string) =>
  new TenderError(code, message, { ...(param && { param }), hint: 'Do not sign it. Nothing was signed and nothing moved; ask again, or ask another network.' });

/** Deep equality of JSON values, whatever the order of members; addresses and hashes without their case. */
function isSame(a: unknown, b: unknown): boolean {
  if (typeof a === 'string' && typeof b === 'string') return a === b || (/^0x[0-9a-f]+$/i.test(a) && a.toLowerCase() === b.toLowerCase());
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return a === b;
  const [left, right] = [Object.entries(a), b as Record<string, unknown>];
  return left.length === Object.keys(b).length && left.every(([name, value]) => name in right && isSame(value, right[name]));
}
