/** Typed data as rows to read: every field that will be signed, in the order in which it is signed, with its meaning beside it. Pure. */
import { amountOf, timeOf } from '../../intents/amounts.ts';
import { NATIVE, type Order, type TypedData, typedDataOf } from '../../intents/order.ts';
import { chainOf, type Registry, tokenAt } from '../../intents/registry.ts';

export type TypedRow = { path: string; depth: number; name: string; value?: string; means?: string };

/** Rows of the whole message. A row without a value opens a nested struct. */
export function typedRows(order: Order, registry: Registry): TypedRow[] {
  const data = typedDataOf(order);
  const rows: TypedRow[] = [];
  walk(data, data.primaryType, data.message, '', 0, rows, order, registry);
  return rows;
}

function walk(data: TypedData, type: string, value: Record<string, unknown>, path: string, depth: number, rows: TypedRow[], order: Order, registry: Registry): void {
  for (const { name, type: fieldType } of data.types[type] ?? []) {
    const at = path ? `${path}.${name}` : name;
    const inner = value[name];
    if (fieldType in data.types) {
      rows.push({ path: at, depth, name });
      walk(data, fieldType, inner as Record<string, unknown>, at, depth + 1, rows, order, registry);
    } else {
      const means = meaning(at, fieldType, inner, order, registry);
      rows.push({ path: at, depth, name, value: String(inner), ...(means && { means }) });
    }
  }
}

function meaning(path: string, type: string, value: unknown, order: Order, registry: Registry): string | undefined {
  const { message, chainId } = order;
  if (type === 'uint40') return timeOf(value as number);
  if (path === 'buy.chainId') return chainOf(registry, value as bigint)?.name;
  if (path.startsWith('sell.') && typeof value === 'bigint') return amountOf(registry, chainId, message.sell.token, value);
  if (path === 'terms.noShowPenalty' || path === 'terms.bondAtLeast') return amountOf(registry, chainId, chainOf(registry, chainId)?.bondToken, value as bigint);
  if (path === 'buy.atLeast' || path === 'buy.exactly') return boughtAmount(order, registry, value as bigint);
  if (type === 'address') return nameOf(value as `0x${string}`, order, registry);
  return undefined;
}

function boughtAmount({ message, chainId }: Order, registry: Registry, amount: bigint): string | undefined {
  if (!('token' in message.buy)) return undefined;
  return amountOf(registry, 'chainId' in message.buy ? message.buy.chainId : chainId, message.buy.token, amount);
}

const JUDGES: Record<string, string> = {
  attested: 'judged by the attesters',
  lease: 'judged by acknowledged seconds',
  rerun: 'judged by running it again',
};

/** Who or what an address is, if this network knows it. */
function nameOf(address: `0x${string}`, { message, chainId }: Order, registry: Registry): string | undefined {
  const is = (other: string) => other.toLowerCase() === address.toLowerCase();
  if (is(message.user)) return 'your wallet';
  if (is(registry.auctioneer)) return 'this network’s auctioneer';
  if (is(NATIVE)) return 'the chain’s own coin';
  const contracts = chainOf(registry, chainId)?.contracts;
  const contract = contracts && Object.entries(contracts).find(([, known]) => is(known))?.[0];
  if (contract) return JUDGES[contract] ?? `the network’s ${contract} contract`;
  const token = registry.chains.map((chain) => tokenAt(chain, address)).find(Boolean);
  if (token) return token.symbol;
  return 'meterKey' in message.terms && is(message.terms.meterKey) ? 'this page’s key for the lease' : undefined;
}
