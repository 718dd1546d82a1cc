/** A registry from nothing but an order and nodes: contracts and tokens are read from the chains that the order names. */
import { type Address, erc20Abi, isAddressEqual, type PublicClient, zeroAddress } from 'viem';
import { attestedAbi, settlementAbi } from '../../contracts/client/abi.ts';
import { clientOf, rpcFailed } from '../../contracts/client/rpc.ts';
import { parseAbi } from 'viem';
import { buyChainOf } from '../../intents/amounts.ts';
import { TenderError } from '../../intents/errors.ts';
import { NATIVE, type Order } from '../../intents/order.ts';
import type { Chain, Registry, Token } from '../../intents/registry.ts';
import { CHAIN_NAMES } from './known.ts';

const bondsAbi = parseAbi(['function token() view returns (address)']);

/** Nodes by the chain that they serve. Throws TenderError `rpc_failed`, or `usage` when no node serves the order's chain. */
export async function nodesBy(urls: readonly string[]): Promise<Map<number, string[]>> {
  const nodes = new Map<number, string[]>();
  for (const url of urls) {
    const id = await clientOf(url).getChainId().catch((error: unknown) => Promise.reject(rpcFailed('the --rpc given', error)));
    nodes.set(id, [...(nodes.get(id) ?? []), url]);
  }
  return nodes;
}

/**
 * The chains of an order as a registry. Contracts come from the order's Settlement and verifier themselves, so that no list
 * has to be believed. `fromBlock`: first block to read.
 */
export async function registryOf(order: Order, nodes: ReadonlyMap<number, string[]>, fromBlock: number): Promise<Registry> {
  const originRpc = nodes.get(order.chainId);
  if (!originRpc) throw new TenderError('usage', `No node given serves chain ${order.chainId}, where this order is settled.`, { hint: 'Give its URL with --rpc.' });
  const origin = clientOf(originRpc);
  const bonds = await origin.readContract({ address: order.settlement, abi: settlementAbi, functionName: 'bonds' }).catch((error: unknown) => {
    throw new TenderError('no_settlement', `There is no Settlement at ${order.settlement} on that chain.`, { hint: 'Is this the right order, and the right node?', cause: error });
  });
  const verifier = 'verifier' in order.message.terms ? order.message.terms.verifier : zeroAddress;
  const delivery = await deliveryOf(origin, order, verifier);
  const bondToken = await origin.readContract({ address: bonds, abi: bondsAbi, functionName: 'token' });
  const contracts = { settlement: order.settlement, escrow: order.settlement, delivery, bonds, fairness: zeroAddress, attested: verifier, local: verifier, lease: verifier, rerun: verifier, permit2: zeroAddress };
  const chainAt = async (id: number, rpc: string[], tokens: Address[], own: boolean): Promise<Chain> => ({
    name: CHAIN_NAMES[id] ?? `chain ${id}`, aliases: [], id, rpc, finality: 0, blockSeconds: 1, deployedAt: fromBlock, weth: zeroAddress, bondToken,
    contracts: own ? contracts : { ...contracts, settlement: zeroAddress, escrow: zeroAddress, bonds: zeroAddress },
    tokens: await tokensAt(clientOf(rpc), tokens),
  });
  const destination = buyChainOf(order);
  const bought = order.kind === 'lease' || order.kind === 'job' ? [] : [order.message.buy.token];
  const chains = [await chainAt(order.chainId, originRpc, [order.message.sell.token, bondToken, ...(destination === order.chainId ? bought : [])], true)];
  const destinationRpc = nodes.get(destination);
  if (destination !== order.chainId && destinationRpc) chains.push(await chainAt(destination, destinationRpc, bought, false));
  return { network: 'unknown', chains, auctioneer: order.message.terms.auctioneer, attesters: { signers: [], k: 0 } };
}

/** Attested and Local say which Delivery they read; leases and fills have none. */
async function deliveryOf(origin: PublicClient, { kind }: Order, verifier: Address): Promise<Address> {
  if (kind !== 'openIn' && kind !== 'openOut') return zeroAddress;
  return origin.readContract({ address: verifier, abi: attestedAbi, functionName: 'delivery' });
}

async function tokensAt(client: PublicClient, addresses: readonly Address[]): Promise<Token[]> {
  const unique = addresses.filter((address, index) => addresses.findIndex((other) => isAddressEqual(other, address)) === index);
  return Promise.all(unique.map(async (address): Promise<Token> => {
    if (isAddressEqual(address, NATIVE)) return { symbol: 'ETH', name: 'Ether', decimals: 18, address, native: true };
    const read = { address, abi: erc20Abi } as const;
    const [symbol, decimals] = await Promise.all([
      client.readContract({ ...read, functionName: 'symbol' }),
      client.readContract({ ...read, functionName: 'decimals' }),
    ]);
    return { symbol, name: symbol, decimals, address };
  }));
}
